"""Planner, run every minute: create exactly one job for each due slot of a schedule."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from functions.errors import AlreadyExists, BadRequest, NotFound, Unreadable
from functions.models.job import GenerationRequest, Job, Reason, Status
from functions.models.schedule import Schedule
from functions.policy.limits import check_options
from functions.policy.prompts.llm_prompt import filled
from functions.policy.schedules.clock_changes import was_set_back
from functions.policy.schedules.random_delay import decided_until, next_run, run_time
from functions.policy.schedules.slots import due_slots, slots
from functions.policy.schedules.variables import variables
from functions.services import library_settings
from functions.services.dependencies import Dependencies
from functions.services.jobs.submit import create
from functions.services.schedules.run_texts import texts_of_run
from functions.services.telemetry import event, failure
from functions.services.update import update
from functions.services.usage import budget
from functions.services.usage.budget import Budget

MISSED_AFTER = timedelta(minutes=5)  # a run whose time is longer ago was missed


async def plan_due_work(deps: Dependencies) -> None:
    """Plan all due schedules. If one fails, it is logged and retried a minute later."""
    settings = await library_settings.settings(deps)
    if settings.paused:
        return
    now = deps.clock()
    schedules = [await undone_clock_change(deps, one, now=now) for one in await deps.catalog.schedules.all()]
    due = [one for one in schedules if not one.paused and one.next_run_at is not None and one.next_run_at <= now]
    known: Budget | None = None
    for schedule in due:
        try:
            if known is None:
                known = await budget.read(deps, settings, await library_settings.profile(deps, settings), due)
            await plan(deps, schedule, known)
        except Exception as exc:  # noqa: BLE001 - a bug with one schedule must not stop the others
            failure("schedule.not_planned", exc, schedule_id=schedule.id)


async def undone_clock_change(deps: Dependencies, schedule: Schedule, *, now: datetime) -> Schedule:
    """Return the schedule without a clock change, or the same schedule after an error, which is logged."""
    try:
        return await undo_clock_change(deps, schedule, now=now)
    except Exception as exc:  # noqa: BLE001 - a bug with one schedule must not stop the others
        failure("schedule.not_planned", exc, schedule_id=schedule.id)
        return schedule


async def undo_clock_change(deps: Dependencies, schedule: Schedule, *, now: datetime) -> Schedule:
    """Return the schedule planned until now if the clock was set back: later slots aren't planned yet.

    Slots that ran while the clock was ahead don't run again, because their jobs exist.
    """
    if schedule.planned_until <= now:
        return schedule

    def clamped(stored: Schedule) -> Schedule | None:
        if not was_set_back(stored.planned_until, next_slot=next(slots(stored, after=now), None)):
            return None
        return stored.evolve(planned_until=now, next_run_at=next_run(stored, stored.id, after=now), updated_at=now)

    if clamped(schedule) is None:
        return schedule
    saved = await update(deps.catalog.schedules, schedule.id, clamped, loaded=schedule)
    event("schedule.clock_set_back", schedule_id=schedule.id)
    return saved or schedule


async def plan(deps: Dependencies, schedule: Schedule, known: Budget) -> None:
    """Create the job of the schedule's latest due slot, then record on the schedule that it is planned.

    `known` is the budget that was read for all due schedules. The job ID prevents duplicates if this runs twice or on
    two machines. A crash between the two writes only repeats the first one. Earlier missed slots are folded into the
    latest. A slot whose random delay isn't over stays undecided.
    """
    now = deps.clock()
    until = decided_until(schedule, schedule.id, after=schedule.planned_until, now=now)
    slot, earlier = due_slots(schedule, after=schedule.planned_until, until=until)
    fired = slot is not None
    if slot is not None:
        job = await slot_job(deps, schedule, slot, known, folded=earlier, now=now)
        try:
            await (deps.catalog.jobs.create(job) if job.finished else create(deps, job))
            event("schedule.planned", schedule_id=schedule.id, slot=job.slot, status=job.status, folded=earlier)
        except AlreadyExists:
            event("schedule.already_planned", schedule_id=schedule.id, slot=job.slot)
            fired = not await was_counted(deps, schedule, job.id)
    await record_decided_slots(deps, schedule, until=until, now=now, fired=fired)


async def was_counted(deps: Dependencies, schedule: Schedule, job_id: str) -> bool:
    """Return whether the run of an existing job is one of the schedule's `runs`.

    The run isn't counted if the process stopped between the two writes. It is counted if the clock was set back since.
    The run's number is a variable of its job.
    """
    try:
        request = (await deps.catalog.jobs.get(job_id)).request
    except (NotFound, Unreadable):
        return False
    return request is not None and int(request.variables.get("n", schedule.runs + 1)) <= schedule.runs


async def record_decided_slots(
    deps: Dependencies, schedule: Schedule, *, until: datetime, now: datetime, fired: bool
) -> None:
    """Record that every slot up to `until` is planned, unless the schedule was changed in the meantime."""

    def decided(stored: Schedule) -> Schedule | None:
        if stored is not schedule and (stored.planned_until != schedule.planned_until or stored.deleted_at is not None):
            return None
        return stored.evolve(
            planned_until=until,
            next_run_at=next_run(stored, stored.id, after=until),
            runs=stored.runs + fired,
            updated_at=now,
        )

    with suppress(NotFound):
        if await update(deps.catalog.schedules, schedule.id, decided, loaded=schedule) is None:
            event("schedule.changed_meanwhile", schedule_id=schedule.id)


async def slot_job(
    deps: Dependencies, schedule: Schedule, slot: datetime, known: Budget, *, folded: int, now: datetime
) -> Job:
    """Return the job of one slot: queued, with room in the budget, or skipped with a reason."""
    number = schedule.runs + 1
    values = variables(slot, schedule.timing.timezone, n=number)
    theme, instructions = await texts_of_run(deps, schedule, n=number)
    job = Job(
        id=f"{schedule.id}@{slot:%Y%m%dT%H%MZ}",
        created_by=f"schedule:{schedule.id}",
        created_at=now,
        updated_at=now,
        request=GenerationRequest(
            theme=filled(theme, values),
            instructions=instructions,
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
    reason = await reason_to_skip(deps, schedule, slot, job, now=now)
    if reason is None:
        try:
            check_options(schedule.options, known.limits, known.profile)
            return await budget.reserve(deps, job, known, schedule=schedule)
        except BadRequest as exc:
            reason = Reason(code=exc.code, message=exc.message)
    return job.evolve(status=Status.SKIPPED, reason=reason, finished_at=now)


async def reason_to_skip(
    deps: Dependencies, schedule: Schedule, slot: datetime, job: Job, *, now: datetime
) -> Reason | None:
    """Return the reason why this slot is skipped, apart from limits, or None if it runs."""
    if schedule.missed == "skip" and now - run_time(schedule, schedule.id, slot) > MISSED_AFTER:
        return Reason(
            code="missed",
            message="Skipped: the app wasn't running at the scheduled time, and this schedule skips missed runs.",
        )
    if schedule.overlap == "skip":
        before = await deps.catalog.jobs.open_totals(schedule_id=schedule.id, excluding=[job.id])
        if before.jobs:
            return Reason(code="overlap", message="Skipped: the previous run was still in progress.")
    return None
