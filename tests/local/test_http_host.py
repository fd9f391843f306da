"""HTTP triggers of the local host over a real socket."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import azure.functions as func
import pytest

from local.host.function_index import index_functions
from local.host.host import Host, HostOptions
from local.host.host_json import HostError, HostSettings
from tests.local.http_bench import ORIGIN, Answer, Browser, sample_app


def shape_of(response: Answer) -> dict[str, Any]:
    body = response.json
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message", "retryable"}
    return body["error"]


async def test_a_request_reaches_the_function_completely(client: Browser) -> None:
    """The function gets route parameters, query, headers, and URL; repeated parameters are joined as in Azure."""
    response = await client.ask("GET", "/api/images/01%20A?q=fox&q=owl", headers={"x-api-key": "k"})

    facts = response.json
    assert facts["id"] == "01 A"
    assert facts["q"] == "fox,owl"
    assert facts["key"] == "k"
    assert facts["url"].endswith("/api/images/01%20A?q=fox&q=owl")
    assert response.headers["x-seen"] == "yes"
    assert response.headers["content-type"] == "application/json"


async def test_a_fixed_route_comes_before_one_with_a_parameter(client: Browser) -> None:
    """`images/bulk` has priority over `images/{id}`, except for methods that only the latter has."""
    posted = await client.ask("POST", "/api/images/bulk", data=b"12345")
    got = await client.ask("GET", "/api/images/bulk")

    assert (posted.status, posted.text) == (202, "bulk 5")
    assert got.json["id"] == "bulk"


async def test_results_of_functions(client: Browser) -> None:
    """A text, None, and repeated headers are sent as in Azure."""
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
async def test_every_error_has_the_same_format(client: Browser, method: str, path: str, status: int, code: str) -> None:
    """The host's own errors have the API's error format and contain no internal details."""
    response = await client.ask(method, path)

    assert response.status == status
    assert shape_of(response)["code"] == code
    assert "1234" not in response.text


async def test_methods_of_a_path(client: Browser) -> None:
    """405 lists every method of the path, and HEAD isn't added to GET, as in Azure."""
    put = await client.ask("PUT", "/api/images/1")
    head = await client.ask("HEAD", "/api/images/1")

    assert sorted(put.headers["allow"].split(", ")) == ["DELETE", "GET"]
    assert head.status == 404


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("POST", "/", 405),
        ("POST", "/icon.svg", 405),
        ("GET", "/icon.svg", 200),
        ("GET", "/nowhere", 404),
        ("GET", "/api/unknown", 404),
        ("PUT", "/api/images/1", 405),
        ("GET", "/api/broken", 500),
        ("GET", "/api/threaded", 200),
    ],
)
async def test_headers_of_every_answer(client: Browser, method: str, path: str, status: int) -> None:
    """Browsers may not guess the type of any response, and each 405 lists what is allowed."""
    response = await client.ask(method, path)

    assert response.status == status
    assert response.headers.getall("x-content-type-options") == ["nosniff"]
    assert ("allow" in response.headers) is (status == 405)


@pytest.mark.parametrize("chunked", [False, True], ids=["declared", "chunked"])
async def test_a_body_that_is_too_large(client: Browser, chunked: bool) -> None:
    """A body over the limit is rejected, with or without Content-Length."""

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b"x" * 600

    response = await client.ask("POST", "/api/images/bulk", data=pieces() if chunked else b"x" * 1800)

    assert response.status == 413
    assert shape_of(response)["code"] == "too_large"


@pytest.mark.parametrize(("origin", "allowed"), [(ORIGIN, True), ("http://evil.example", False)])
async def test_other_origins(client: Browser, origin: Any, allowed: bool) -> None:
    """Only the configured origins can read responses."""
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


async def test_a_port_in_use(tmp_path: Path, client: Browser) -> None:
    """A port that is in use raises the operating system's error."""
    port = int(str(client.session._base_url).rpartition(":")[2].strip("/"))
    host = Host(index_functions(sample_app(), {}), HostSettings(), HostOptions(state=tmp_path, port=port), {})

    with pytest.raises(OSError, match="in use"):
        await host.serve()


def unknown_trigger(app: func.FunctionApp) -> None:
    @app.blob_trigger(arg_name="blob", path="in/{name}", connection="AzureWebJobsStorage")
    def on_blob(blob: func.InputStream) -> None: ...


def wrong_parameter(app: func.FunctionApp) -> None:
    @app.route(route="x")
    def on_request(request: func.HttpRequest) -> None: ...


def missing_setting(app: func.FunctionApp) -> None:
    @app.timer_trigger(arg_name="timer", schedule="%NO_SUCH_SETTING%")
    def tick(timer: func.TimerRequest) -> None: ...


def wrong_schedule(app: func.FunctionApp) -> None:
    @app.timer_trigger(arg_name="timer", schedule="* * * * *")
    def tick(timer: func.TimerRequest) -> None: ...


@pytest.mark.parametrize(
    ("declare", "sentence"),
    [
        (unknown_trigger, "Function on_blob has blobTrigger"),
        (wrong_parameter, "Function on_request must accept req"),
        (missing_setting, "Function tick requires the setting NO_SUCH_SETTING"),
        (wrong_schedule, "Function tick: A timer expression must have six fields"),
    ],
)
@pytest.mark.filterwarnings("default")
def test_an_app_that_cannot_be_served(declare: Any, sentence: str) -> None:
    """A function that the host doesn't support is reported before the start."""
    app = func.FunctionApp()
    declare(app)

    with pytest.raises(HostError, match=sentence):
        index_functions(app, {})
