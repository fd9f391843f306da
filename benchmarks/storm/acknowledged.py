"""A proxy for the blob storage that records which blobs the storage has acknowledged as stored or deleted.

The record distinguishes a blob that the storage acknowledged and then lost from a blob that was never stored.
"""

from __future__ import annotations

import asyncio
from urllib.parse import unquote

import aiohttp
import yarl
from aiohttp import web

# Each hop sets these itself.
HOP_HEADERS = frozenset({"connection", "content-encoding", "content-length", "host", "transfer-encoding"})
# A storage signature covers these, so none that the caller didn't send may be added.
SIGNED = ("Content-Type", "Accept", "Accept-Encoding", "User-Agent")
MAX_BODY_BYTES = 64 * 1024 * 1024


class Acknowledged:
    """Forwards all requests to `target`. `stored` and `deleted` have the blobs as `container/name`."""

    def __init__(self, target: str) -> None:
        self._target = target
        self.stored: set[str] = set()
        self.deleted: set[str] = set()
        self.port = 0

    async def start(self) -> None:
        """Listen on a free port."""
        self._session = aiohttp.ClientSession(auto_decompress=False, timeout=aiohttp.ClientTimeout(total=120))
        app = web.Application(client_max_size=MAX_BODY_BYTES)
        app.router.add_route("*", "/{path:.*}", self._forward)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        await self._runner.cleanup()
        await self._session.close()

    async def _forward(self, request: web.Request) -> web.Response:
        headers = {name: value for name, value in request.headers.items() if name.lower() not in HOP_HEADERS}
        url = yarl.URL(f"{self._target}{request.raw_path}", encoded=True)
        try:
            body = await request.read()
            async with self._session.request(
                request.method, url, data=body or None, headers=headers, skip_auto_headers=SIGNED, allow_redirects=False
            ) as answer:
                content = await answer.read()
        except (aiohttp.ClientError, TimeoutError, ConnectionError):
            # As if the storage itself had closed the connection.
            if request.transport is not None:
                request.transport.abort()
            raise asyncio.CancelledError from None
        self._record(request.method, request.raw_path, answer.status)
        passed = {name: value for name, value in answer.headers.items() if name.lower() not in HOP_HEADERS}
        if request.method == "HEAD":
            passed["Content-Length"] = answer.headers.get("Content-Length", "0")
        return web.Response(status=answer.status, headers=passed, body=content)

    def _record(self, method: str, raw_path: str, status: int) -> None:
        path, _, query = raw_path.partition("?")
        blob = unquote(path).partition("/")[2].partition("/")[2]  # without the account
        if "/" not in blob or "comp=" in query:
            return
        if method == "PUT" and status == 201:
            self.stored.add(blob)
            self.deleted.discard(blob)
        elif method == "DELETE" and status == 202:
            self.deleted.add(blob)
