"""HTTP triggers through the local host, over a real socket."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any

import aiohttp
import azure.functions as func
import pytest
import yarl
from multidict import CIMultiDictProxy

from local.host import http
from local.host.dashboard import dashboard
from local.host.host import Host, HostOptions
from local.host.host_json import HostError, HostSettings
from local.host.index import index

ORIGIN = "http://dashboard.example"


def sample_app() -> func.FunctionApp:
    """A new app, since functions can be read from one only once."""
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


class Browser:
    """Asks and reads the whole answer."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self.session = session

    async def ask(self, method: str, path: str, **options: Any) -> Answer:
        url = yarl.URL(path, encoded=True)
        async with self.session.request(method, url, **options) as response:
            return Answer(response.status, response.headers, await response.text())


@pytest.fixture
async def client(tmp_path):
    """A browser's view of a host that serves the sample app and a built dashboard."""
    dist = tmp_path / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text("<meta content=\"img-src %IMG_ORIGIN%; connect-src 'self' %API_ORIGIN%\">")
    (dist / "assets" / "app-1a2b.js").write_text("1")
    (dist / "icon.svg").write_text("<svg/>")
    (tmp_path / "secret.txt").write_text("no")
    options = HostOptions(
        state=tmp_path / "state",
        origins=[ORIGIN],
        grace_s=1,
        pages=dashboard(dist, prefix="api", image_origin="http://127.0.0.1:10000"),
    )
    host = Host(index(sample_app(), {}), HostSettings(function_timeout_s=0.5), options, {})
    serving = asyncio.create_task(host.serve())
    await asyncio.wait_for(host.started.wait(), 10)
    async with aiohttp.ClientSession(f"http://127.0.0.1:{host.port}") as session:
        yield Browser(session)
    host.stop()
    await asyncio.wait_for(serving, 10)


def shape_of(response: Answer) -> dict:
    body = response.json
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message", "retryable"}
    return body["error"]


async def test_a_request_reaches_the_function_whole(client):
    """
    Route parameters, query, headers and address arrive; repeated query names are joined as in Azure.
    """
    response = await client.ask("GET", "/api/images/01%20A?q=fox&q=owl", headers={"x-api-key": "k"})

    facts = response.json
    assert facts["id"] == "01 A"
    assert facts["q"] == "fox,owl"
    assert facts["key"] == "k"
    assert facts["url"].endswith("/api/images/01%20A?q=fox&q=owl")
    assert response.headers["x-seen"] == "yes"
    assert response.headers["content-type"] == "application/json"


async def test_a_fixed_route_comes_before_one_with_a_parameter(client):
    """
    `images/bulk` is not taken for the image named bulk, and the same path with another method still is one.
    """
    posted = await client.ask("POST", "/api/images/bulk", data=b"12345")
    got = await client.ask("GET", "/api/images/bulk")

    assert (posted.status, posted.text) == (202, "bulk 5")
    assert got.json["id"] == "bulk"


async def test_what_functions_may_return(client):
    """
    A text, nothing, and repeated headers go out as Azure sends them.
    """
    text = await client.ask("GET", "/api/threaded")
    nothing = await client.ask("POST", "/api/nothing")
    cookies = await client.ask("GET", "/api/cookies")

    assert (text.status, text.text) == (200, "from a thread")
    assert nothing.status == 204
    assert cookies.headers.getall("set-cookie") == ["a=1", "b=2"]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/unknown", 404, "not_found"),
        ("GET", "/nowhere", 404, "not_found"),
        ("PUT", "/api/images/1", 405, "method_not_allowed"),
        ("GET", "/api/broken", 500, "internal"),
        ("GET", "/api/slow", 504, "timeout"),
    ],
)
async def test_every_failure_has_the_one_shape(client, method, path, status, code):
    """
    The host's own errors look like the application's, and tell nothing of the inside.
    """
    response = await client.ask(method, path)

    assert response.status == status
    assert shape_of(response)["code"] == code
    assert "1234" not in response.text


async def test_methods_that_a_path_has(client):
    """
    405 names every method of the path; HEAD is not answered where only GET is routed, as in Azure.
    """
    put = await client.ask("PUT", "/api/images/1")
    head = await client.ask("HEAD", "/api/images/1")

    assert sorted(put.headers["allow"].split(", ")) == ["DELETE", "GET"]
    assert head.status == 404


