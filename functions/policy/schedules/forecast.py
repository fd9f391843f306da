"""Estimate duration and cost of generation from recent measurements. All functions are pure."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from statistics import median

from functions.models.library import RunRecord
from functions.models.schedule import GenerationOptions, ScheduleDraft
from functions.policy.schedules.recurrence import runs

MONTH = timedelta(days=30)
WEEK = timedelta(days=7)
INSTANT = timedelta(seconds=1)
COUNT_LIMIT = 5000  # Runs that are counted; for more frequent schedules the first week is extrapolated.
MS_PER_HOUR = 3_600_000
ROUNDING = 1e-6  # of a run, so that a limit of 0.3 has room for three runs of 0.1


@dataclass(frozen=True, kw_only=True)
class Throughput:
    """Recent measurements. Values without measurements are None."""

    ms_per_megapixel_step: float | None = None
    usd_per_prompt: float | None = None
    wake_s: float | None = None  # median startup time in seconds if the inference service was scaled to zero
    pictures: int = 0  # number of measured images


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """Estimate for one job. Values without measurements are None."""

    pictures: int
    painting_s: float | None
    cost_usd: float | None


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """Forecast of a schedule for the next thirty days."""

    runs: int
    skipped: int  # runs that exceed the schedule's own monthly limit
    pictures: int
    painting_s: float | None
    cost_usd: float | None


def measure_throughput(recent: Iterable[RunRecord], *, model: str) -> Throughput:
    """Return the means over all images and prompts of these runs, and the median startup time."""
    all_runs = list(recent)
    generated = [run for run in all_runs if run.model == model and run.megapixel_steps > 0]
    written = [run.writing_usd for run in all_runs if run.wrote]
    woke = [run.waiting_ms / 1000 for run in all_runs if run.slept]
    work = math.fsum(run.megapixel_steps for run in generated)
    return Throughput(
        ms_per_megapixel_step=sum(run.painting_ms for run in generated) / work if work else None,
        usd_per_prompt=math.fsum(written) / len(written) if written else None,
        wake_s=median(woke) if woke else None,
        pictures=sum(run.images for run in generated),
    )


def megapixel_steps(options: GenerationOptions) -> float:
    """Return the work for one image with complete options. Generation time is nearly proportional to it."""
    return (options.width or 0) * (options.height or 0) * (options.steps or 0) / 1e6


def estimate(options: GenerationOptions, measured: Throughput, *, writes: bool, gpu_usd_per_hour: float) -> Estimate:
    """Return the estimate for one job with complete options.

    `writes` is whether its prompt must still be generated.
    """
    painting_s = None
    if measured.ms_per_megapixel_step is not None:
        painting_s = options.count * megapixel_steps(options) * measured.ms_per_megapixel_step / 1000
    painting_usd = 0.0 if gpu_usd_per_hour == 0 else usd(painting_s, gpu_usd_per_hour)
    writing_usd = measured.usd_per_prompt if writes else 0.0
    known = painting_usd is not None and writing_usd is not None
    return Estimate(
        pictures=options.count,
        painting_s=painting_s,
        cost_usd=(painting_usd or 0.0) + (writing_usd or 0.0) if known else None,
    )


def usd(painting_s: float | None, gpu_usd_per_hour: float) -> float | None:
    """Return the cost of the generation time in US dollars, or None if it is unknown."""
    return None if painting_s is None else painting_s * 1000 * gpu_usd_per_hour / MS_PER_HOUR


def forecast(
    draft: ScheduleDraft, one: Estimate, *, now: datetime, generated: int = 0, spent_usd: float = 0.0
) -> Forecast:
    """Return the forecast of a schedule from now on.

    `one` is the estimate for one run; `generated` and `spent_usd` are the number of images that the schedule generated
    this month, and their cost.
    """
    count = runs_ahead(draft, now=now, generated=generated, spent_usd=spent_usd, run_usd=one.cost_usd)
    return Forecast(
        runs=count,
        skipped=runs_ahead(draft.evolve(images_per_month=None, usd_per_month=None), now=now) - count,
        pictures=count * one.pictures,
        painting_s=None if one.painting_s is None else count * one.painting_s,
        cost_usd=None if one.cost_usd is None else count * one.cost_usd,
    )


def runs_ahead(
    draft: ScheduleDraft, *, now: datetime, generated: int = 0, spent_usd: float = 0.0, run_usd: float | None = None
) -> int:
    """Return the number of runs in the next thirty days.

    Runs that exceed the schedule's own limits per UTC month are left out; `generated` images and `spent_usd` of this
    month's limits are used. `run_usd` is the estimated cost of one run, None if it is unknown.
    """
    end = min(draft.ends_at or now + MONTH, now + MONTH)
    if draft.images_per_month is None and draft.usd_per_month is None:
        return firings(draft, end, now=now)
    count = 0
    while now < end:
        month_end = min(end, first_of_next_month(now + INSTANT) - INSTANT)
        room = [firings(draft, month_end, now=now)]
        if draft.images_per_month is not None:
            room.append(max(0, draft.images_per_month - generated) // draft.options.count)
        if draft.usd_per_month is not None and run_usd:
            room.append(int(max(0.0, draft.usd_per_month - spent_usd) / run_usd + ROUNDING))
        count += min(room)
        now, generated, spent_usd = month_end, 0, 0.0
    return count


def first_of_next_month(now: datetime) -> datetime:
    """Return the start of the next UTC month."""
    first = datetime(now.year, now.month, 1, tzinfo=UTC)
    return (first + timedelta(days=32)).replace(day=1)


def firings(draft: ScheduleDraft, end: datetime, *, now: datetime) -> int:
    """Return the number of runs after `now` up to and including `end`."""
    begin = max(now, draft.starts_at or now)
    count = runs_until(draft, end, now=now)
    if count < COUNT_LIMIT:
        return count
    span = min(WEEK, end - begin)
    return round(runs_until(draft, begin + span, now=now, most=None) * ((end - begin) / span))


def runs_until(draft: ScheduleDraft, end: datetime, *, now: datetime, most: int | None = COUNT_LIMIT) -> int:
    """Return the number of runs after `now` up to `end`, counted up to `most`."""
    instants = runs(draft.timing, after=now, starts_at=draft.starts_at, ends_at=end)
    return sum(1 for _ in islice(instants, most))
