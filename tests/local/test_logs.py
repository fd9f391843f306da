"""The local dashboard shows the end of each component's log, to administrators only."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import azure.functions as func
import pytest

from local.host.function_index import HttpFunction
from local.host.host import HostOptions
from local.host.logs import MAX_BYTES, MAX_LINE_CHARS, MAX_LINES, last_lines, log_route
from tests.local.http_bench import Browser, browsing

ENV = {
    "INFERENCE_KEY": "key-of-the-service",
    "AzureWebJobsStorage": "AccountName=a;AccountKey=c3RvcmFnZS1rZXk=",
    "X": "y",
}
ROLES = {"Bearer of-an-admin": "admin", "Bearer of-an-editor": "editor"}


async def get_config(req: func.HttpRequest) -> func.HttpResponse:
    """Answer as the API does: with the role of the caller, or 401."""
    role = ROLES.get(req.headers.get("authorization", ""))
    if role is None:
        return func.HttpResponse('{"error": {"code": "unauthorized"}}', status_code=401, mimetype="application/json")
    return func.HttpResponse(json.dumps({"role": role}), mimetype="application/json")


CONFIG = HttpFunction(
    name="get_config", call=get_config, arg_name="req", wants_context=False, route="config", methods=("GET",)
)


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    folder = tmp_path / "logs"
    folder.mkdir()
    (tmp_path / "api-key").write_text("aig_local_key\n")
    (folder / "functions.log").write_text("one\ntwo key-of-the-service\nGET http://h/x?sig=SIGNED done\n")
    (folder / "inference.log").write_text("c3RvcmFnZS1rZXk= and aig_local_key\n")
    (folder / "inference.old.log").write_text("earlier\n")
    (folder / "notes.txt").write_text("not a log\n")
    return folder


@pytest.fixture
async def browser(tmp_path: Path, logs: Path) -> AsyncIterator[Browser]:
    route = log_route(logs, config=CONFIG, keys=tmp_path, env=ENV)
    async with browsing(HostOptions(state=tmp_path / "host", grace_s=1, pages=[route])) as browser:
        yield browser


@pytest.mark.parametrize("key", ["of-an-admin", "aig_local_key"])
async def test_an_administrator_reads_every_log_without_secrets(browser: Browser, key: str) -> None:
    """Each log has its name and its lines, also those before it became too large, and no key or signature."""
    answer = await browser.ask("GET", "/local/logs", headers={"Authorization": f"Bearer {key}"})

    assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
    assert answer.json == {
        "items": [
            {"id": "functions", "lines": ["one", "two [key]", "GET http://h/… done"]},
            {"id": "inference", "lines": ["earlier", "[key] and [key]"]},
        ]
    }


@pytest.mark.parametrize(
    ("headers", "status"),
    [({}, 401), ({"Authorization": "Bearer wrong"}, 401), ({"Authorization": "Bearer of-an-editor"}, 403)],
)
async def test_nobody_else_reads_them(browser: Browser, headers: dict[str, str], status: int) -> None:
    """A caller without a key is refused as by the API, and an editor isn't allowed to read logs."""
    answer = await browser.ask("GET", "/local/logs", headers=headers)

    assert answer.status == status
    assert "one" not in answer.text


async def test_the_logs_can_be_read_while_the_catalog_is_down(tmp_path: Path, logs: Path) -> None:
    """The key of the local run is enough when the API can't answer."""

    async def broken(req: func.HttpRequest) -> func.HttpResponse:
        return func.HttpResponse("{}", status_code=503)

    config = HttpFunction(
        name="get_config", call=broken, arg_name="req", wants_context=False, route="config", methods=("GET",)
    )
    route = log_route(logs, config=config, keys=tmp_path, env={})
    async with browsing(HostOptions(state=tmp_path / "host", grace_s=1, pages=[route])) as browser:
        local = await browser.ask("GET", "/local/logs", headers={"X-API-Key": "aig_local_key"})
        other = await browser.ask("GET", "/local/logs", headers={"X-API-Key": "another"})

    assert (local.status, other.status) == (200, 503)


async def test_a_secret_at_the_end_of_a_long_line_is_removed(browser: Browser, logs: Path) -> None:
    """A line is cut after its secrets are removed, so that no beginning of a secret is left."""
    (logs / "functions.log").write_text("x" * (MAX_LINE_CHARS - 8) + "key-of-the-service\n")

    answer = await browser.ask("GET", "/local/logs", headers={"Authorization": "Bearer of-an-admin"})

    lines = [line for log in answer.json["items"] for line in log["lines"]]
    assert not [line for line in lines if "key-" in line]
    assert max(map(len, lines)) <= MAX_LINE_CHARS


def test_only_the_end_of_a_log_is_read(tmp_path: Path) -> None:
    """Of a large log, the last 500 lines are returned, and long lines are cut off."""
    log = tmp_path / "functions.log"
    lines = [f"line {number}" for number in range(MAX_BYTES // 10)]
    log.write_text("\n".join([*lines, "x" * (MAX_LINE_CHARS + 5)]) + "\n")

    found = last_lines(log)

    assert len(found) == MAX_LINES
    assert found[:2] == lines[-MAX_LINES + 1 : -MAX_LINES + 3]
    assert len(found[-1]) == MAX_LINE_CHARS
