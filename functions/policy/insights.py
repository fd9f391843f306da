"""Merge the monthly statistics of the library by schedule. All functions are pure.

Waiting times are stored as counts per bucket. Each bucket is a quarter wider than the previous one, so that months
can be added up and a median is accurate to one eighth.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from functions.models.insights import DayCounts, MonthInsights, ScheduleMonth
from functions.models.job import Status
from functions.models.library import RunRecord

WIDER = 1.25
FAILED = frozenset({Status.FAILED, Status.BLOCKED})


def month_of(counts: Iterable[DayCounts], runs: Iterable[RunRecord], *, now: datetime) -> MonthInsights:
    """Return the statistics of one month from the catalog's counts and the recorded runs."""
    counts, runs = list(counts), list(runs)
    ids = dict.fromkeys([*(one.schedule_id for one in counts), *(run.schedule_id for run in runs)])
    models: Counter[str] = Counter()
    for one in counts:
        models[one.model] += one.pictures
    return MonthInsights(
        as_of=now,
        schedules=tuple(
            schedule_month(
                id,
                [one for one in counts if one.schedule_id == id],
                [run for run in runs if run.schedule_id == id],
            )
            for id in ids
        ),
        models=dict(models),
    )


def schedule_month(id: str | None, counts: Sequence[DayCounts], runs: Sequence[RunRecord]) -> ScheduleMonth:
    """Return the statistics of one schedule from its counts and runs."""
    days: Counter[str] = Counter()
    for one in counts:
        days[one.day] += one.pictures
    ended = [run for run in runs if run.status != Status.SKIPPED]
    return ScheduleMonth(
        schedule_id=id,
        name=next((one.schedule_name for one in reversed(counts) if one.schedule_name), None),
        pictures=sum(one.pictures for one in counts),
        trashed=sum(one.trashed for one in counts),
        favourites=sum(one.favourites for one in counts),
        approved=sum(one.approved for one in counts),
        painted=sum(run.images for run in runs),
        runs=len(ended),
        failed=sum(run.status in FAILED for run in ended),
        skipped=len(runs) - len(ended),
        painting_ms=sum(run.painting_ms for run in runs),
        writing_ms=sum(run.writing_ms for run in runs if run.wrote),
        written=sum(run.wrote for run in runs),
        cost_usd=round(math.fsum(run.cost_usd for run in runs), 6),
        waits=dict(Counter(bucket(run.waiting_ms / 1000) for run in ended if run.images)),
        days=dict(days),
    )


def together(months: Iterable[MonthInsights]) -> Sequence[ScheduleMonth]:
    """Merge several months into one list of schedules, sorted by number of images, highest first."""
    found: dict[str | None, ScheduleMonth] = {}
    for month in months:
        for one in month.schedules:
            before = found.get(one.schedule_id)
            found[one.schedule_id] = one if before is None else added(before, one)
    return sorted(found.values(), key=lambda one: (-one.pictures, one.name or "", one.schedule_id or ""))


def added(one: ScheduleMonth, other: ScheduleMonth) -> ScheduleMonth:
    """Return the sum of both. The name is taken from the later month, if it has one."""
    sums = {
        name: getattr(one, name) + getattr(other, name)
        for name, value in one
        if isinstance(value, int | float) and not isinstance(value, bool)
    }
    waits = Counter(one.waits) + Counter(other.waits)
    days = Counter(one.days) + Counter(other.days)
    return one.evolve(**sums, name=other.name or one.name, waits=dict(waits), days=dict(days))


def bucket(seconds: float) -> str:
    """Return the bucket of a waiting time. The first bucket contains everything under one second."""
    return str(math.floor(math.log(seconds, WIDER)) if seconds >= 1 else -1)


def quantile(waits: dict[str, int], share: float) -> float | None:
    """Return the waiting time in seconds that this share of the runs didn't exceed, or None without runs."""
    total = sum(waits.values())
    rank = share * total
    passed = 0
    for number in sorted(map(int, waits)):
        passed += waits[str(number)]
        if passed >= rank and total:
            return 0.5 if number < 0 else WIDER ** (number + 0.5)
    return None
