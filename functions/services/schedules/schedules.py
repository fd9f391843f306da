"""Use cases of schedules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from functions.errors import BadRequest, Conflict, NotFound, Stale
from functions.models.caller import Caller
from functions.models.identity import new_image_id
from functions.models.job import OPEN, GenerationRequest, Job
from functions.models.schedule import Schedule, ScheduleDraft
from functions.policy.limits import check_options
from functions.policy.schedules import recurrence as clockwork
from functions.policy.schedules import wildcards
from functions.policy.schedules.named_lists import check_known, with_lists
from functions.policy.schedules.random_delay import decided_until, described, kept_until, next_run, run_time
from functions.policy.schedules.reservations import reservations
from functions.policy.schedules.slots import slots
from functions.policy.schedules.upcoming_prompts import still_fitting
from functions.policy.schedules.variables import variables
from functions.services import library_settings
from functions.services.dependencies import Dependencies
from functions.services.generation import cancel_retry
from functions.services.images import published_site
from functions.services.images.query_names import check_by_hand
from functions.services.jobs.submit import submit
from functions.services.library_backup import backed_up
from functions.services.reports import estimates
from functions.services.telemetry import event
from functions.services.update import update as update_document


@dataclass(frozen=True, kw_only=True)
class Preview:
    """Description of a timing, its next runs, and a forecast."""

    sentence: str
    runs: Sequence[datetime]
    forecast: estimates.ScheduleForecast


async def preview(
    deps: Dependencies, draft: ScheduleDraft, *, after: datetime | None = None, count: int = 5, id: str | None = None
) -> Preview:
    """Return the next `count` runs strictly after a time, with their random delays if the schedule is saved.

    Raises `BadRequest` naming an invalid field of the draft.

    `id` is the ID of the schedule if it is saved. Without a time, a run that waits for its delay is included.
    """
    clockwork.check(draft.timing)
    if after is None:
        after = await open_since(deps, draft, id)
    found = islice(slots(draft, after=after), count)
    return Preview(
        sentence=described(draft),
        runs=tuple(found if id is None else (run_time(draft, id, slot) for slot in found)),
        forecast=await estimates.forecast(deps, draft, schedule_id=id),
    )


async def open_since(deps: Dependencies, draft: ScheduleDraft, id: str | None) -> datetime:
    """Return the time after which the slots of a draft are open: the present, or before a slot with a pending run."""
    now = deps.clock()
    if id is None or draft.random_delay_minutes == 0:
        return now
    try:
        stored = await get(deps, id)
    except NotFound:
        return now
    return kept_until(stored, draft, id, after=stored.planned_until, now=now)


async def get(deps: Dependencies, schedule_id: str) -> Schedule:
    """Return the schedule. Raises `NotFound` also for a deleted one."""
    return check_exists(await deps.catalog.schedules.get(schedule_id))


def check_exists(schedule: Schedule) -> Schedule:
    """Return the schedule, or raise `NotFound` if it is deleted."""
    if schedule.deleted_at is not None:
        raise NotFound("No schedule with this ID exists.")
    return schedule


async def check(deps: Dependencies, draft: ScheduleDraft) -> None:
    """Raise `BadRequest` or `TooMany`, naming the field, if this draft isn't allowed."""
    clockwork.check(draft.timing)
    if draft.starts_at and draft.ends_at and draft.ends_at <= draft.starts_at:
        raise BadRequest("ends_at must be later than starts_at.", field="ends_at")
    settings = await library_settings.settings(deps)
    check_known(draft, settings.lists)
    wildcards.check(with_lists(draft, settings.lists))
    check_options(draft.options, settings.limits, await library_settings.profile(deps))
    for album in draft.albums:
        await check_by_hand(deps, album, field="albums")
    if draft.images_per_month is not None and draft.images_per_month < draft.options.count:
        raise BadRequest(
            f"images_per_month must be at least {draft.options.count}, the number of images per run, but is "
            f"{draft.images_per_month}.",
            field="images_per_month",
        )


async def check_name(deps: Dependencies, name: str, *, besides: str | None = None) -> None:
    """Raise `BadRequest` naming the field if another schedule has this name, in any case."""
    for schedule in await deps.catalog.schedules.all():
        if schedule.deleted_at is None and schedule.id != besides and schedule.name.casefold() == name.casefold():
            raise BadRequest(f"A schedule named “{schedule.name}” already exists. Choose another name.", field="name")
    if name.casefold() in reservations(deps.catalog.left_out.bodies(Schedule)).names:
        raise BadRequest(f"A schedule named “{name}” exists but can't be read. Choose another name.", field="name")


