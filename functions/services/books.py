"""What was painted and what it cost, by day: writing the same job twice adds nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from functions.errors import AlreadyExists, NotFound, Stale
from functions.models.job import Job
from functions.models.library import Run, Usage
from functions.models.schedule import PaintOptions
from functions.policy.budget import usage_days
from functions.policy.forecast import megapixel_steps
from functions.services.world import World


async def record(world: World, job: Job, *, images: int, cost_usd: float) -> None:
    """Set what this job has painted so far, in the document of the day it was made."""
    entry = (images, round(cost_usd, 6))
    await enter(world, job, lambda usage: usage.evolve(jobs=usage.jobs | {job.id: entry}))


async def record_run(world: World, job: Job) -> None:
    """Set what this job came to, now that it has ended."""
    await enter(world, job, lambda usage: usage.evolve(runs=usage.runs | {job.id: run_of(job)}))


async def enter(world: World, job: Job, change: Callable[[Usage], Usage]) -> None:
    """Save a change of the day's document unless it says so already."""
    day, now = f"{job.created_at:%Y-%m-%d}", world.clock()
    while True:
        try:
            usage = await world.catalog.usage.get(day)
        except NotFound:
            usage = Usage(id=day, created_by="auto-image-gen", created_at=now, updated_at=now)
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


def run_of(job: Job) -> Run:
    """The line of the books that an ended generation job leaves."""
    options, prompt = job.options or PaintOptions(), job.prompt
    wrote = prompt is not None and job.asked.prompt is None
    ended = job.finished_at or job.updated_at
    worked_ms = job.timings.writing_ms + job.timings.painting_ms
    return Run(
        schedule_id=job.schedule_id,
        status=job.status,
        model=options.model or "",
        images=len(job.stored),
        megapixel_steps=len(job.stored) * megapixel_steps(options),
        painting_ms=job.timings.painting_ms,
        writing_ms=job.timings.writing_ms,
        waiting_ms=max(0, int((ended - job.created_at).total_seconds() * 1000) - worked_ms),
        slept=job.waited_s > 0,
        wrote=wrote,
        writing_usd=prompt.cost_usd if prompt is not None and wrote else 0.0,
        cost_usd=round(job.cost_usd, 6),
    )


async def month_so_far(world: World, now: datetime) -> Sequence[Usage]:
    """This UTC month's days on which something was painted, the oldest first."""
    return await days(world, usage_days(now))


async def last_days(world: World, now: datetime, count: int) -> Sequence[Usage]:
    """So many UTC days up to today, those on which something was painted, the oldest first."""
    return await days(world, [f"{now - timedelta(days=back):%Y-%m-%d}" for back in reversed(range(count))])


async def days(world: World, ids: Iterable[str]) -> Sequence[Usage]:
    async def find(day: str) -> Usage | None:
        try:
            return await world.catalog.usage.get(day)
        except NotFound:
            return None

    found = await asyncio.gather(*(find(day) for day in ids))
    return [usage for usage in found if usage is not None]
