"""Whether the caller of a request is still there, asked of the socket under it, and one who stopped reading."""

from __future__ import annotations

import select
import socket
import struct
from collections.abc import Callable, Mapping
from typing import Any

SEND_S = 60  # without a byte taken


def drop_if_unread(environ: Mapping[str, Any]) -> None:
    """Let sending to a caller that reads nothing any more fail after a minute, so that it keeps no thread."""
    connection = environ.get("gunicorn.socket")
    if isinstance(connection, socket.socket):
        # The system's limit rather than Python's, which would make reading fail as well.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", SEND_S, 0))


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