@pytest.mark.parametrize("chunked", [False, True], ids=["declared", "chunked"])
async def test_a_body_that_is_too_large(client, monkeypatch, chunked):
    """
    It is refused, whether or not its length was declared.
    """
    monkeypatch.setattr(http, "MAX_BODY_BYTES", 1000)

    async def pieces():
        for _ in range(3):
            yield b"x" * 600

    response = await client.ask("POST", "/api/images/bulk", data=pieces() if chunked else b"x" * 1800)

    assert response.status == 413
    assert shape_of(response)["code"] == "too_large"


@pytest.mark.parametrize(("origin", "allowed"), [(ORIGIN, True), ("http://evil.example", False)])
async def test_other_origins(client, origin, allowed):
    """
    Only the dashboard's own origin may read answers from another one.
    """
    preflight = await client.ask(
        "OPTIONS",
        "/api/images/1",
        headers={
            "origin": origin,
            "access-control-request-method": "DELETE",
            "access-control-request-headers": "authorization,idempotency-key",
        },
    )
    plain = await client.ask("GET", "/api/images/1", headers={"origin": origin})

    assert (preflight.status == 200) is allowed
    assert (plain.headers.get("access-control-allow-origin") == origin) is allowed


async def test_the_dashboard_is_served(client):
    """
    The page has its origins written in and is always asked for anew; what has a hash in its name is kept.
    """
    page = await client.ask("GET", "/")
    config = await client.ask("GET", "/config.json")
    script = await client.ask("GET", "/assets/app-1a2b.js")
    icon = await client.ask("GET", "/icon.svg")
    outside = await client.ask("GET", "/..%2fsecret.txt")

    html = page.text
    assert "img-src http://127.0.0.1:10000;" in html
    assert "%" not in html
    assert page.headers["cache-control"] == "no-cache"
    assert page.headers["x-frame-options"] == "DENY"
    assert config.json == {"api": "/api"}
    assert script.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert icon.headers["cache-control"] == "no-cache"
    assert outside.status == 404


async def test_a_dashboard_that_is_not_built(tmp_path):
    """
    The page says what to do.
    """
    options = HostOptions(state=tmp_path, pages=dashboard(tmp_path / "dist", prefix="api", image_origin=""))
    host = Host(index(sample_app(), {}), HostSettings(), options, {})
    serving = asyncio.create_task(host.serve())
    await asyncio.wait_for(host.started.wait(), 10)

    async with aiohttp.ClientSession(f"http://127.0.0.1:{host.port}") as session:
        page = await Browser(session).ask("GET", "/")
        text = page.text
        missing = await Browser(session).ask("GET", "/assets/app.js")

    assert page.status == 503
    assert "make run" in text
    assert missing.status == 404
    host.stop()
    await serving


async def test_a_port_in_use(tmp_path, client):
    """
    A host whose port is taken says so by the operating system's own error.
    """
    port = int(str(client.session._base_url).rpartition(":")[2].strip("/"))
    host = Host(index(sample_app(), {}), HostSettings(), HostOptions(state=tmp_path, port=port), {})

    with pytest.raises(OSError, match="in use"):
        await host.serve()


def unknown_trigger(app):
    @app.blob_trigger(arg_name="blob", path="in/{name}", connection="AzureWebJobsStorage")
    def on_blob(blob: func.InputStream) -> None: ...


def wrong_parameter(app):
    @app.route(route="x")
    def on_request(request: func.HttpRequest) -> None: ...


def missing_setting(app):
    @app.timer_trigger(arg_name="timer", schedule="%NO_SUCH_SETTING%")
    def tick(timer: func.TimerRequest) -> None: ...


def wrong_schedule(app):
    @app.timer_trigger(arg_name="timer", schedule="* * * * *")
    def tick(timer: func.TimerRequest) -> None: ...


@pytest.mark.parametrize(
    ("declare", "sentence"),
    [
        (unknown_trigger, "Function on_blob has blobTrigger"),
        (wrong_parameter, "Function on_request must take req"),
        (missing_setting, "Function tick needs the setting NO_SUCH_SETTING"),
        (wrong_schedule, "Function tick: A timer needs six fields"),
    ],
)
@pytest.mark.filterwarnings("default")
def test_an_app_that_cannot_be_served(declare, sentence):
    """
    What the host cannot serve is named before it starts, in one sentence.
    """
    app = func.FunctionApp()
    declare(app)

    with pytest.raises(HostError, match=sentence):
        index(app, {})
