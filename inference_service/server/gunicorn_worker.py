"""gunicorn's threaded worker with a receive timeout, which still responds to requests during shutdown."""

from __future__ import annotations

from typing import Any

from gunicorn import util  # type: ignore[import-untyped]
from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

from inference_service.server.client_connection import receive_timeout


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Serves one connection per thread, like its base class."""

    def handle(self, conn: Any) -> Any:
        """Handle one request, whose headers must arrive in time."""
        with receive_timeout(conn.sock) as conn.head:
            keep_alive = super().handle(conn)
        if not keep_alive:
            # Closing on the thread that accepts connections would block it while a client keeps its end open.
            util.close_graceful(conn.sock)
            conn.close = lambda graceful=False: None
        return keep_alive

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Stop the timer for the headers. The app limits the time for the body."""
        conn.head.cancel()
        return super().handle_request(req, conn)

    def set_accept_enabled(self, enabled: bool) -> None:
        """Keep accepting while the last images are generated, so that new callers get an error that asks to retry."""
        if enabled or self.alive:
            super().set_accept_enabled(enabled)
