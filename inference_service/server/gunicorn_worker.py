"""gunicorn's threaded worker, with limits for callers that send slowly, and an answer for those who come too late."""

from __future__ import annotations

from typing import Any

from gunicorn import util  # type: ignore[import-untyped]
from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

from inference_service.server.client_connection import arriving


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Serves one connection per thread, as its parent does."""

    def handle(self, conn: Any) -> Any:
        """Read and answer one request, whose head must arrive in time."""
        with arriving(conn.sock) as conn.head:
            stays = super().handle(conn)
        if not stays:
            # Here rather than on the thread that accepts, which a caller that keeps its end open would hold up.
            util.close_graceful(conn.sock)
            conn.close = lambda graceful=False: None
        return stays

    def handle_request(self, req: Any, conn: Any) -> Any:
        """The head is there; the body's time is the app's to keep."""
        conn.head.cancel()
        return super().handle_request(req, conn)

    def set_accept_enabled(self, enabled: bool) -> None:
        """Go on accepting while the last pictures are painted, so that who comes is told to try again."""
        if enabled or self.alive:
            super().set_accept_enabled(enabled)
