"""A schedule that generates and publishes, and its public files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from functions.services.library_jobs.worker import STEPS
from functions.services.maintenance import follow_up
from tests.fakes import Clock, FakeDependencies
from tests.functions.api.delivery import deliver

if TYPE_CHECKING:
    from tests.functions.api.conftest import Api

DAILY = {"kind": "cron", "cron": "0 10 * * *", "timezone": "UTC"}
FIXED = {"feed.json", "feed.xml", "latest.json", "latest.webp", "latest.jpg"}


class Series:
    """A schedule whose runs are started by the test."""

    def __init__(self, api: Api, deps: FakeDependencies, clock: Clock) -> None:
        self.api, self.deps, self.clock = api, deps, clock
        self.id = ""
        self.steps = STEPS

    async def make(self, **changes: Any) -> None:
        body = {"name": "Wise Owls!", "theme": "secret owls", "timing": DAILY}
        self.id = (await self.api.post("schedules", body | changes)).json["id"]

    async def generate(self) -> str:
        """Process one more run as the host does, and return the id of its image."""
        await self.api.post(f"schedules/{self.id}/run")
        self.clock.advance(60)
        while message := self.deps.generation_queue.take():
            await follow_up.work(self.deps, message)
        await self.settle()
        return str((await self.api.get("images")).json["items"][0]["id"])

    async def publish(self, **body: Any) -> dict[str, Any]:
        etag = (await self.api.get(f"schedules/{self.id}")).json["etag"]
        answer = await self.api.put(f"schedules/{self.id}/publication", body | {"etag": etag})
        assert answer.status == 200, answer.body
        await self.settle()
        return dict(answer.json["publication"])

    async def approve(self, image: str, approved: bool = True) -> None:
        etag = (await self.api.get(f"images/{image}")).json["etag"]
        await self.api.patch(f"images/{image}", {"etag": etag, "approved": approved})
        await self.settle()

    async def settle(self) -> None:
        await deliver(self.deps, self.clock, steps=self.steps)

    def files(self, slug: str = "wise-owls") -> set[str]:
        prefix = f"p/{slug}/"
        stored = [name for container, name in self.deps.site_blobs.stored if container == "$web"]
        return {name.removeprefix(prefix) for name in stored if name.startswith(prefix)}

    def file(self, name: str, slug: str = "wise-owls") -> bytes:
        return self.deps.site_blobs.stored["$web", f"p/{slug}/{name}"][0]

    def published(self) -> list[str]:
        """Return the ids in the feed, newest first."""
        items = json.loads(self.file("feed.json"))["items"]
        return [item["_auto_image_gen"]["id"] for item in items]
