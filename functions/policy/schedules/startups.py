"""Forecast what it costs to start a GPU that scales to zero, and to keep it on between the runs of a schedule.

All functions are pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

S_PER_HOUR = 3600


@dataclass(frozen=True, kw_only=True)
class Gpu:
    """Price and times of a GPU that is billed while it is on. `start_s` is None until a start was measured."""

    usd_per_hour: float
    start_s: float | None  # seconds from the first request until the service is ready
    cooldown_s: float  # seconds without work until it is stopped


@dataclass(frozen=True, kw_only=True)
class Standby:
    """How often the GPU is started, and how long it is on without generating: starting, waiting, and cooling down."""

    starts: int
    seconds: float


def standby(instants: Iterable[datetime], *, run_s: float, start_s: float, cooldown_s: float) -> Standby:
    """Return the starts and the seconds without work for runs at these times, in order, of `run_s` seconds each.

    The GPU is off before the first run, and works for this schedule only. A run during the cooldown needs no start.
    """
    starts, seconds = 0, 0.0
    free_at: datetime | None = None
    for instant in instants:
        idle_s = None if free_at is None else (instant - free_at).total_seconds()
        if free_at is None or idle_s is None or idle_s > cooldown_s:
            starts += 1
            seconds += start_s + cooldown_s  # the cooldown follows the last run before the next start
            free_at = instant + timedelta(seconds=start_s + run_s)
        else:
            seconds += max(0.0, idle_s)
            free_at = max(instant, free_at) + timedelta(seconds=run_s)
    return Standby(starts=starts, seconds=seconds)


def standby_usd(instants: Iterable[datetime], gpu: Gpu, *, run_s: float | None) -> tuple[int | None, float | None]:
    """Return the number of starts and their cost in US dollars, each None if it is unknown.

    A GPU without a price isn't billed: both are 0.
    """
    if gpu.usd_per_hour == 0:
        return 0, 0.0
    if gpu.start_s is None or run_s is None:
        return None, None
    found = standby(instants, run_s=run_s, start_s=gpu.start_s, cooldown_s=gpu.cooldown_s)
    return found.starts, found.seconds * gpu.usd_per_hour / S_PER_HOUR
