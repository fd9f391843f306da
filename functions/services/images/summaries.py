"""Image counts per day and tags with counts, stored per month. Outdated months are counted live."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from functions.errors import NotFound, Stale
from functions.models.insights import TimelineDay
from functions.models.library import MonthSummary
from functions.services import library_settings
from functions.services.dependencies import PRODUCT, Dependencies
from functions.services.telemetry import event
from functions.services.update import update

# A month is marked before its images change. It is counted only after all announced changes are certainly saved, and
# a mark younger than MIN_MARK_INTERVAL isn't written again. A mark from the future is replaced.
SETTLE = timedelta(seconds=120)
MIN_MARK_INTERVAL = timedelta(seconds=30)
AT_ONCE = 12


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """Number of images per day in the library's time zone."""

    days: Sequence[TimelineDay]  # newest first
    total: int
    timezone: str


async def mark_dirty(deps: Dependencies, month: str) -> None:
    """Announce that images of this month are about to change. Call it before the change is saved."""

    def marked(summary: MonthSummary) -> MonthSummary | None:
        now = deps.clock()
        if summary.dirty and timedelta() <= now - summary.updated_at < MIN_MARK_INTERVAL:
            return None
        return summary.evolve(dirty=True, updated_at=now)

    def fresh() -> MonthSummary:
        now = deps.clock()
        return MonthSummary(id=month, **PRODUCT.creator, created_at=now, updated_at=now, dirty=True)

    await update(deps.catalog.summaries, month, marked, missing=fresh)


async def recompute_dirty(deps: Dependencies) -> int:
    """Recount the months that changed and have settled since. Return their number."""
    counted = 0
    for month in await deps.catalog.images.months():
        now = deps.clock()
        try:
            summary = await deps.catalog.summaries.get(month)
        except NotFound:
            await mark_dirty(deps, month)
            continue
        if summary.dirty and summary.updated_at > now:
            await mark_dirty(deps, month)  # the clock was set back, and the mark would never be old enough
            continue
        if not summary.dirty or now - summary.updated_at < SETTLE:
            continue
        images = deps.catalog.images
        days, tags = await asyncio.gather(images.day_counts(month), images.tag_counts(month))
        try:
            await deps.catalog.summaries.replace(
                summary.evolve(days=dict(days), tags=dict(tags), dirty=False, updated_at=now)
            )
            counted += 1
        except Stale:
            continue  # marked again while it was counted; the next sweep counts it
    if counted:
        event("summaries.counted", months=counted)
    return counted


async def timeline(deps: Dependencies) -> Timeline:
    """Return the number of images per local day, without trash."""
    settings, counts = await asyncio.gather(library_settings.settings(deps), month_counts(deps, "days"))
    days: Counter[str] = Counter()
    for month_days in counts:
        days.update(month_days)  # months are in UTC, so a local day can be in two of them
    return Timeline(
        days=[TimelineDay(day=day, count=days[day]) for day in sorted(days, reverse=True) if days[day] > 0],
        total=days.total(),
        timezone=settings.timezone,
    )


async def tags(deps: Dependencies) -> Sequence[tuple[str, int]]:
    """Return all tags with their number of images, without trash, most frequent first."""
    counts: Counter[str] = Counter()
    for month_tags in await month_counts(deps, "tags"):
        counts.update(month_tags)
    return sorted(((tag, count) for tag, count in counts.items() if count > 0), key=lambda item: (-item[1], item[0]))


async def total(deps: Dependencies) -> int:
    """Return the number of images that aren't in trash."""
    return sum(sum(days.values()) for days in await month_counts(deps, "days"))


async def month_counts(deps: Dependencies, what: Literal["days", "tags"]) -> Sequence[Mapping[str, int]]:
    """Return the days or tags of each month, from its summary or counted live."""
    slots = asyncio.Semaphore(AT_ONCE)
    live = deps.catalog.images.day_counts if what == "days" else deps.catalog.images.tag_counts

    async def of_month(month: str) -> Mapping[str, int]:
        async with slots:
            try:
                summary = await deps.catalog.summaries.get(month)
            except NotFound:
                return await live(month)
            if summary.dirty:
                return await live(month)
            return summary.days if what == "days" else summary.tags

    return await asyncio.gather(*(of_month(month) for month in await deps.catalog.images.months()))
