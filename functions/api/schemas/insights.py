"""What callers get about how the library came to be: counts, shares, times and money per schedule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, Field

from functions.models.document import Instant


class ScheduleInsights(BaseModel):
    """Of one schedule, or of everything that no schedule painted."""

    schedule_id: str | None
    name: str | None = Field(description="As its pictures know it; None for what no schedule painted.")
    painted: int
    kept: int = Field(description="In the library and not in the trash.")
    trashed: int
    removed: int = Field(description="For good.")
    favourites: int
    approved: int
    runs: int = Field(description="That ended; skipped ones are counted apart.")
    failed: int
    skipped: int
    cost_usd: float
    cost_per_picture_usd: float | None
    painting_s: float | None = Field(description="Per picture.")
    writing_s: float | None = Field(description="Per prompt.")
    waiting_median_s: float | None = Field(description="From being asked for to its end, less what was worked.")
    waiting_p95_s: float | None
    days: Mapping[str, int] = Field(description="Pictures per day of the library's that had any.")


class ModelCount(BaseModel):
    model: str
    pictures: int


class InsightsView(BaseModel):
    as_of: Instant | None = Field(description="When these were counted; None until the first count.")
    since: str = Field(description="The first month, YYYY-MM.", examples=["2026-09"])
    timezone: str
    schedules: Sequence[ScheduleInsights]
    models: Sequence[ModelCount]
