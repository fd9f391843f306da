"""Whether the caller of a request is still there, asked of its socket, and callers that read or send too slowly."""

from __future__ import annotations

import contextlib
import select
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

SEND_S = 60  # without a byte taken
RECEIVE_S = 10.0  # for a request's head, and as long for its body; both fit into a few packets


def drop_if_unread(environ: Mapping[str, Any]) -> None:
    """Let sending to a caller that reads nothing any more fail after a minute, so that it keeps no thread."""
    connection = environ.get("gunicorn.socket")
    if isinstance(connection, socket.socket):
        # The system's limit rather than Python's, which would make reading fail as well.
        with contextlib.suppress(OSError):  # some systems refuse when the caller is gone already
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", SEND_S, 0))


def leave_out_silent(listener: socket.socket) -> None:
    """Where the system can, do not even take connections of callers that say nothing."""
    if hasattr(socket, "TCP_DEFER_ACCEPT"):
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, round(RECEIVE_S))


@contextlib.contextmanager
def arriving(connection: object) -> Iterator[threading.Timer]:
    """While something arrives: after `RECEIVE_S` reading ends as if the caller had hung up, unless that is cancelled.

    A limit for each read would let a caller that sends byte after byte keep a thread for hours.
    """
    limit = threading.Timer(RECEIVE_S, _read_no_more, [connection])
    limit.daemon = True
    limit.start()
    try:
        yield limit
    finally:
        limit.cancel()


def _read_no_more(connection: object) -> None:
    if isinstance(connection, socket.socket):
        with contextlib.suppress(OSError):  # gone already
            connection.shutdown(socket.SHUT_RD)


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
