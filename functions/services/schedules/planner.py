"""Planner, run every minute: create exactly one job for each due slot of a schedule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from functions.errors import AlreadyExists, AppError, NotFound, TooMany
from functions.models.job import GenerationRequest, Job, Reason, Status
from functions.models.library import LibrarySettings, Usage
from functions.models.prompt import ModelProfile
from functions.models.schedule import Schedule, ScheduleDraft
from functions.policy.limits import check_library_limits, check_options, check_schedule_limit
from functions.policy.prompts.llm_prompt import filled
from functions.policy.schedules.recurrence import due_slots, runs
from functions.policy.schedules.variables import variables
from functions.services import library_settings
from functions.services.dependencies import Dependencies
from functions.services.jobs.submit import create
from functions.services.telemetry import event, failure
from functions.services.update import update
from functions.services.usage import ledger, run_history

MISSED_AFTER = timedelta(minutes=5)  # a slot older than this was missed
CLOCK_SKEW = timedelta(minutes=2)  # between instances; a schedule planned further ahead is from before a clock change


@dataclass(frozen=True, kw_only=True)
class Tick:
    """What one tick of the planner has read, for every schedule that is due in it."""

    settings: LibrarySettings
    profile: ModelProfile
    month: Sequence[Usage]  # this month's days
    images_by_schedule: Mapping[str, int]  # generated this month; empty unless a due schedule has its own limit
    open_jobs: Sequence[Job]  # read last, so that no job is counted twice; those of this tick included

    def with_job(self, job: Job) -> Tick:
        """The tick after this job was created, or found to exist."""
        if job.finished or any(one.id == job.id for one in self.open_jobs):
            return self
        return replace(self, open_jobs=(*self.open_jobs, job))


async def plan_due_work(deps: Dependencies) -> None:
    """Plan all due schedules. If one fails, it is logged and retried a minute later."""
    settings = await library_settings.settings(deps)
    if settings.paused:
        return
    now = deps.clock()
    schedules = [await undo_clock_change(deps, one, now=now) for one in await deps.catalog.schedules.all()]
    due = [one for one in schedules if not one.paused and one.next_run_at is not None and one.next_run_at <= now]
    tick: Tick | None = None
    for schedule in due:
        try:
            tick = tick or await read_tick(deps, settings, due)
            tick = await plan(deps, schedule, tick)
        except Exception as exc:  # noqa: BLE001 - a bug with one schedule must not stop the others
            failure("schedule.not_planned", exc, schedule_id=schedule.id)
            tick = None  # A job may have been created before the error.


async def undo_clock_change(deps: Dependencies, schedule: Schedule, *, now: datetime) -> Schedule:
    """Return the schedule planned until now at most. After the clock was set back, later slots aren't planned yet.

    Slots that ran while the clock was ahead don't run again, because their jobs exist.
    """

    def clamped(stored: Schedule) -> Schedule | None:
        if stored.planned_until <= now + CLOCK_SKEW:
            return None
        return stored.evolve(planned_until=now, next_run_at=next_run(stored, after=now), updated_at=now)

    if clamped(schedule) is None:
        return schedule
    try:
        saved = await update(deps.catalog.schedules, schedule.id, clamped, loaded=schedule)
    except AppError as exc:
        failure("schedule.not_planned", exc, schedule_id=schedule.id)
        return schedule
    event("schedule.clock_set_back", schedule_id=schedule.id)
    return saved or schedule


async def read_tick(deps: Dependencies, settings: LibrarySettings, due: Sequence[Schedule]) -> Tick:
    """Read what planning these schedules needs, once."""
    now = deps.clock()
    limited = any(schedule.images_per_month is not None for schedule in due)
    return Tick(
        settings=settings,
        profile=await library_settings.profile(deps, settings),
        month=await ledger.month_so_far(deps, now),
        images_by_schedule=await run_history.images_this_month(deps, now) if limited else {},
        open_jobs=await deps.catalog.jobs.open(),
    )


async def plan(deps: Dependencies, schedule: Schedule, tick: Tick) -> Tick:
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
        job = slot_job(schedule, slot, tick, folded=earlier, now=now)
        try:
            job = await (deps.catalog.jobs.create(job) if job.finished else create(deps, job))
            event("schedule.planned", schedule_id=schedule.id, slot=job.slot, status=job.status, folded=earlier)
        except AlreadyExists:
            event("schedule.already_planned", schedule_id=schedule.id, slot=job.slot)
            job = await deps.catalog.jobs.get(job.id)
        tick = tick.with_job(job)
    await record_decided_slots(deps, schedule, now=now, fired=slot is not None)
    return tick


async def record_decided_slots(deps: Dependencies, schedule: Schedule, *, now: datetime, fired: bool) -> None:
    """Record that every slot up to `now` is planned, unless the schedule was changed in the meantime."""

    def decided(stored: Schedule) -> Schedule | None:
        if stored is not schedule and (stored.planned_until != schedule.planned_until or stored.deleted_at is not None):
            return None
        return stored.evolve(
            planned_until=now, next_run_at=next_run(stored, after=now), runs=stored.runs + fired, updated_at=now
        )

    with suppress(NotFound):
        if await update(deps.catalog.schedules, schedule.id, decided, loaded=schedule) is None:
            event("schedule.changed_meanwhile", schedule_id=schedule.id)


def next_run(draft: ScheduleDraft, *, after: datetime) -> datetime | None:
    """Return the first slot after this time, or None if the schedule has ended."""
    return next(runs(draft.timing, after=after, starts_at=draft.starts_at, ends_at=draft.ends_at), None)


def slot_job(schedule: Schedule, slot: datetime, tick: Tick, *, folded: int, now: datetime) -> Job:
    """Return the job of one slot: queued, or skipped with a reason."""
    values = variables(slot, schedule.timing.timezone, n=schedule.runs + 1)
    job = Job(
        id=f"{schedule.id}@{slot:%Y%m%dT%H%MZ}",
        created_by=f"schedule:{schedule.id}",
        created_at=now,
        updated_at=now,
        request=GenerationRequest(
            theme=filled(schedule.theme, values),
            instructions=schedule.instructions,
            prompt_language=schedule.prompt_language,
            text_language=schedule.text_language,
            options=schedule.options,
            variables=values,
        ),
        schedule_id=schedule.id,
        schedule_name=schedule.name,
        slot=f"{slot:%Y%m%dT%H%MZ}",
        folded_slots=folded,
        not_before=now,
        sent_at=now,
    )
    reason = reason_to_skip(schedule, slot, tick, now=now)
    return job if reason is None else job.evolve(status=Status.SKIPPED, reason=reason, finished_at=now)


def reason_to_skip(schedule: Schedule, slot: datetime, tick: Tick, *, now: datetime) -> Reason | None:
    """Return the reason why this slot is skipped, or None if it runs."""
    if schedule.missed == "skip" and now - slot > MISSED_AFTER:
        return Reason(
            code="missed",
            message="Skipped: the app wasn't running at the scheduled time, and this schedule skips missed runs.",
        )
    before = [job for job in tick.open_jobs if job.schedule_id == schedule.id and job.slot != f"{slot:%Y%m%dT%H%MZ}"]
    if schedule.overlap == "skip" and before:
        return Reason(code="overlap", message="Skipped: the previous run was still in progress.")
    try:
        check_options(schedule.options, tick.settings.limits, tick.profile)
        check_library_limits(
            schedule.options.count,
            limits=tick.settings.limits,
            today=next((usage for usage in tick.month if usage.id == f"{now:%Y-%m-%d}"), None),
            month=tick.month,
            open_jobs=tick.open_jobs,
        )
    except TooMany as exc:
        return Reason(code="over_limit", message=exc.message)
    except AppError as exc:
        if exc.retryable:
            raise
        return Reason(code=exc.code, message=exc.message)
    try:
        check_own_limit(schedule, tick)
    except TooMany as exc:
        return Reason(code="over_own_limit", message=exc.message)
    return None


def check_own_limit(schedule: Schedule, tick: Tick) -> None:
    """Raise `TooMany` if one more run exceeds the schedule's own monthly limit."""
    if schedule.images_per_month is None:
        return
    generated = tick.images_by_schedule.get(schedule.id, 0)
    at_work = [job for job in tick.open_jobs if job.schedule_id == schedule.id and job.request]
    waiting = sum(job.generation_request.options.count for job in at_work)
    check_schedule_limit(schedule.options.count, limit=schedule.images_per_month, generated=generated, waiting=waiting)
