"""A schedule that fails again and again pauses by itself, rather than to pay for more of the same."""

from __future__ import annotations

from functions.errors import NotFound, Stale
from functions.models.job import Job, Status
from functions.services.dependencies import World
from functions.services.telemetry import event

FAILED = frozenset({Status.FAILED, Status.BLOCKED})
COUNTED = FAILED | {Status.SUCCEEDED}  # skipped and cancelled runs say nothing about the schedule


async def after_failures(world: World, job: Job) -> None:
    """Pause the job's schedule when its last runs all failed, as many as it allows in a row."""
    if job.schedule_id is None or job.status not in FAILED:
        return
    while True:
        try:
            schedule = await world.catalog.schedules.get(job.schedule_id)
        except NotFound:
            return
        most = schedule.pause_after_failures
        if schedule.paused or schedule.deleted_at is not None or most is None:
            return
        page = await world.catalog.jobs.page(statuses=COUNTED, schedule_id=schedule.id, limit=most)
        since = schedule.failures_since
        in_a_row = [one for one in page.items if one.status in FAILED and (since is None or one.created_at > since)]
        if len(in_a_row) < most:
            return
        now = world.clock()
        last = in_a_row[0].reason
        why = f"Paused by itself after {most} failure{'s' if most > 1 else ''} in a row: "
        why += last.message if last else "the runs say why."
        paused = schedule.evolve(
            paused=True, paused_reason=why[:500], paused_by=job.id, updated_at=now, version=schedule.version + 1
        )
        try:
            await world.catalog.schedules.replace(paused)
        except Stale:
            continue
        except NotFound:
            return
        event("schedule.paused_itself", schedule_id=schedule.id, failures=most)
        return
