"""What users do during the storm: create jobs, rate images, and keep a schedule that runs every minute."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from benchmarks.storm.product import KEY

TIMEOUT = aiohttp.ClientTimeout(total=15)
RETRY_S = 1.0
SECONDS_BETWEEN_JOBS = 6.0  # on average
SECONDS_BETWEEN_RATINGS = 4.0
THEMES = ("owls in the snow", "a harbor at night", "foxes reading books", "mountains and clouds", "small robots")
MOST_OPEN_JOBS = 10  # a longer queue would only measure how slow the machine is
MOST_IMAGES = 3
STEPS = 4
RETRIED = frozenset({408, 429, 502, 503, 504})


@dataclass
class Record:
    """What was accepted, and the answers."""

    jobs: dict[str, int] = field(default_factory=dict)  # ID -> number of images
    ratings: dict[str, int] = field(default_factory=dict)  # image ID -> stars
    schedule_id: str = ""
    answers: Counter[int] = field(default_factory=Counter)  # HTTP status -> number; 0 is no response
    refused: list[str] = field(default_factory=list)  # answers that should not occur


class Refused(Exception):
    """A host refused a request, so that repeating it is of no use."""


class Users:
    """Requests to any of the hosts, each repeated until one accepts it."""

    def __init__(self, urls: tuple[str, ...], seed: int) -> None:
        self._urls = urls
        self._chance = random.Random(seed)
        self.record = Record()

    async def __aenter__(self) -> Users:
        self._session = aiohttp.ClientSession(headers={"Authorization": f"Bearer {KEY}"}, timeout=TIMEOUT)
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self._session.close()

    async def lift_limits(self) -> None:
        """Allow as many images as the storm creates."""
        settings = await self.call("GET", "settings")
        limits = settings["limits"] | {"images_per_day": 1_000_000, "images_per_month": 1_000_000}
        await self.call("PATCH", "settings", {"etag": settings["etag"], "limits": limits})

    async def start_schedule(self) -> None:
        """Create the schedule that runs every minute."""
        timing = {"kind": "cron", "cron": "* * * * *", "timezone": "UTC"}
        body: dict[str, Any] = {"name": "Every minute", "theme": THEMES[0], "timing": timing, "overlap": "allow"}
        body |= {"options": {"count": 1, "steps": STEPS}, "pause_after_failures": None}
        self.record.schedule_id = (await self.call("POST", "schedules", body))["id"]

    async def stop_schedule(self) -> None:
        await self.call("POST", f"schedules/{self.record.schedule_id}/pause", {})

    async def work(self, seconds: float) -> None:
        """Create jobs and rate images for this time; return when all of them are accepted."""
        until = asyncio.get_running_loop().time() + seconds
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._repeat(tasks, until, SECONDS_BETWEEN_JOBS, self._create_job))
            tasks.create_task(self._repeat(tasks, until, SECONDS_BETWEEN_RATINGS, self._rate))

    async def _repeat(self, tasks: asyncio.TaskGroup, until: float, mean_s: float, action: Any) -> None:
        number = 0
        while True:
            await asyncio.sleep(self._chance.expovariate(1 / mean_s))
            if asyncio.get_running_loop().time() > until:
                return
            number += 1
            tasks.create_task(self._unless_refused(action(number)))

    async def _unless_refused(self, work: Coroutine[Any, Any, None]) -> None:
        with suppress(Refused):  # `call` has recorded the refusal
            await work

    async def _create_job(self, number: int) -> None:
        if await self.open_jobs() >= MOST_OPEN_JOBS:
            return
        count = self._chance.randint(1, MOST_IMAGES)
        body = {"theme": self._chance.choice(THEMES), "options": {"count": count, "steps": STEPS}}
        job = await self.call("POST", "jobs", body, key=f"storm-{number}")
        self.record.jobs[job["id"]] = count

    async def _rate(self, number: int) -> None:
        found = [one for one in (await self.call("GET", "images?limit=50"))["items"] if not one["rating"]]
        found = [one for one in found if one["id"] not in self.record.ratings]
        if not found:
            return
        image, stars = self._chance.choice(found), 1 + number % 5
        self.record.ratings[image["id"]] = stars
        while True:
            sent = await self.call("PATCH", f"images/{image['id']}", {"etag": image["etag"], "rating": stars})
            if sent is not None:
                return
            # The change is saved, although its answer was lost; or someone else has changed the image.
            image = await self.call("GET", f"images/{image['id']}")
            if image["rating"] == stars:
                return

    async def open_jobs(self) -> int:
        return int((await self.call("GET", "stats"))["jobs_open"])

    async def call(self, method: str, path: str, body: object = None, *, key: str = "") -> Any:
        """Return the JSON of the response, from any host, tried until one accepts it; None for an outdated ETag.

        Raises `Refused` if a host says that the request is wrong.
        """
        headers = {"Idempotency-Key": key} if key else {}
        while True:
            url = self._chance.choice(self._urls) + path
            try:
                async with self._session.request(method, url, json=body, headers=headers) as answer:
                    self.record.answers[answer.status] += 1
                    if answer.status < 300:
                        return await answer.json()
                    if answer.status in (409, 412) and method == "PATCH":
                        return None
                    if answer.status not in RETRIED:
                        self.record.refused.append(f"{method} {path}: {answer.status} {(await answer.text())[:200]}")
                        if answer.status < 500:
                            raise Refused
            except (aiohttp.ClientError, TimeoutError, OSError):
                self.record.answers[0] += 1
            await asyncio.sleep(RETRY_S)
