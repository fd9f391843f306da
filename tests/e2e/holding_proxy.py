"""A proxy that can hold one chosen request, before it reaches the server or before its answer comes back.

With it a test kills a process at an exact step of its work, with no switch in the product.
"""

from __future__ import annotations

import asyncio
import re
import threading
from dataclasses import dataclass
from typing import Any, Literal

import aiohttp
import yarl
from aiohttp import web

When = Literal["before", "after"]
# Each hop sets these itself.
HOP_HEADERS = frozenset({"connection", "content-encoding", "content-length", "host", "transfer-encoding"})
# A storage signature covers these: one that the caller did not send must not be added.
SIGNED = ("Content-Type", "Accept", "Accept-Encoding", "User-Agent")


@dataclass(frozen=True)
class Rule:
    """The request to hold; for a request that is held after its response, `answered` must occur in the response."""

    method: str
    path: str  # a pattern, searched for in path and query
    when: When
    answered: bytes = b""

    def matches(self, request: web.Request) -> bool:
        return request.method == self.method and re.search(self.path, request.path_qs) is not None


class HoldingProxy:
    """Forwards all requests to `target` (http://host:port) and holds the one that matches the rule."""

    def __init__(self, target: str) -> None:
        self.target = target
        self.url = ""
        self.reached = threading.Event()
        self._rule: Rule | None = None
        self._held: web.Request | None = None
        self._opened: asyncio.Event | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> HoldingProxy:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(10)
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.open()
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def hold(self, rule: Rule) -> None:
        """Hold the next request that matches the rule; `reached` is set when it arrives."""
        self.reached.clear()
        self._held = None
        self._opened = asyncio.Event()
        self._rule = rule

    @property
    def is_holding(self) -> bool:
        """Whether the held request's sender still waits for its response."""
        transport = self._held.transport if self._held is not None else None
        return transport is not None and not transport.is_closing()

    def open(self) -> None:
        """Let the held request continue, and hold no more requests."""
        self._rule = None
        if self._opened is not None:
            self._loop.call_soon_threadsafe(self._opened.set)

    async def _start(self) -> None:
        self._session = aiohttp.ClientSession(auto_decompress=False, timeout=aiohttp.ClientTimeout(total=None))
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/{path:.*}", self._forward)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{port}"

    async def _stop(self) -> None:
        await self._runner.cleanup()
        await self._session.close()

    async def _forward(self, request: web.Request) -> web.StreamResponse:
        rule = self._rule if self._rule is not None and self._rule.matches(request) else None
        body = await request.read()
        if rule is not None and rule.when == "before":
            self._rule = None
            await self._hold(request)
            if request.transport is None or request.transport.is_closing():
                return web.Response(status=502)  # its sender was killed before it was sent
        headers = {name: value for name, value in request.headers.items() if name.lower() not in HOP_HEADERS}
        url = yarl.URL(f"{self.target}{request.raw_path}", encoded=True)
        try:
            async with self._session.request(
                request.method,
                url,
                data=body or None,
                headers=headers,
                skip_auto_headers=SIGNED,
                allow_redirects=False,
            ) as answer:
                if rule is not None and rule.when == "after":
                    whole = await answer.read()
                    if rule.answered in whole:
                        self._rule = None
                        await self._hold(request)
                    return web.Response(status=answer.status, headers=passed_on(answer), body=whole)
                response = web.StreamResponse(status=answer.status, headers=passed_on(answer))
                await response.prepare(request)
                async for chunk in answer.content.iter_any():
                    await response.write(chunk)
                await response.write_eof()
                return response
        except aiohttp.ClientConnectionError:
            return web.Response(status=502)

    async def _hold(self, request: web.Request) -> None:
        self._held = request
        self.reached.set()
        if self._opened is not None:
            await self._opened.wait()


def passed_on(answer: Any) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name.lower() not in HOP_HEADERS}
