"""Whether the caller of a request is still there, asked of the socket under it, and one who reads or sends no more."""

from __future__ import annotations

import contextlib
import select
import socket
import struct
from collections.abc import Callable, Mapping
from typing import Any

SEND_S = 60  # without a byte taken
RECEIVE_S = 5  # without a byte sent, in the middle of a request


def drop_if_unread(environ: Mapping[str, Any]) -> None:
    """Let sending to a caller that reads nothing any more fail after a minute, so that it keeps no thread."""
    connection = environ.get("gunicorn.socket")
    if isinstance(connection, socket.socket):
        # The system's limit rather than Python's, which would make reading fail as well.
        with contextlib.suppress(OSError):  # some systems refuse when the caller is gone already
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", SEND_S, 0))


def drop_if_unsent(listener: socket.socket) -> None:
    """Let reading from a caller that stops in the middle of a request fail, on all connections taken from here on.

    They inherit it from the listening socket.  Where the system can, those that say nothing are not even taken.
    """
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", RECEIVE_S, 0))
    if hasattr(socket, "TCP_DEFER_ACCEPT"):
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, RECEIVE_S)


def watcher(environ: Mapping[str, Any]) -> Callable[[], bool]:
    """A question to ask again and again: did the caller hang up?  Always no where there is no socket to ask."""
    connection = environ.get("gunicorn.socket")
    if not isinstance(connection, socket.socket):
        return lambda: False
    if hasattr(select, "POLLRDHUP"):
        return lambda: _polled(connection)
    return lambda: _peeked(connection)


def _polled(connection: socket.socket) -> bool:
    poll = select.poll()
    try:
        poll.register(connection, select.POLLRDHUP)
        return bool(poll.poll(0))
    except (OSError, ValueError):  # closed already
        return True


def _peeked(connection: socket.socket) -> bool:
    """Where the system cannot tell a hang-up from silence (macOS), read ahead: an end of the stream is one."""
    try:
        return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except (OSError, ValueError):
        return True
