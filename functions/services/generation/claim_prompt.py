"""Claim the upcoming prompt of a run, and remove it when the run has ended."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

from functions.errors import NotFound
from functions.models.job import Job
from functions.models.prompt import WrittenPrompt
from functions.models.schedule import Schedule
from functions.policy.schedules.upcoming_prompts import next_for, remembered
from functions.services.dependencies import Dependencies
from functions.services.telemetry import event
from functions.services.update import update
from functions.services.usage import ledger


async def claim(deps: Dependencies, schedule: Schedule, job: Job) -> WrittenPrompt | None:
    """Claim and return the upcoming prompt for this run, or None. Calling it again returns the same prompt.

    The prompt stays on the schedule, marked with the job's ID, until the job has ended, so that it isn't lost in a
    crash.
    """
    prompt: WrittenPrompt | None = None

    def claimed(stored: Schedule) -> Schedule | None:
        nonlocal prompt
        entry = next_for(stored, job_id=job.id, slot=slot_of(job))
        prompt = entry.prompt if entry else None
        if entry is None or entry.job_id == job.id:
            return None
        return stored.evolve(
            upcoming=tuple(one.evolve(job_id=job.id) if one.id == entry.id else one for one in stored.upcoming),
            recent_prompts=remembered(stored, entry.prompt),
        )

    try:
        saved = await update(deps.catalog.schedules, schedule.id, claimed, loaded=schedule)
    except NotFound:
        return None
    if saved is not None:
        event("prompt.taken", schedule_id=schedule.id, job_id=job.id)
    return prompt


async def release(deps: Dependencies, job: Job) -> None:
    """Remove the prompt that the ended job claimed. Its cost is recorded with the job."""
    if job.schedule_id is None:
        return

    def released(stored: Schedule) -> Schedule:
        return stored.evolve(upcoming=tuple(entry for entry in stored.upcoming if entry.job_id != job.id))

    with suppress(NotFound):
        schedule = await deps.catalog.schedules.get(job.schedule_id)
        for entry in schedule.upcoming:
            if entry.job_id == job.id:
                await ledger.remove_prompt(deps, entry.id, cost_usd=entry.prompt.cost_usd)
        await update(deps.catalog.schedules, schedule.id, released, loaded=schedule)


def slot_of(job: Job) -> datetime | None:
    """Return the scheduled time of a run, or None for a run that a user started."""
    return datetime.strptime(job.slot, "%Y%m%dT%H%MZ").replace(tzinfo=UTC) if job.slot else None
