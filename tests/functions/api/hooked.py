"""A schedule with a webhook, and the requests of its receiver."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from functions.services.library_jobs.worker import run_library_job
from functions.services.maintenance import follow_up
from functions.services.maintenance.sweep import sweep
from tests.fake_webhooks import Posted
from tests.fakes import Clock, FakeDependencies

if TYPE_CHECKING:
    from tests.functions.api.conftest import Api

DAILY = {"kind": "cron", "cron": "0 10 * * *", "timezone": "UTC"}
URL = "https://example.org/hook/token-1234?x=1"


class Hooked:
    """A schedule with a webhook."""

    def __init__(self, api: Api, deps: FakeDependencies, clock: Clock) -> None:
        self.api, self.deps, self.clock = api, deps, clock
        self.id = ""
        self.secret = ""

    async def make(self, **body: Any) -> None:
        schedule = {"name": "Owls", "theme": "owls", "timing": DAILY, "pause_after_failures": 2}
        self.id = (await self.api.post("schedules", schedule)).json["id"]
        self.secret = (await self.set(url=URL, **body))["secret"]

    async def set(self, **body: Any) -> dict[str, Any]:
        etag = (await self.api.get(f"schedules/{self.id}")).json["etag"]
        answer = await self.api.put(f"schedules/{self.id}/webhook", body | {"etag": etag})
        assert answer.status == 200, answer.body
        return dict(answer.json)

    async def run(self, error: Exception | None = None) -> str:
        """Process one run as the host does, and deliver every message that is due."""
        job = (await self.api.post(f"schedules/{self.id}/run")).json
        if error is not None:
            self.deps.image_generator.fail(error)
        self.clock.advance(60)
        await self.work()
        return str(job["id"])

    async def work(self) -> None:
        """Process the runs that are due, and deliver their events."""
        while message := self.deps.generation_queue.take():
            await follow_up.work(self.deps, message)
        await self.deliver()

    async def deliver(self) -> None:
        while message := self.deps.library_queue.take():
            await run_library_job(self.deps, message)

    async def wait(self, seconds: float) -> None:
        """Advance the clock, then run a sweep."""
        self.clock.advance(seconds)
        await sweep(self.deps)
        await self.deliver()

    async def history(self) -> list[dict[str, Any]]:
        return list((await self.api.get(f"schedules/{self.id}/deliveries", key="reader")).json["items"])

    @property
    def posted(self) -> list[Posted]:
        return self.deps.webhook_client.posted

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(posted.body) for posted in self.posted]
