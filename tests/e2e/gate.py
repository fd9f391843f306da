"""A proxy that can hold one chosen request, before it reaches the server or before its answer comes back.

With it a test kills a process at an exact step of its work, with no switch in the product.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any, Literal

import aiohttp
from aiohttp import web

Match = Callable[[str, str], bool]
When = Literal["before", "after"]
# Set anew by each leg of the way.
HOP_HEADERS = frozenset({"connection", "content-encoding", "content-length", "host", "transfer-encoding"})


class Gate:
    """Forwards everything to `target` (http://host:port) until a request matches what `hold` was told."""

    def __init__(self, target: str) -> None:
        self.target = target
        self.url = ""
        self.reached = threading.Event()
        self._rule: tuple[Match, When] | None = None
        self._opened: asyncio.Event | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Gate:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(10)
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.open()
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def hold(self, match: Match, when: When) -> None:
        """Hold the next request whose (method, path with query) matches; `reached` tells that it came."""
        self.reached.clear()
        self._opened = asyncio.Event()
        self._rule = (match, when)

    def open(self) -> None:
        """Let the held request go on, and hold nothing more."""
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
        rule = self._rule
        matched = rule is not None and rule[0](request.method, request.path_qs)
        if matched:
            self._rule = None
        body = await request.read()
        if matched and rule[1] == "before":
            await self._held()
        headers = {name: value for name, value in request.headers.items() if name.lower() not in HOP_HEADERS}
        url = f"{self.target}{request.raw_path}"
        try:
            async with self._session.request(
                request.method, aiohttp.client.URL(url, encoded=True), data=body, headers=headers, allow_redirects=False
            ) as answer:
                if matched:
                    whole = await answer.read()
                    await self._held()
                    return web.Response(status=answer.status, headers=passed_on(answer), body=whole)
                response = web.StreamResponse(status=answer.status, headers=passed_on(answer))
                await response.prepare(request)
                async for chunk in answer.content.iter_any():
                    await response.write(chunk)
                await response.write_eof()
                return response
        except aiohttp.ClientConnectionError:
            return web.Response(status=502)

    async def _held(self) -> None:
        self.reached.set()
        if self._opened is not None:
            await self._opened.wait()


def passed_on(answer: Any) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name.lower() not in HOP_HEADERS}
