"""A run takes the prompt that was written ahead for it, and lets go of it when it has ended."""

from __future__ import annotations

from datetime import UTC, datetime

from functions.errors import NotFound, Stale
from functions.models.job import Job
from functions.models.prompt import WrittenPrompt
from functions.models.schedule import Schedule
from functions.policy.schedules.upcoming_prompts import next_for, remembered
from functions.services.dependencies import World
from functions.services.telemetry import event
from functions.services.usage import ledger


async def take(world: World, schedule: Schedule, job: Job) -> WrittenPrompt | None:
    """The prompt that waits for this run, None without one; asked again, the same one.

    It stays on the schedule under the job's name until the job has ended, so that a crash loses nothing.
    """
    while True:
        entry = next_for(schedule, job_id=job.id, slot=slot_of(job))
        if entry is None or entry.job_id == job.id:
            return entry.prompt if entry else None
        taken = schedule.evolve(
            upcoming=tuple(one.evolve(job_id=job.id) if one.id == entry.id else one for one in schedule.upcoming),
            recent_prompts=remembered(schedule, entry.prompt),
        )
        try:
            await world.catalog.schedules.replace(taken)
            event("prompt.taken", schedule_id=schedule.id, job_id=job.id)
            return entry.prompt
        except Stale:
            try:
                schedule = await world.catalog.schedules.get(schedule.id)
            except NotFound:
                return None
        except NotFound:
            return None


async def release(world: World, job: Job) -> None:
    """Remove what the ended job had taken from the schedule's waiting prompts; the job has its cost in the books."""
    if job.schedule_id is None:
        return
    while True:
        try:
            schedule = await world.catalog.schedules.get(job.schedule_id)
            for entry in schedule.upcoming:
                if entry.job_id == job.id:
                    await ledger.forget_writing(world, entry.id, cost_usd=entry.prompt.cost_usd)
            kept = tuple(entry for entry in schedule.upcoming if entry.job_id != job.id)
            if kept != schedule.upcoming:
                await world.catalog.schedules.replace(schedule.evolve(upcoming=kept))
            return
        except NotFound:
            return
        except Stale:
            continue


def slot_of(job: Job) -> datetime | None:
    """The planned instant of a schedule's firing, None for a run that a person started."""
    return datetime.strptime(job.slot, "%Y%m%dT%H%MZ").replace(tzinfo=UTC) if job.slot else None
