"""What was painted and what it cost, by day: writing the same job twice adds nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from functions.errors import AlreadyExists, NotFound, Stale
from functions.models.job import Job
from functions.models.library import Usage
from functions.policy.budget import usage_days
from functions.services.world import World


async def record(world: World, job: Job, *, images: int, cost_usd: float) -> None:
    """Set what this job has painted so far, in the document of the day it was made."""
    day, now = f"{job.created_at:%Y-%m-%d}", world.clock()
    while True:
        try:
            usage = await world.catalog.usage.get(day)
        except NotFound:
            usage = Usage(id=day, created_by="auto-image-gen", created_at=now, updated_at=now)
        entry = (images, round(cost_usd, 6))
        if usage.jobs.get(job.id) == entry:
            return
        changed = usage.evolve(jobs=usage.jobs | {job.id: entry}, updated_at=now)
        try:
            if usage.etag is None:
                await world.catalog.usage.create(changed)
            else:
                await world.catalog.usage.replace(changed)
            return
        except (AlreadyExists, Stale):
            continue


async def month_so_far(world: World, now: datetime) -> Sequence[Usage]:
    """This UTC month's days on which something was painted, the oldest first."""

    async def find(day: str) -> Usage | None:
        try:
            return await world.catalog.usage.get(day)
        except NotFound:
            return None

    days = await asyncio.gather(*(find(day) for day in usage_days(now)))
    return [usage for usage in days if usage is not None]
