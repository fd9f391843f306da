"""Estimate duration and cost of generation from recent measurements. All functions are pure."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice, takewhile
from statistics import median

from functions.models.library import Amount, RunRecord, ScheduleUsage
from functions.models.schedule import GenerationOptions, ScheduleDraft
from functions.policy.schedules.slots import additional_slots, is_excluded, slots
from functions.policy.schedules.startups import Gpu, standby_usd

MONTH = timedelta(days=30)
WEEK = timedelta(days=7)
COUNT_LIMIT = 5000  # Runs that are counted; for more frequent schedules the first week is repeated.
MS_PER_HOUR = 3_600_000
ROUNDING = 1e-6  # of a run, so that a limit of 0.3 has room for three runs of 0.1
NOTHING = Amount()
NOTHING_USED = ScheduleUsage()
FREE_GPU = Gpu(usd_per_hour=0.0, start_s=None, cooldown_s=0.0)


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
    skipped: int  # runs that exceed the schedule's own limits
    pictures: int
    painting_s: float | None
    cost_usd: float | None
    starts: int | None  # how often the GPU is started
    standby_usd: float | None  # cost of starting the GPU and of its time without work


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
    draft: ScheduleDraft, one: Estimate, *, now: datetime, gpu: Gpu = FREE_GPU, used: ScheduleUsage = NOTHING_USED
) -> Forecast:
    """Return the forecast of a schedule from now on.

    `one` is the estimate for one run; `used` is what the schedule used today and this month.
    """
    days = runs_by_day(draft, now=now)
    count = within_limits(days, draft, now=now, used=used, run_usd=one.cost_usd)
    # Beyond the first runs, and for runs that exceed a limit, the starts are counted in proportion.
    counted = min(count, COUNT_LIMIT)
    starts, standby_cost = standby_usd(islice(run_times(draft, now=now), counted), gpu, run_s=one.painting_s)
    share = count / counted if counted else 1
    return Forecast(
        runs=count,
        skipped=days.total() - count,
        pictures=count * one.pictures,
        painting_s=None if one.painting_s is None else count * one.painting_s,
        cost_usd=None if one.cost_usd is None else count * one.cost_usd,
        starts=None if starts is None else round(starts * share),
        standby_usd=None if standby_cost is None else standby_cost * share,
    )


def runs_ahead(
    draft: ScheduleDraft, *, now: datetime, used: ScheduleUsage = NOTHING_USED, run_usd: float | None = None
) -> int:
    """Return the number of runs in the next thirty days that stay within the schedule's own limits.

    `run_usd` is the estimated cost of one run, None if it is unknown.
    """
    return within_limits(runs_by_day(draft, now=now), draft, now=now, used=used, run_usd=run_usd)


def within_limits(
    days: Mapping[date, int], draft: ScheduleDraft, *, now: datetime, used: ScheduleUsage, run_usd: float | None
) -> int:
    """Return how many of the runs of these UTC days, the first of which can be today, fit in the schedule's limits."""
    months: defaultdict[date, int] = defaultdict(int)
    for day, count in days.items():
        spent = used.today if day == now.date() else NOTHING
        months[day.replace(day=1)] += min(count, room_for_cost(draft.usd_per_day, spent, run_usd, runs=count))
    fitting = 0
    for first, count in months.items():
        spent = used.month if first == now.date().replace(day=1) else NOTHING
        room = room_for_cost(draft.usd_per_month, spent, run_usd, runs=count)
        if draft.images_per_month is not None:
            room = min(room, max(0, draft.images_per_month - spent.images) // draft.options.count)
        fitting += min(count, room)
    return fitting


def room_for_cost(limit: float | None, used: Amount, run_usd: float | None, *, runs: int) -> int:
    """Return how many of `runs` runs of this cost fit in a limit. Without limit or known cost, all of them do."""
    if limit is None or not run_usd:
        return runs
    return min(runs, int(max(0.0, limit - used.cost_usd) / run_usd + ROUNDING))


def runs_by_day(draft: ScheduleDraft, *, now: datetime) -> Counter[date]:
    """Return the number of runs on each UTC day in the next thirty days, without limits.

    The first `COUNT_LIMIT` runs are counted. If there are more, those of the first week are repeated every week.
    """
    end = month_end(draft, now=now)
    counted = list(islice(run_times(draft, now=now), COUNT_LIMIT))
    if len(counted) < COUNT_LIMIT:
        return Counter(instant.date() for instant in counted)
    week_end = max(now, draft.starts_at or now) + WEEK
    # Excluded dates and extra runs aren't repeated every week.
    week = list(takewhile(week_end.__ge__, slots(draft.evolve(excluded_dates=(), extra_runs=()), after=now)))
    repeated = (instant + after * WEEK for after in range(MONTH // WEEK + 1) for instant in week)
    days = Counter(one.date() for one in repeated if one <= end and not is_excluded(draft, one))
    days.update(one.date() for one in additional_slots(draft) if now < one <= end)
    return days


def month_end(draft: ScheduleDraft, *, now: datetime) -> datetime:
    """Return when the forecast ends: in thirty days, or when the schedule does."""
    return min(draft.ends_at or now + MONTH, now + MONTH)


def run_times(draft: ScheduleDraft, *, now: datetime) -> Iterator[datetime]:
    """Return the times of the runs in the next thirty days, in order."""
    return slots(draft, after=now, until=month_end(draft, now=now))
