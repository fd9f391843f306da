"""What a month of the library came to, per schedule: recomputed by the sweep, never counted while somebody waits."""

from __future__ import annotations

from pydantic import Field

from functions.models.document import Instant, Value


class Counts(Value):
    """Pictures of one schedule, or of none, on one day of the library's and by one model."""

    schedule_id: str | None = None
    schedule_name: str | None = None
    day: str  # YYYY-MM-DD
    model: str
    pictures: int = 0  # in the library, those in the trash too
    trashed: int = 0
    favourites: int = 0
    approved: int = 0


class ScheduleMonth(Value):
    """One schedule's month, or that of everything without a schedule."""

    schedule_id: str | None = None
    name: str | None = None
    pictures: int = 0  # still in the library, those in the trash too
    trashed: int = 0
    favourites: int = 0
    approved: int = 0
    painted: int = 0  # as the books say, whatever became of them
    runs: int = 0  # that ended, skipped ones left out
    failed: int = 0
    skipped: int = 0
    painting_ms: int = 0
    writing_ms: int = 0
    written: int = 0  # prompts
    cost_usd: float = 0.0
    waits: dict[str, int] = Field(default_factory=dict)  # bucket of the waiting time → runs
    days: dict[str, int] = Field(default_factory=dict)  # YYYY-MM-DD → pictures


class MonthInsights(Value):
    as_of: Instant
    schedules: tuple[ScheduleMonth, ...] = ()
    models: dict[str, int] = Field(default_factory=dict)  # pictures by each
