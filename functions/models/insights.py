"""Image counts per day, and monthly statistics by schedule, which the sweep computes, never a request."""

from __future__ import annotations

from pydantic import Field

from functions.models.document import Instant, Value


class TimelineDay(Value):
    """Number of images on one day in the library's time zone."""

    day: str  # YYYY-MM-DD
    count: int


class DayCounts(Value):
    """Number of images of one schedule (or without a schedule), one day in the library's time zone, and one model."""

    schedule_id: str | None = None
    schedule_name: str | None = None
    day: str  # YYYY-MM-DD
    model: str
    pictures: int = 0  # in the library, including trash
    trashed: int = 0
    favourites: int = 0
    approved: int = 0


class ScheduleMonth(Value):
    """Statistics of one month for one schedule, or for everything without a schedule."""

    schedule_id: str | None = None
    name: str | None = None
    pictures: int = 0  # still in the library, including trash
    trashed: int = 0
    favourites: int = 0
    approved: int = 0
    painted: int = 0  # from the usage records, including images deleted since
    runs: int = 0  # completed runs, without skipped runs
    failed: int = 0
    skipped: int = 0
    painting_ms: int = 0
    writing_ms: int = 0
    written: int = 0  # number of written prompts
    cost_usd: float = 0.0
    waits: dict[str, int] = Field(default_factory=dict)  # bucket of the waiting time -> number of runs
    days: dict[str, int] = Field(default_factory=dict)  # YYYY-MM-DD -> number of images


class MonthInsights(Value):
    """Statistics of one month. `as_of` is the time of the computation."""

    as_of: Instant
    schedules: tuple[ScheduleMonth, ...] = ()
    models: dict[str, int] = Field(default_factory=dict)  # model -> number of images
