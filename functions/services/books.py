"""What was painted and what it cost, by day: writing the same job twice adds nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from functions.errors import AlreadyExists, NotFound, Stale
from functions.models.job import Job
from functions.models.library import Usage
from functions.policy.budget import usage_days
from functions.services.world import World


async def record(world: World, job: Job, *, images: int, cost_usd: float) -> None:
    """Set what this job has painted so far, in the document of the day it was made."""
    entry = (images, round(cost_usd, 6))
    await enter(world, f"{job.created_at:%Y-%m-%d}", lambda usage: usage.evolve(jobs=usage.jobs | {job.id: entry}))


async def enter(world: World, id: str, change: Callable[[Usage], Usage]) -> None:
    """Save a change of a document of the books unless it says so already."""
    now = world.clock()
    while True:
        try:
            usage = await world.catalog.usage.get(id)
        except NotFound:
            usage = Usage(id=id, created_by="auto-image-gen", created_at=now, updated_at=now)
        changed = change(usage)
        if changed == usage:
            return
        try:
            if usage.etag is None:
                await world.catalog.usage.create(changed.evolve(updated_at=now))
            else:
                await world.catalog.usage.replace(changed.evolve(updated_at=now))
            return
        except (AlreadyExists, Stale):
            continue


async def month_so_far(world: World, now: datetime) -> Sequence[Usage]:
    """This UTC month's days on which something was painted, the oldest first."""
    return await days(world, usage_days(now))


async def days(world: World, ids: Iterable[str]) -> Sequence[Usage]:
    """The documents of these ids that there are, in their order."""

    async def find(day: str) -> Usage | None:
        try:
            return await world.catalog.usage.get(day)
        except NotFound:
            return None

    found = await asyncio.gather(*(find(day) for day in ids))
    return [usage for usage in found if usage is not None]
