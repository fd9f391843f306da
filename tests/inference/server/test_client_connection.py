"""Whether a caller is still there, asked of a real socket in both ways."""

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
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Linux's way, and that of systems without POLLRDHUP."""
    if request.param == "peek":
        monkeypatch.delattr(select, "POLLRDHUP", raising=False)
    elif not hasattr(select, "POLLRDHUP"):
        pytest.skip("this system has no POLLRDHUP")
    return request.param


def test_a_silent_caller_is_there(pair, way):
    """
    A caller that waits, or has sent more already, has not hung up.
    """
    caller, server = pair
    hung_up = client_connection.watcher({"gunicorn.socket": server})

    silent = hung_up()
    caller.sendall(b"GET / HTTP/1.1\r\n")

    assert not silent
    assert not hung_up()
    assert server.recv(3) == b"GET"  # nothing was taken from the stream


def test_a_closed_connection_is_a_hang_up(pair, way):
    """
    A caller that closed its end is gone; so is one whose socket is closed here.
    """
    caller, server = pair
    hung_up = client_connection.watcher({"gunicorn.socket": server})
    caller.close()
    select.select([server], [], [], 5)

    seen = hung_up()
    server.close()

    assert seen
    assert hung_up()


def test_without_a_socket_nobody_hangs_up():
    """
    Under a server that shows no socket the answer is always no.
    """
    assert not client_connection.watcher({})()
