"""Record images and cost per day. Recording the same job twice has no effect."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from functions.models.identity import created_at_of
from functions.models.job import Job
from functions.models.library import Usage
from functions.policy.limits import usage_days
from functions.services.dependencies import PRODUCT, Dependencies
from functions.services.update import update


async def record_job(deps: Dependencies, job: Job, *, images: int, cost_usd: float) -> None:
    """Record the images of this job so far, in the document of the day when the job was created.

    A record is never lowered, because a worker that was stopped for a while knows less than the one that took over.
    """

    await record(deps, f"{job.created_at:%Y-%m-%d}", {job.id: (images, cost_usd)})


async def recorded_images(deps: Dependencies, job: Job) -> int:
    """Return how many images of this job are recorded."""
    days = await deps.catalog.usage.get_many([f"{job.created_at:%Y-%m-%d}"])
    return sum(usage.jobs.get(job.id, (0, 0.0))[0] for usage in days)


async def record(deps: Dependencies, day: str, entries: Mapping[str, tuple[int, float]]) -> None:
    """Record images and cost by job ID in the document of a UTC day. Records are never lowered."""

    def recorded(usage: Usage) -> Usage:
        jobs = dict(usage.jobs)
        for job_id, (images, cost_usd) in entries.items():
            most_images, most_usd = jobs.get(job_id, (0, 0.0))
            jobs[job_id] = (max(images, most_images), max(round(cost_usd, 6), most_usd))
        return usage.evolve(jobs=jobs)

    await upsert(deps, day, recorded)


async def record_prompt(deps: Dependencies, id: str, *, cost_usd: float) -> None:
    """Record the cost of writing a prompt without a job, instead of its reservation.

    The record is in the document of the day in the prompt's ULID.
    """
    key = prompt_key(id)
    entry = {key: (0, round(cost_usd, 6))} if cost_usd else {}

    def recorded(usage: Usage) -> Usage:
        reserved = {id: one for id, one in usage.reserved.items() if id != key}
        return usage.evolve(jobs=usage.jobs | entry, reserved=reserved)

    await upsert(deps, day_of(id), recorded)


async def remove_prompt(deps: Dependencies, id: str, *, cost_usd: float) -> None:
    """Remove that record, because the job that uses the prompt has recorded the cost."""

    def without(usage: Usage) -> Usage:
        return usage.evolve(jobs={line: entry for line, entry in usage.jobs.items() if line != prompt_key(id)})

    if cost_usd:
        await upsert(deps, day_of(id), without)


async def record_cost_without_images(deps: Dependencies, job: Job) -> None:
    """Record the cost of an ended job without images. Other jobs are recorded with each image."""
    if job.cost_usd and not job.stored:
        await record_job(deps, job, images=0, cost_usd=job.cost_usd)


def prompt_key(prompt_id: str) -> str:
    """Return the key of a prompt's record."""
    return f"prompt-{prompt_id}"


def day_of(prompt_id: str) -> str:
    """Return the UTC day in a prompt's ULID."""
    return f"{created_at_of(prompt_id):%Y-%m-%d}"


async def upsert(deps: Dependencies, id: str, change: Callable[[Usage], Usage]) -> None:
    """Save a change of a usage document unless it has no effect."""
    now = deps.clock()

    def changed(usage: Usage) -> Usage | None:
        wanted = change(usage)
        return None if wanted == usage else wanted.evolve(updated_at=now)

    fresh = Usage(id=id, **PRODUCT.creator, created_at=now, updated_at=now)
    await update(deps.catalog.usage, id, changed, missing=lambda: changed(fresh))


async def month_so_far(deps: Dependencies, now: datetime) -> Sequence[Usage]:
    """Return the days of this UTC month with usage, oldest first."""
    return await deps.catalog.usage.get_many(usage_days(now))
