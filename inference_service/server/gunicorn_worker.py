"""gunicorn's threaded worker with a receive timeout, which still responds to requests during shutdown."""

from __future__ import annotations

import threading
from typing import Any

from gunicorn import util  # type: ignore[import-untyped]
from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

from inference_service.server import client_connection
from inference_service.server.client_connection import receive_timeout


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Serves one connection per thread, like its base class."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._counting = threading.Lock()
        self._receiving = 0

    def handle(self, conn: Any) -> Any:
        """Handle one request, whose headers must arrive in time."""
        with self._counting:
            self._receiving += 1
            busy = self._receiving > self.cfg.threads // 2
        conn.counted = True
        # Strangers who send nothing may occupy half of the threads for long, and the others only for a moment.
        limit_s = min(client_connection.RECEIVE_S, client_connection.BUSY_RECEIVE_S) if busy else None
        try:
            with receive_timeout(conn.sock, limit_s) as conn.head:
                keep_alive = super().handle(conn)
        finally:
            self._received(conn)
        if not keep_alive:
            # Closing on the thread that accepts connections would block it while a client keeps its end open.
            util.close_graceful(conn.sock, timeout=client_connection.LINGER_S)
            conn.close = lambda graceful=False: None
        return keep_alive

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Stop the timer for the headers. The app limits the time for the body.

        A connection whose body the app didn't read, as that of a refused request, is closed instead of waiting for it.
        """
        conn.head.cancel()
        self._received(conn)
        return super().handle_request(req, conn) and not _has_unread_body(req)

    def set_accept_enabled(self, enabled: bool) -> None:
        """Keep accepting while the last images are generated, so that new callers get an error that asks to retry."""
        if enabled or self.alive:
            super().set_accept_enabled(enabled)

    def _received(self, conn: Any) -> None:
        """Count a connection as no longer receiving its headers, once."""
        with self._counting:
            self._receiving -= conn.counted
            conn.counted = False


def _has_unread_body(req: Any) -> bool:
    reader: Any = getattr(req.body, "reader", None)
    if hasattr(reader, "length"):
        return bool(reader.length > 0)
    return getattr(reader, "parser", None) is not None
