"""Serve the built dashboard as in a deployment, compressed and with the function app at the same origin."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import Self

import aiohttp
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from local.host.dashboard import dashboard
from local.run.state_files import any_free_port

HOP_BY_HOP = {"connection", "content-length", "content-encoding", "transfer-encoding", "host"}


class Front:
    """Listens on a free port until the context ends."""

    def __init__(self, folder: Path, api: str, image_origin: str) -> None:
        self._api = api
        self.port = any_free_port()
        routes = [
            Route("/api/{path:path}", self._pass_on, methods=["GET", "POST", "PATCH", "PUT", "DELETE"]),
            *dashboard(folder, prefix="api", image_origin=image_origin),
        ]
        app = Starlette(routes=routes, middleware=[Middleware(GZipMiddleware, minimum_size=500, compresslevel=9)])
        config = uvicorn.Config(app, host="127.0.0.1", port=self.port, log_level="warning", access_log=False)
        self._server = uvicorn.Server(config)
        self._session: aiohttp.ClientSession | None = None
        self._serving: asyncio.Task[None] | None = None

    async def _pass_on(self, request: Request) -> Response:
        assert self._session is not None
        headers = {name: value for name, value in request.headers.items() if name not in HOP_BY_HOP}
        url = f"{self._api}/{request.path_params['path']}"
        query = request.url.query
        async with self._session.request(
            request.method, f"{url}?{query}" if query else url, headers=headers, data=await request.body()
        ) as answer:
            response_headers = {name: value for name, value in answer.headers.items() if name.lower() not in HOP_BY_HOP}
            return Response(await answer.read(), status_code=answer.status, headers=response_headers)

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(auto_decompress=True)
        self._serving = asyncio.create_task(self._server.serve())
        while not self._server.started:  # noqa: ASYNC110  uvicorn tells it by this flag alone
            await asyncio.sleep(0.02)
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        self._server.should_exit = True
        if self._serving is not None:
            with contextlib.suppress(asyncio.CancelledError):
                await self._serving
        if self._session is not None:
            await self._session.close()
