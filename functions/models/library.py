"""Settings and usage of the library, and personal presets and searches."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from functions.models.document import Document, Instant, Value
from functions.models.insights import MonthInsights
from functions.models.prompt import ModelProfile
from functions.models.schedule import GenerationOptions


class Amount(Value):
    """Number of images and cost in US dollars."""

    images: int = 0
    cost_usd: float = 0.0

    def __add__(self, other: Amount) -> Amount:
        return Amount(images=self.images + other.images, cost_usd=self.cost_usd + other.cost_usd)


class Reservation(Amount):
    """Room in the budget for a job that is about to be created: its images and its estimated cost."""

    at: Instant
    schedule_id: str | None = None


class ScheduleUsage(Value):
    """What the ended runs of one schedule used today and this month (UTC)."""

    today: Amount = Amount()
    month: Amount = Amount()  # today included


class Limits(Value):
    """Limits of the library."""

    images_per_job: int = Field(default=16, ge=1, le=64)
    images_per_day: int = Field(default=500, ge=1)
    images_per_month: int = Field(default=10_000, ge=1)
    usd_per_day: float | None = Field(default=None, gt=0)  # None means no limit
    usd_per_month: float | None = Field(default=None, gt=0)
    max_pixels: int = Field(default=1024 * 1024, ge=64 * 64)
    max_steps: int = Field(default=100, ge=1)
    trash_days: int = Field(default=30, ge=1)


class FileCheck(Value):
    """How far the sweep has come with checking the files of all images: one round after the other, newest first."""

    recent_from: Instant  # images created since then are checked at each sweep, too
    began_at: Instant  # of the current or last round
    trash: Literal["out", "only"] = "out"  # images in trash come last
    cursor: str | None = None  # an image ID; None at the start
    complete: bool = False


class LibrarySettings(Document):
    """The settings of the library, stored as the document `settings`."""

    timezone: str = "UTC"
    paused: bool = False
    paused_reason: str = ""
    limits: Limits = Limits()
    lists: dict[str, tuple[str, ...]] = {}  # alternatives by name, which themes contain as __name__
    profile: ModelProfile | None = None  # last profile returned by the inference service
    sidecars_seen: str | None = None  # change token up to which all sidecars are known to be written
    jobs_followed: str | None = None  # change token up to which the follow-up work of all jobs is done
    files_checked: FileCheck | None = None  # None before the first check


class Preset(Document):
    """Named image generation options of one user."""

    name: str
    options: GenerationOptions = GenerationOptions()


class SavedSearch(Document):
    """Named search query of one user."""

    name: str
    q: str


class RunRecord(Value):
    """Record of one completed generation job."""

    schedule_id: str | None = None
    status: str
    model: str = ""
    images: int = 0
    megapixel_steps: float = 0.0  # total of all images
    painting_ms: int = 0
    writing_ms: int = 0
    waiting_ms: int = 0  # time from request to completion, less processing time
    slept: bool = False  # whether the inference service had to be started first
    wrote: bool = False  # whether the prompt was written for this job
    writing_usd: float = 0.0
    cost_usd: float = 0.0


class Usage(Document):
    """Images and cost of one UTC day, by job. Recording the same job twice has no effect.

    The cost of prompts without a job is recorded under `prompt-` and an ID.

    `jobs` are stored under the ID `YYYY-MM-DD`, the larger `runs` in several documents `YYYY-MM-DD.N`.

    `reserved` is for jobs that are about to be created. Once its job exists, a reservation is no longer needed, because
    the open job itself counts, and is removed. A prompt without a job is reserved under the key of its later record.
    """

    jobs: dict[str, tuple[int, float]] = Field(default_factory=dict)  # job ID -> images, US dollars
    runs: dict[str, RunRecord] = Field(default_factory=dict)  # job ID -> completed job
    reserved: dict[str, Reservation] = Field(default_factory=dict)  # job ID or prompt key -> reservation

    @property
    def images(self) -> int:
        return sum(images for images, _ in self.jobs.values())

    @property
    def cost_usd(self) -> float:
        return sum(cost for _, cost in self.jobs.values())

    @property
    def used(self) -> Amount:
        return Amount(images=self.images, cost_usd=self.cost_usd)

    def left_of(self, job_id: str) -> Amount:
        """Return what is left of a reservation, without what is already recorded for its job."""
        images, cost_usd = self.jobs.get(job_id, (0, 0.0))
        reserved = self.reserved[job_id]
        return Amount(images=max(0, reserved.images - images), cost_usd=max(0.0, reserved.cost_usd - cost_usd))


class MonthSummary(Document):
    """Summary of one month, recomputed after changes. Its ID is `YYYY-MM`."""

    days: dict[str, int] = Field(default_factory=dict)  # YYYY-MM-DD -> number of images that aren't in trash
    tags: dict[str, int] = Field(default_factory=dict)
    dirty: bool = False
    insights: MonthInsights | None = None


JSON = dict[str, Any]
