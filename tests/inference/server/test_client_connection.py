"""Detection of disconnects on real sockets, by poll and by peek."""

from __future__ import annotations

import select
import socket
from collections.abc import Iterator

import pytest

from inference_service.server import client_connection


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        caller = socket.create_connection(listener.getsockname())
        server, _ = listener.accept()
        with caller, server:
            yield caller, server


@pytest.fixture(params=["poll", "peek"])
def can_poll(request: pytest.FixtureRequest) -> bool:
    """Linux's poll, and the fallback for systems without POLLRDHUP."""
    if request.param == "poll" and not client_connection.HAS_POLLRDHUP:
        pytest.skip("this system has no POLLRDHUP")
    return bool(request.param == "poll")


def test_a_silent_client_is_connected(pair: tuple[socket.socket, socket.socket], can_poll: bool) -> None:
    """A client that waits or has sent more data is still connected."""
    caller, server = pair
    disconnected = client_connection.disconnect_watcher({"gunicorn.socket": server}, can_poll=can_poll)

    silent = disconnected()
    caller.sendall(b"GET / HTTP/1.1\r\n")

    assert not silent
    assert not disconnected()
    assert server.recv(3) == b"GET"  # No data was removed from the stream.


def test_a_closed_connection_is_a_disconnect(pair: tuple[socket.socket, socket.socket], can_poll: bool) -> None:
    """A client is disconnected if either end of the connection is closed."""
    caller, server = pair
    disconnected = client_connection.disconnect_watcher({"gunicorn.socket": server}, can_poll=can_poll)
    caller.close()
    select.select([server], [], [], 5)

    seen = disconnected()
    server.close()

    assert seen
    assert disconnected()


def test_without_a_socket_no_disconnect_is_detected() -> None:
    """Without a socket, a client is assumed to be connected."""
    assert not client_connection.disconnect_watcher({})()