async def create(deps: Dependencies, draft: ScheduleDraft, *, caller: Caller, id: str | None = None) -> Schedule:
    """Save a new schedule, with a new ID unless it is given. Its first run is the first slot from now on."""
    await check(deps, draft)
    await check_name(deps, draft.name)
    now = deps.clock()
    id = id or new_image_id(now)
    schedule = Schedule(
        **dict(draft),
        id=id,
        **caller.creator,
        created_at=now,
        updated_at=now,
        planned_until=now,
        next_run_at=next_run(draft, id, after=now),
    )
    event("schedule.created", schedule_id=schedule.id)
    return await backed_up(deps, deps.catalog.schedules.create(schedule))


async def update(deps: Dependencies, schedule_id: str, draft: ScheduleDraft, *, etag: str) -> Schedule:
    """Replace the fields of a schedule. Past slots are ignored, so an edit never starts a run immediately.

    A run that waits for its random delay is kept if the edit leaves it waiting.

    `etag` is the version that the user edited. Raises `Stale` if another user has changed the schedule since.
    """
    await check(deps, draft)
    # Two schedules that shared a name before can still be edited.
    if draft.name != (await get(deps, schedule_id)).name:
        await check_name(deps, draft.name, besides=schedule_id)

    def edited(schedule: Schedule, now: datetime) -> Schedule:
        until = kept_until(schedule, draft, schedule_id, after=schedule.planned_until, now=now)
        return schedule.evolve(
            **dict(draft),
            planned_until=until,
            next_run_at=next_run(draft, schedule_id, after=until),
            upcoming=still_fitting(schedule, draft),
            failures_since=now,
            updated_at=now,
        )

    saved = await change(deps, schedule_id, edited, etag=etag)
    if saved.publication is not None:
        await published_site.schedule_refresh(deps, saved.publication.slug)  # its name can have changed
    return saved


async def pause(deps: Dependencies, schedule_id: str, reason: str) -> Schedule:
    """Pause this schedule. Running jobs continue."""
    return await change(
        deps, schedule_id, lambda schedule, now: schedule.evolve(paused=True, paused_reason=reason, updated_at=now)
    )


async def resume(deps: Dependencies, schedule_id: str) -> Schedule:
    """Resume this schedule from now on. Runs missed in the meantime aren't made up; one that is still to come runs."""

    def resumed(schedule: Schedule, now: datetime) -> Schedule:
        until = decided_until(schedule, schedule_id, after=schedule.planned_until, now=now)
        return schedule.evolve(
            paused=False,
            paused_reason="",
            paused_by=None,
            failures_since=now,
            planned_until=until,
            next_run_at=next_run(schedule, schedule_id, after=until),
            updated_at=now,
        )

    return await change(deps, schedule_id, resumed)


async def delete(deps: Dependencies, schedule_id: str) -> None:
    """Delete a schedule, its published files, and its open jobs. Its images are kept."""
    gone = await change(deps, schedule_id, lambda schedule, now: schedule.evolve(deleted_at=now, updated_at=now))
    if gone.publication is not None:
        await published_site.schedule_refresh(deps, gone.publication.slug)
    cursor: str | None = None
    while True:
        page = await deps.catalog.jobs.page(statuses=OPEN, schedule_id=schedule_id, cursor=cursor)
        for job in page.items:
            with suppress(Conflict):
                await cancel_retry.cancel(deps, job.id)
        if (cursor := page.next_cursor) is None:
            break
    event("schedule.deleted", schedule_id=schedule_id)


async def run_now(
    deps: Dependencies, schedule_id: str, *, caller: Caller, idempotency_key: str | None, count: int | None = None
) -> Job:
    """Create a job now, also for a paused schedule. The same key returns the same job.

    Raises `TooMany`, or `OverOwnLimit` for one of the schedule's own limits, with the numbers.
    """
    schedule = await get(deps, schedule_id)
    options = schedule.options if count is None else schedule.options.evolve(count=count)
    request = GenerationRequest(
        theme=schedule.theme,
        instructions=schedule.instructions,
        prompt_language=schedule.prompt_language,
        text_language=schedule.text_language,
        options=options,
        variables=variables(deps.clock(), schedule.timing.timezone, n=schedule.runs + 1),
    )
    key = f"run\0{schedule_id}\0{idempotency_key}" if idempotency_key else None
    return await submit(deps, request, caller=caller, idempotency_key=key, schedule=schedule)


async def change(
    deps: Dependencies,
    schedule_id: str,
    wanted: Callable[[Schedule, datetime], Schedule],
    *,
    etag: str | None = None,
) -> Schedule:
    """Apply a user's change to the latest version, whatever the planner saved in the meantime.

    With the `etag` of the version that the user edited, raises `Stale` if another user has changed the schedule
    since.
    """

    def edited(schedule: Schedule) -> Schedule:
        check_exists(schedule)
        if etag is not None and etag != str(schedule.version):
            raise Stale("Someone else has changed this schedule. Load the current version and make your change again.")
        return wanted(schedule, deps.clock()).evolve(version=schedule.version + 1)

    return await backed_up(deps, update_document(deps.catalog.schedules, schedule_id, edited))
