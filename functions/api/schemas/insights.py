"""Response schemas of statistics by schedule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, Field

from functions.models.document import Instant


class ScheduleInsights(BaseModel):
    """Statistics of one schedule, or of all images without a schedule."""

    schedule_id: str | None
    name: str | None = Field(description="Name of the schedule. `null` for images without a schedule.")
    painted: int = Field(description="Images generated.")
    kept: int = Field(description="Images that aren't in trash.")
    trashed: int = Field(description="Images in trash.")
    removed: int = Field(description="Images deleted permanently.")
    favourites: int = Field(description="Images marked as favorite.")
    approved: int = Field(description="Approved images.")
    runs: int = Field(description="Completed runs, without skipped runs.")
    failed: int = Field(description="Failed and blocked runs.")
    skipped: int = Field(description="Skipped runs.")
    cost_usd: float = Field(description="Cost in US dollars.")
    cost_per_picture_usd: float | None = Field(description="Cost per image in US dollars. `null` without images.")
    painting_s: float | None = Field(description="Average generation time per image, in seconds.")
    writing_s: float | None = Field(description="Average writing time per prompt, in seconds.")
    waiting_median_s: float | None = Field(
        description="Median time from request to completion, less processing time, in seconds."
    )
    waiting_p95_s: float | None = Field(description="95th percentile of the same time, in seconds.")
    days: Mapping[str, int] = Field(
        description="Number of images by day, in the library's time zone. Days without images are omitted."
    )


class ModelCount(BaseModel):
    """Number of images of one model."""

    model: str
    pictures: int


class InsightsResponse(BaseModel):
    """Statistics by schedule and by model."""

    as_of: Instant | None = Field(
        description="Time when the statistics were computed. `null` before the first computation."
    )
    since: str = Field(description="First month included, as YYYY-MM.", examples=["2026-09"])
    timezone: str
    schedules: Sequence[ScheduleInsights]
    models: Sequence[ModelCount]
