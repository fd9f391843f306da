"""Statistics by schedule, stored per month beside the summaries and recomputed only by the sweep."""

from __future__ import annotations

import asyncio
import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from functions.errors import AlreadyExists, NotFound, Stale
from functions.models.insights import MonthInsights, ScheduleMonth
from functions.models.library import MonthSummary
from functions.policy.insights import month_of, together
from functions.services.dependencies import PRODUCT, Dependencies
from functions.services.telemetry import event
from functions.services.usage import run_history

AGAIN_AFTER = timedelta(minutes=4)  # for the current month; shorter than the interval between sweeps


@dataclass(frozen=True, kw_only=True)
class Insights:
    """Statistics of several months. `as_of` is the time of the oldest computation, or None before the first one."""

    as_of: datetime | None
    since: str  # first month, as YYYY-MM
    schedules: Sequence[ScheduleMonth]
    models: Sequence[tuple[str, int]]  # most frequent first


async def read(deps: Dependencies, *, months: int) -> Insights:
    """Return the last `months` months, including the current one, as computed by the sweep."""
    ids = last_months(deps.clock(), months)

    async def of(month: str) -> MonthInsights | None:
        try:
            return (await deps.catalog.summaries.get(month)).insights
        except NotFound:
            return None

    found = [one for one in await asyncio.gather(*(of(month) for month in ids)) if one is not None]
    models: dict[str, int] = {}
    for month in found:
        for model, images in month.models.items():
            models[model] = models.get(model, 0) + images
    return Insights(
        as_of=min((month.as_of for month in found), default=None),
        since=ids[0],
        schedules=together(found),
        models=sorted(models.items(), key=lambda item: (-item[1], item[0])),
    )


async def recompute(deps: Dependencies) -> int:
    """Recompute the months that changed. Return their number."""
    now = deps.clock()
    fresh = await run_history.for_last_days(deps, now, 2)  # only these usage records can still change
    counted = 0
    for month in dict.fromkeys((f"{now:%Y-%m}", *await deps.catalog.images.months())):
        summary = await summary_of(deps, month)
        changed = [day.updated_at for day in fresh if day.id.startswith(month)]
        if summary is None and not changed:
            continue
        if summary is not None:
            changed.append(summary.updated_at)
        if is_due(summary, changed, now=now) and await count(deps, month, summary):
            counted += 1
    if counted:
        event("insights.counted", months=counted)
    return counted


def is_due(summary: MonthSummary | None, changed: Sequence[datetime], *, now: datetime) -> bool:
    """Return whether images or usage of this month changed since it was computed, and that was long enough ago.

    If it was computed in the future, the clock was set back, and it is computed again.
    """
    if summary is None or summary.insights is None:
        return True
    as_of = summary.insights.as_of
    return as_of > now or (max(changed) >= as_of and now - as_of >= AGAIN_AFTER)


async def count(deps: Dependencies, month: str, summary: MonthSummary | None) -> bool:
    """Compute one month and save it with its summary. Return False if the summary was saved in the meantime."""
    now = deps.clock()
    usage = await run_history.for_days(deps, days_of(month))
    runs = [run for day in usage for run in day.runs.values()]
    counts = await deps.catalog.images.schedule_counts(month)
    found = await asyncio.to_thread(month_of, counts, runs, now=now)
    try:
        if summary is None:
            fresh = MonthSummary(id=month, **PRODUCT.creator, created_at=now, updated_at=now, dirty=True)
            await deps.catalog.summaries.create(fresh.evolve(insights=found))
        else:
            # `updated_at` isn't changed: it is the time of the last change of the month's images.
            await deps.catalog.summaries.replace(summary.evolve(insights=found))
    except (AlreadyExists, Stale):
        return False
    return True


async def summary_of(deps: Dependencies, month: str) -> MonthSummary | None:
    """Return the summary of a month, or None."""
    try:
        return await deps.catalog.summaries.get(month)
    except NotFound:
        return None


def last_months(now: datetime, count: int) -> Sequence[str]:
    """Return this number of months up to the current one, oldest first."""
    number = now.year * 12 + now.month - 1
    return [f"{one // 12:04}-{one % 12 + 1:02}" for one in range(number - count + 1, number + 1)]


def days_of(month: str) -> Sequence[str]:
    """Return the days of a month as YYYY-MM-DD."""
    year, number = map(int, month.split("-"))
    return [date(year, number, day).isoformat() for day in range(1, calendar.monthrange(year, number)[1] + 1)]
