"""Reserve room in the budget before a job is created, so that requests at the same time can't exceed a limit.

A reservation is saved in the usage document of the day under its ETag: of two requests that read the same room, the
second one has to read again. It counts until its job exists; from then on the open job counts, and the next
reservation or the sweep removes it. If the process stops in between, it is removed after `KEPT_FOR`. The cost of a
prompt without a job is reserved in the same way, until the real cost is recorded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from functions.errors import AlreadyExists, NotFound, TooMany
from functions.models.job import Job
from functions.models.library import Amount, LibrarySettings, Limits, Reservation, ScheduleUsage, Usage
from functions.models.prompt import ModelProfile
from functions.models.schedule import Schedule
from functions.policy.limits import check_library_limits, check_schedule_limits, is_limited
from functions.policy.schedules.forecast import Throughput
from functions.services.dependencies import PRODUCT, Dependencies
from functions.services.update import update
from functions.services.usage import ledger, measurements, run_history

KEPT_FOR = timedelta(minutes=5)  # a job is created within seconds of its reservation


@dataclass(frozen=True, kw_only=True)
class Budget:
    """What reservations need besides the usage of their day, read once for several jobs."""

    limits: Limits
    profile: ModelProfile
    earlier: Sequence[Usage]  # the other days of this month
    used_by_schedule: Mapping[str, ScheduleUsage]  # empty unless one of the schedules has a limit of its own
    throughput: Throughput | None  # None unless a cost limit applies


async def read(
    deps: Dependencies, settings: LibrarySettings, profile: ModelProfile, schedules: Sequence[Schedule] = ()
) -> Budget:
    """Read the budget for jobs that are created now. `schedules` are those whose own limits apply."""
    now, limits = deps.clock(), settings.limits
    of_schedules = [limit for one in schedules for limit in (one.usd_per_day, one.usd_per_month)]
    of_cost = [limits.usd_per_day, limits.usd_per_month, *of_schedules]
    return Budget(
        limits=limits,
        profile=profile,
        earlier=[day for day in await ledger.month_so_far(deps, now) if day.id != day_id(now)],
        used_by_schedule=await run_history.used_by_schedule(deps, now) if any(map(is_limited, schedules)) else {},
        throughput=await measurements.measured(deps, profile.model) if any(of_cost) else None,
    )


async def reserve(deps: Dependencies, job: Job, budget: Budget, *, schedule: Schedule | None = None) -> Job:
    """Reserve room for a generation job that is created next, and return it with its estimated cost.

    Doing it twice for the same job has no effect. Raises `TooMany` if a limit of the library leaves no room, and
    `OverOwnLimit` if one of `schedule` does.
    """
    options = job.generation_request.options
    cost_usd: float | None = None
    if budget.throughput is not None:
        writes = job.generation_request.prompt is None
        cost_usd = measurements.estimate(deps, options, budget.profile, budget.throughput, writes=writes).cost_usd
    own = Reservation(
        images=options.count, cost_usd=round(cost_usd or 0.0, 6), at=job.created_at, schedule_id=job.schedule_id
    )
    await save(deps, job.id, own, budget, cost_usd=cost_usd, schedule=schedule)
    return job.evolve(estimated_usd=own.cost_usd)


async def reserve_prompt(deps: Dependencies, key: str, budget: Budget, *, at: datetime) -> None:
    """Reserve the estimated cost of a prompt without a job, until its real cost is recorded under this key.

    Raises `TooMany` if a cost limit leaves no room.
    """
    if budget.throughput is not None:
        cost_usd = budget.throughput.usd_per_prompt
        await save(deps, key, Reservation(cost_usd=round(cost_usd or 0.0, 6), at=at), budget, cost_usd=cost_usd)


async def save(
    deps: Dependencies,
    key: str,
    own: Reservation,
    budget: Budget,
    *,
    cost_usd: float | None,
    schedule: Schedule | None = None,
) -> None:
    """Save a reservation under a job's ID or a prompt's key. `cost_usd` is the estimate, None if it is unknown.

    Raises `TooMany` or `OverOwnLimit` if a limit leaves no room.
    """
    today = await usage_of_day(deps, own.at)
    unneeded = await unneeded_in(deps, today)

    def reserved(usage: Usage) -> Usage:
        others = without(usage, unneeded)
        return others.evolve(reserved=others.reserved | {key: own}, updated_at=own.at)

    async def check(stored: Usage, wanted: Usage) -> None:
        others = reserved_for_others(budget, wanted, key)
        excluding = {key, *(id for _, id in others)}
        await check_library_room(deps, own.images, cost_usd, budget=budget, today=stored, others=others, key=key)
        if schedule is not None and is_limited(schedule):
            same = [day.reserved[id] for day, id in others if day.reserved[id].schedule_id == schedule.id]
            open_jobs = await deps.catalog.jobs.open_totals(schedule_id=schedule.id, excluding=excluding)
            check_schedule_limits(
                own.images,
                cost_usd,
                draft=schedule,
                used=budget.used_by_schedule.get(schedule.id, ScheduleUsage()),
                waiting=sum(same, Amount(images=open_jobs.images, cost_usd=open_jobs.cost_usd)),
            )

    await update(deps.catalog.usage, today.id, reserved, loaded=today, before_save=check)


async def refusal(deps: Dependencies, images: int, cost_usd: float | None, budget: Budget) -> str:
    """Return why a limit of the library doesn't allow a job of so many images now; empty if it is allowed.

    `cost_usd` is the estimate, None if it is unknown. Nothing is reserved.
    """
    now = deps.clock()
    try:
        today = await deps.catalog.usage.get(day_id(now))
    except NotFound:
        today = Usage(id=day_id(now), **PRODUCT.creator, created_at=now, updated_at=now)
    others = reserved_for_others(budget, without(today, await unneeded_in(deps, today)))
    try:
        await check_library_room(deps, images, cost_usd, budget=budget, today=today, others=others)
    except TooMany as error:
        return error.message
    return ""


def reserved_for_others(budget: Budget, today: Usage, key: str = "") -> Sequence[tuple[Usage, str]]:
    """Return the reservations of this month, except that under `key`, with the document of their day."""
    return [(day, id) for day in (*budget.earlier, today) for id in day.reserved if id != key]


async def check_library_room(
    deps: Dependencies,
    images: int,
    cost_usd: float | None,
    *,
    budget: Budget,
    today: Usage,
    others: Sequence[tuple[Usage, str]],
    key: str = "",
) -> None:
    """Raise `TooMany` if a limit of the library leaves no room beside open jobs and the reservations of others."""
    # Jobs with a reservation aren't counted as open jobs, so that each job counts once at any time.
    open_jobs = await deps.catalog.jobs.open_totals(excluding={key, *(id for _, id in others)})
    check_library_limits(
        images,
        cost_usd,
        limits=budget.limits,
        today=today.used,
        month=sum((day.used for day in budget.earlier), today.used),
        waiting=sum((day.left_of(id) for day, id in others), Amount())
        + Amount(images=open_jobs.images_left, cost_usd=open_jobs.cost_left_usd),
    )


async def release_unneeded(deps: Dependencies) -> None:
    """Remove reservations of today and yesterday whose jobs exist, or weren't created, and those of lost prompts."""
    now = deps.clock()
    for usage in await deps.catalog.usage.get_many([day_id(now - timedelta(days=1)), day_id(now)]):
        if unneeded := await unneeded_in(deps, usage):
            await update(deps.catalog.usage, usage.id, partial(without, ids=unneeded), loaded=usage)


async def usage_of_day(deps: Dependencies, now: datetime) -> Usage:
    """Return the usage document of the day, created if it doesn't exist."""
    id = day_id(now)
    with suppress(NotFound):
        return await deps.catalog.usage.get(id)
    try:
        return await deps.catalog.usage.create(Usage(id=id, **PRODUCT.creator, created_at=now, updated_at=now))
    except AlreadyExists:
        return await deps.catalog.usage.get(id)


async def unneeded_in(deps: Dependencies, usage: Usage) -> Set[str]:
    """Return the IDs of reservations whose jobs exist, or weren't created in time."""
    if not usage.reserved:
        return set()
    now = deps.clock()
    existing = {job.id for job in await deps.catalog.jobs.get_many(list(usage.reserved))}
    # A reservation from the future is from before the clock was set back.
    return existing | {id for id, one in usage.reserved.items() if abs(now - one.at) > KEPT_FOR}


def without(usage: Usage, ids: Set[str]) -> Usage:
    """Return the usage without the reservations of these jobs."""
    return usage.evolve(reserved={id: one for id, one in usage.reserved.items() if id not in ids})


def day_id(moment: datetime) -> str:
    """Return the ID of the usage document of this UTC day."""
    return f"{moment:%Y-%m-%d}"
