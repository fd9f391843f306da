"""Client connections: detection of disconnects, and limits for clients that read or send too slowly."""

from __future__ import annotations

import contextlib
import select
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

HAS_POLLRDHUP = hasattr(select, "POLLRDHUP")

SEND_S = 60  # Seconds without any byte accepted by the client.
RECEIVE_S = 10.0  # Seconds for the headers, and again for the body. Both fit into a few packets.
BUSY_RECEIVE_S = 0.5  # Seconds for the headers while half of the threads receive headers, so that probes get a thread.
LINGER_S = 0.5  # Seconds until a client that was answered must have closed its end.


def set_send_timeout(environ: Mapping[str, Any]) -> None:
    """Let sending fail after a minute if the client reads nothing, so that it doesn't occupy a thread."""
    connection = environ.get("gunicorn.socket")
    if isinstance(connection, socket.socket):
        # This is the limit of the operating system. Python's timeout would also make reading fail.
        with contextlib.suppress(OSError):  # Some systems refuse this after a disconnect.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", SEND_S, 0))


def defer_accept(listener: socket.socket) -> None:
    """Accept connections only after the client has sent data, if the operating system supports it."""
    if hasattr(socket, "TCP_DEFER_ACCEPT"):
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, round(RECEIVE_S))


@contextlib.contextmanager
def receive_timeout(connection: object, seconds: float | None = None) -> Iterator[threading.Timer]:
    """Stop reading after these seconds, as if the client had disconnected, unless the timer is canceled.

    The default is `RECEIVE_S`. A limit per read would let a client that sends single bytes occupy a thread for hours.
    """
    limit = threading.Timer(RECEIVE_S if seconds is None else seconds, _stop_reading, [connection])
    limit.daemon = True
    limit.start()
    try:
        yield limit
    finally:
        limit.cancel()


def _stop_reading(connection: object) -> None:
    if isinstance(connection, socket.socket):
        with contextlib.suppress(OSError):  # The connection is already closed.
            connection.shutdown(socket.SHUT_RD)


def disconnect_watcher(environ: Mapping[str, Any], *, can_poll: bool = HAS_POLLRDHUP) -> Callable[[], bool]:
    """Return a function that returns whether the client has disconnected; always False without a socket.

    Without `can_poll`, it reads ahead instead.
    """
    connection = environ.get("gunicorn.socket")
    if not isinstance(connection, socket.socket):
        return lambda: False
    if can_poll:
        return lambda: _poll_disconnected(connection)
    return lambda: _peek_disconnected(connection)


def _poll_disconnected(connection: socket.socket) -> bool:
    poll = select.poll()
    try:
        poll.register(connection, select.POLLRDHUP)
        return bool(poll.poll(0))
    except (OSError, ValueError):  # The connection is already closed.
        return True


def _peek_disconnected(connection: socket.socket) -> bool:
    """Detect a disconnect by reading ahead, on systems without POLLRDHUP (macOS)."""
    try:
        return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except (OSError, ValueError):
        return True
