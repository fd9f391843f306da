"""The first start creates a schedule and its first images once, even if starts are interrupted."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from functions.models.schedule import CronTiming, ScheduleDraft
from local.run.errors import StartError
from local.run.first_run import NAME, FirstRun


class Api:
    """A fake of the function app that stores schedules and their runs."""

    def __init__(self) -> None:
        self.url = ""
        self.schedules: dict[str, dict[str, Any]] = {}
        self.images: list[dict[str, Any]] = []
        self.runs: dict[str, str] = {}
        self.fail_after: int | None = None

    def app(self) -> web.Application:
        app = web.Application(middlewares=[self.guarded])
        app.router.add_get("/api/schedules", self.list_schedules)
        app.router.add_post("/api/schedules", self.create)
        app.router.add_get("/api/images", self.list_images)
        app.router.add_post("/api/schedules/{id}/run", self.run)
        return app

    @web.middleware
    async def guarded(self, request: web.Request, handler: Any) -> web.StreamResponse:
        assert request.headers["Authorization"] == "Bearer the-key"
        return await handler(request)

    async def list_schedules(self, request: web.Request) -> web.Response:
        return web.json_response({"items": list(self.schedules.values()), "next_cursor": None})

    async def list_images(self, request: web.Request) -> web.Response:
        return web.json_response({"items": self.images, "next_cursor": None})

    async def create(self, request: web.Request) -> web.Response:
        schedule = {**await request.json(), "id": f"s{len(self.schedules) + 1}"}
        self.schedules[schedule["id"]] = schedule
        return web.json_response(schedule, status=201)

    async def run(self, request: web.Request) -> web.Response:
        if self.fail_after is not None and len(self.runs) >= self.fail_after:
            error = {"code": "unavailable", "message": "The storage did not answer.", "retryable": True}
            return web.json_response({"error": error}, status=503)
        self.runs[request.headers["Idempotency-Key"]] = request.match_info["id"]
        return web.json_response({}, status=202)


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    api = Api()
    runner = web.AppRunner(api.app())
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    api.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api"
    yield api
    await runner.cleanup()


def first_run(api: Api, tmp_path: Any) -> FirstRun:
    return FirstRun(api.url, "the-key", tmp_path / "first-run.json", timezone="Europe/Berlin")


async def test_a_first_start(api: Api, tmp_path: Path) -> None:
    """The first start creates a daily schedule in the local time zone and starts twelve runs."""
    assert await first_run(api, tmp_path).create_first_schedule(12)

    [schedule] = api.schedules.values()
    draft = ScheduleDraft.model_validate(schedule)
    assert draft.name == NAME
    assert isinstance(draft.timing, CronTiming)
    assert (draft.timing.cron, draft.timing.timezone) == ("0 9 * * *", "Europe/Berlin")
    assert api.runs == {f"first-{number}": "s1" for number in range(1, 13)}


async def test_a_second_start(api: Api, tmp_path: Path) -> None:
    """A second start sends no request that changes anything."""
    await first_run(api, tmp_path).create_first_schedule(12)
    api.runs.clear()

    assert not await first_run(api, tmp_path).create_first_schedule(12)

    assert api.runs == {}


async def test_an_interrupted_first_start(api: Api, tmp_path: Path) -> None:
    """The next start continues with the same schedule and keys, so no image is generated twice."""
    api.fail_after = 5
    with pytest.raises(StartError, match="Couldn't create the first schedule: The storage did not answer"):
        await first_run(api, tmp_path).create_first_schedule(12)
    api.fail_after = None

    assert await first_run(api, tmp_path).create_first_schedule(12)

    assert len(api.schedules) == 1
    assert len(api.runs) == 12


async def test_a_first_start_interrupted_before_saving(api: Api, tmp_path: Path) -> None:
    """A schedule that an interrupted start created is found by its name."""
    api.schedules["s7"] = {"id": "s7", "name": NAME}

    assert await first_run(api, tmp_path).create_first_schedule(1)

    assert len(api.schedules) == 1
    assert api.runs == {"first-1": "s7"}


@pytest.mark.parametrize("what", ["schedules", "images"])
async def test_a_library_that_is_in_use(api: Api, tmp_path: Path, what: str) -> None:
    """A library with schedules or images isn't changed."""
    if what == "schedules":
        api.schedules["s1"] = {"id": "s1", "name": "Ships"}
    else:
        api.images.append({"id": "1"})

    assert not await first_run(api, tmp_path).create_first_schedule(12)

    assert api.runs == {}
    assert json.loads((tmp_path / "first-run.json").read_text())["done"]


async def test_more_images(api: Api, tmp_path: Path) -> None:
    """After one paid image, eleven more can be generated."""
    run = first_run(api, tmp_path)
    await run.create_first_schedule(1)

    await run.generate_more(2, 12)

    assert len(api.runs) == 12


async def test_an_api_that_does_not_respond(tmp_path: Path) -> None:
    """An API that doesn't respond ends the start with one message."""
    run = FirstRun("http://127.0.0.1:9/api", "k", tmp_path / "first-run.json", timezone="UTC")

    with pytest.raises(StartError, match="Couldn't create the first schedule"):
        await run.create_first_schedule(12)
