"""Library totals and usage."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from functions.models.library import Amount
from functions.search.query import ImageQuery
from functions.services.dependencies import Dependencies
from functions.services.images import summaries
from functions.services.usage import ledger

COUNT_LIMIT = 100_000


@dataclass(frozen=True, kw_only=True)
class Stats:
    """Totals of the library."""

    images: int
    trash: int
    missing: int
    jobs_open: int
    unreadable: int
    today: Amount
    month: Amount


async def usage(deps: Dependencies) -> tuple[Amount, Amount]:
    """Return images and cost of this UTC day and month so far."""
    now = deps.clock()
    days = await ledger.month_so_far(deps, now)
    today = next((day for day in days if day.id == f"{now:%Y-%m-%d}"), None)
    return (
        Amount(images=today.images, cost_usd=round(today.cost_usd, 6)) if today else Amount(),
        Amount(images=sum(day.images for day in days), cost_usd=round(sum(day.cost_usd for day in days), 6)),
    )


async def stats(deps: Dependencies) -> Stats:
    """Return the totals shown in the header of the dashboard."""
    images, trash, missing, waiting, (today, month) = await asyncio.gather(
        summaries.total(deps),
        deps.catalog.images.count(ImageQuery(trash="only"), cap=COUNT_LIMIT),
        deps.catalog.images.count(ImageQuery(missing=True), cap=COUNT_LIMIT),
        deps.catalog.jobs.open_totals(),
        usage(deps),
    )
    return Stats(
        images=images,
        trash=trash,
        missing=missing,
        jobs_open=waiting.jobs,
        unreadable=len(deps.catalog.left_out.ids),
        today=today,
        month=month,
    )
