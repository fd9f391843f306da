"""Pause a schedule after consecutive failed runs, which would otherwise continue to cost money."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from functions.errors import NotFound, RateLimited, Stale
from functions.models.job import Job, Status
from functions.models.schedule import Schedule
from functions.services import audit
from functions.services.dependencies import PRODUCT, Dependencies
from functions.services.library_backup import write_after_change
from functions.services.telemetry import event
from functions.services.update import update

FAILED = frozenset({Status.FAILED, Status.BLOCKED})
COUNTED = FAILED | {Status.SUCCEEDED}  # skipped and canceled runs say nothing about the schedule


async def pause_after_failures(deps: Dependencies, job: Job) -> None:
    """Pause the job's schedule if its last `pause_after_failures` runs all failed, and record it in the audit log."""
    if job.schedule_id is None or not counts(job):
        return
    with suppress(NotFound, Stale):
        schedule = await deps.catalog.schedules.get(job.schedule_id)
        if not may_pause(schedule):
            return
        page = await deps.catalog.jobs.page(
            statuses=COUNTED, schedule_id=schedule.id, limit=schedule.pause_after_failures or 1
        )
        wanted = paused(schedule, page.items, job_id=job.id, now=deps.clock())
        if wanted is None:
            return
        async with audit.recorded(
            deps,
            PRODUCT,
            "schedule.pause",
            schedule.id,
            name=schedule.name,
            before={"paused": False},
            after={"paused": True, "reason": wanted.paused_reason},
        ):
            saved = await update(
                deps.catalog.schedules,
                schedule.id,
                lambda stored: paused(stored, page.items, job_id=job.id, now=deps.clock()),
                loaded=schedule,
            )
            if saved is None:
                raise Stale  # a user has changed the schedule since it was read, and it isn't paused
        event("schedule.auto_paused", schedule_id=schedule.id, failures=saved.pause_after_failures)
        await write_after_change(deps)


def counts(job: Job) -> bool:
    """Return whether this run failed for a reason that can be the schedule's: not because of a rate limit."""
    return job.status in FAILED and (job.reason is None or job.reason.code != RateLimited.code)


def may_pause(schedule: Schedule) -> bool:
    """Return whether the schedule can be paused automatically."""
    return not schedule.paused and schedule.deleted_at is None and schedule.pause_after_failures is not None


def paused(schedule: Schedule, jobs: Sequence[Job], *, job_id: str, now: datetime) -> Schedule | None:
    """Return the schedule as paused by this job, or None if it continues. `jobs` are its last ones, newest first."""
    most = schedule.pause_after_failures
    if not may_pause(schedule) or most is None:
        return None
    since = schedule.failures_since
    in_a_row = [one for one in jobs[:most] if counts(one) and (since is None or one.created_at > since)]
    if len(in_a_row) < most:
        return None
    last = in_a_row[0].reason
    why = f"Paused automatically after {most} consecutive failed run{'s' if most > 1 else ''}: "
    why += last.message if last else "see the run history."
    return schedule.evolve(
        paused=True, paused_reason=why[:500], paused_by=job_id, updated_at=now, version=schedule.version + 1
    )
