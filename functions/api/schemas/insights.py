"""Response schemas of statistics by schedule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, Field

from functions.models.document import Instant


class ScheduleInsights(BaseModel):
    """Statistics of one schedule, or of all images without a schedule."""

    schedule_id: str | None
    name: str | None = Field(description="Name of the schedule. Null for images without a schedule.")
    painted: int
    kept: int = Field(description="Images that aren't in trash.")
    trashed: int
    removed: int = Field(description="Images deleted permanently.")
    favourites: int
    approved: int
    runs: int = Field(description="Completed runs, without skipped runs.")
    failed: int
    skipped: int
    cost_usd: float
    cost_per_picture_usd: float | None
    painting_s: float | None = Field(description="Average generation time per image, in seconds.")
    writing_s: float | None = Field(description="Average writing time per prompt, in seconds.")
    waiting_median_s: float | None = Field(
        description="Median time from request to completion, less processing time, in seconds."
    )
    waiting_p95_s: float | None
    days: Mapping[str, int] = Field(
        description="Number of images by day, in the library's time zone. Days without images are omitted."
    )


class ModelCount(BaseModel):
    model: str
    pictures: int


class InsightsResponse(BaseModel):
    as_of: Instant | None = Field(
        description="Time when the statistics were computed. Null before the first computation."
    )
    since: str = Field(description="First month included, as YYYY-MM.", examples=["2026-09"])
    timezone: str
    schedules: Sequence[ScheduleInsights]
    models: Sequence[ModelCount]
