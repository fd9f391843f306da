"""uvicorn's HTTP protocol with a time limit for headers, and with `nosniff` in answers to what isn't HTTP."""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEADERS_S = 10.0


class TimedProtocol(H11Protocol):
    """Closes a connection whose next headers don't arrive in time. uvicorn itself waits for them forever."""

    headers_s = HEADERS_S
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in the base class
        super().connection_made(transport)
        self._deadline = self.loop.call_later(self.headers_s, transport.close)

    def data_received(self, data: bytes) -> None:
        """Pass data on. Until the headers are complete, the time limit runs, however often data arrives."""
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._cancel_deadline()
        elif self._deadline is None:
            self._deadline = self.loop.call_later(self.headers_s, self.transport.close)

    def connection_lost(self, exc: Exception | None) -> None:
        self._cancel_deadline()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Answer data that isn't an HTTP request. The app, which adds headers to its responses, doesn't receive it."""
        headers = [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"x-content-type-options", b"nosniff"),
            (b"connection", b"close"),
        ]
        body = msg.encode()
        for event in (h11.Response(status_code=400, headers=headers), h11.Data(data=body), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _cancel_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


def protocol(headers_s: float) -> type[asyncio.Protocol]:
    """Return a protocol with this time limit for headers."""
    limits: dict[str, Any] = {"headers_s": headers_s}
    return type("Protocol", (TimedProtocol,), limits)
