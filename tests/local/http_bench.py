"""A sample app for the host, and a client that reads complete responses."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import azure.functions as func
import yarl
from multidict import CIMultiDictProxy

from local.host.function_index import index_functions
from local.host.host import Host, HostOptions
from local.host.host_json import HostSettings
from tests.local.polling import LIMIT_S

ORIGIN = "http://dashboard.example"


def sample_app() -> func.FunctionApp:
    """Return a new app, because functions can be read from an app only once."""
    app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

    @app.route(route="images/{id}", methods=["GET", "DELETE"])
    async def one_image(req: func.HttpRequest) -> func.HttpResponse:
        facts = {
            "id": req.route_params["id"],
            "q": req.params.get("q"),
            "key": req.headers.get("X-API-Key"),
            "url": req.url,
        }
        return func.HttpResponse(json.dumps(facts), mimetype="application/json", headers={"X-Seen": "yes"})

    @app.route(route="images/bulk", methods=["POST"])
    async def bulk(req: func.HttpRequest, context: func.Context) -> func.HttpResponse:
        return func.HttpResponse(f"{context.function_name} {len(req.get_body())}", status_code=202)

    @app.route(route="threaded", methods=["GET"])
    def threaded(req: func.HttpRequest) -> str:
        return "from a thread"

    @app.route(route="nothing", methods=["POST"])
    async def nothing(req: func.HttpRequest) -> None:
        return None

    @app.route(route="broken", methods=["GET"])
    async def broken(req: func.HttpRequest) -> func.HttpResponse:
        raise RuntimeError("the secret is 1234")

    @app.route(route="slow", methods=["GET"])
    async def slow(req: func.HttpRequest) -> func.HttpResponse:
        await asyncio.sleep(60)
        return func.HttpResponse()

    @app.route(route="cookies", methods=["GET"])
    async def cookies(req: func.HttpRequest) -> func.HttpResponse:
        response = func.HttpResponse("")
        response.headers.add("Set-Cookie", "a=1")
        response.headers.add("Set-Cookie", "b=2")
        return response

    return app


@dataclass(frozen=True)
class Answer:
    status: int
    headers: CIMultiDictProxy[str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@asynccontextmanager
async def serving(options: HostOptions, settings: HostSettings | None = None) -> AsyncIterator[Host]:
    """Run a host with the sample app, and stop it at the end."""
    host = Host(index_functions(sample_app(), {}), settings or HostSettings(), options, {})
    running = asyncio.create_task(host.serve())
    await asyncio.wait_for(host.started.wait(), LIMIT_S)
    try:
        yield host
    finally:
        host.stop()
        await asyncio.wait_for(running, LIMIT_S)


@asynccontextmanager
async def browsing(options: HostOptions, settings: HostSettings | None = None) -> AsyncIterator[Browser]:
    """Run a host with the sample app, and return a client of it."""
    async with serving(options, settings) as host, aiohttp.ClientSession(f"http://127.0.0.1:{host.port}") as session:
        yield Browser(session)


class Browser:
    """Sends requests and reads complete responses."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self.session = session

    async def ask(self, method: str, path: str, **options: Any) -> Answer:
        url = yarl.URL(path, encoded=True)
        async with self.session.request(method, url, **options) as response:
            return Answer(response.status, response.headers, await response.text())
