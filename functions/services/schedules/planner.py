"""Planner, run every minute: create exactly one job for each due slot of a schedule."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from functions.errors import AlreadyExists, AppError, NotFound, TooMany
from functions.models.job import GenerationRequest, Job, Reason, Status
from functions.models.schedule import Schedule, ScheduleDraft
from functions.policy.limits import check_options, check_share
from functions.policy.schedules.recurrence import due_slots, runs
from functions.policy.schedules.variables import variables
from functions.services import library_settings
from functions.services.dependencies import Dependencies
from functions.services.jobs.submit import check_room, create
from functions.services.telemetry import event, failure
from functions.services.update import update
from functions.services.usage import run_history

LATE = timedelta(minutes=5)  # a slot older than this was missed


async def plan_due_work(deps: Dependencies) -> None:
    """Plan all due schedules. If one fails, it is logged and retried a minute later."""
    settings = await library_settings.settings(deps)
    if settings.paused:
        return
    for schedule in await deps.catalog.schedules.all():
        if schedule.paused or schedule.next_run_at is None or schedule.next_run_at > deps.clock():
            continue
        try:
            await plan(deps, schedule)
        except AppError as exc:
            failure("schedule.not_planned", exc, schedule_id=schedule.id)


async def plan(deps: Dependencies, schedule: Schedule) -> None:
    """Create the job of the schedule's latest due slot, then record on the schedule that it is planned.

    The job ID prevents duplicates if this runs twice or on two machines. A crash between the two writes only repeats
    the first one. Earlier missed slots are folded into the latest.
    """
    now = deps.clock()
    slot, earlier = due_slots(
        schedule.timing,
        after=schedule.planned_until,
        until=now,
        starts_at=schedule.starts_at,
        ends_at=schedule.ends_at,
    )
    if slot is not None:
        job = await slot_job(deps, schedule, slot, folded=earlier)
        try:
            await (deps.catalog.jobs.create(job) if job.finished else create(deps, job))
            event("schedule.planned", schedule_id=schedule.id, slot=job.slot, status=job.status, folded=earlier)
        except AlreadyExists:
            event("schedule.already_planned", schedule_id=schedule.id, slot=job.slot)
    await note_decided(deps, schedule, now=now, fired=slot is not None)


async def note_decided(deps: Dependencies, schedule: Schedule, *, now: datetime, fired: bool) -> None:
    """Record that every slot up to `now` is planned, unless the schedule was changed in the meantime."""

    def decided(held: Schedule) -> Schedule | None:
        if held is not schedule and (held.planned_until != schedule.planned_until or held.deleted_at is not None):
            return None
        return held.evolve(
            planned_until=now, next_run_at=next_run(held, after=now), runs=held.runs + fired, updated_at=now
        )

    with suppress(NotFound):
        if await update(deps.catalog.schedules, schedule.id, decided, held=schedule) is None:
            event("schedule.changed_meanwhile", schedule_id=schedule.id)


def next_run(draft: ScheduleDraft, *, after: datetime) -> datetime | None:
    """Return the first slot after this time, or None if the schedule has ended."""
    return next(runs(draft.timing, after=after, starts_at=draft.starts_at, ends_at=draft.ends_at), None)


async def slot_job(deps: Dependencies, schedule: Schedule, slot: datetime, *, folded: int) -> Job:
    """Return the job of one slot: queued, or skipped with a reason."""
    now = deps.clock()
    job = Job(
        id=f"{schedule.id}@{slot:%Y%m%dT%H%MZ}",
        created_by=f"schedule:{schedule.id}",
        created_at=now,
        updated_at=now,
        request=GenerationRequest(
            theme=schedule.theme,
            instructions=schedule.instructions,
            options=schedule.options,
            variables=variables(slot, schedule.timing.timezone, n=schedule.runs + 1),
        ),
        schedule_id=schedule.id,
        schedule_name=schedule.name,
        slot=f"{slot:%Y%m%dT%H%MZ}",
        folded_slots=folded,
        not_before=now,
        sent_at=now,
    )
    reason = await reason_to_skip(deps, schedule, slot, now=now)
    return job if reason is None else job.evolve(status=Status.SKIPPED, reason=reason, finished_at=now)


async def reason_to_skip(deps: Dependencies, schedule: Schedule, slot: datetime, *, now: datetime) -> Reason | None:
    """Return the reason why this slot is skipped, or None if it runs."""
    if schedule.missed == "skip" and now - slot > LATE:
        return Reason(
            code="missed",
            message="Skipped: the app wasn't running at the scheduled time, and this schedule skips missed runs.",
        )
    if schedule.overlap == "skip":
        open_jobs = await deps.catalog.jobs.open()
        if any(job.schedule_id == schedule.id and job.slot != f"{slot:%Y%m%dT%H%MZ}" for job in open_jobs):
            return Reason(code="overlap", message="Skipped: the previous run was still in progress.")
    try:
        settings = await library_settings.settings(deps)
        check_options(schedule.options, settings.limits, await library_settings.profile(deps))
        await check_room(deps, schedule.options.count)
    except TooMany as exc:
        return Reason(code="over_limit", message=exc.message)
    except AppError as exc:
        if exc.retryable:
            raise
        return Reason(code=exc.code, message=exc.message)
    try:
        await check_own_limit(deps, schedule, now=now)
    except TooMany as exc:
        return Reason(code="over_own_limit", message=exc.message)
    return None


async def check_own_limit(deps: Dependencies, schedule: Schedule, *, now: datetime) -> None:
    """Raise `TooMany` if one more run exceeds the schedule's own monthly limit."""
    if schedule.images_per_month is None:
        return
    painted = (await run_history.painted_this_month(deps, now)).get(schedule.id, 0)
    at_work = [job for job in await deps.catalog.jobs.open() if job.schedule_id == schedule.id and job.request]
    waiting = sum(job.generation_request.options.count for job in at_work)
    check_share(schedule.options.count, limit=schedule.images_per_month, painted=painted, waiting=waiting)
