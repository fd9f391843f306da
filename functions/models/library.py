"""What belongs to the library and to its people, rather than to one picture."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from functions.models.document import Document, Value
from functions.models.insights import MonthInsights
from functions.models.prompt import ModelProfile
from functions.models.schedule import PaintOptions


class Limits(Value):
    """Limits of the library."""

    images_per_job: int = Field(default=16, ge=1, le=64)
    images_per_day: int = Field(default=500, ge=1)
    images_per_month: int = Field(default=10_000, ge=1)
    max_pixels: int = Field(default=1024 * 1024, ge=64 * 64)
    max_steps: int = Field(default=100, ge=1)
    trash_days: int = Field(default=30, ge=1)


class LibrarySettings(Document):
    """The one document `settings`."""

    timezone: str = "UTC"
    paused: bool = False
    paused_reason: str = ""
    limits: Limits = Limits()
    profile: ModelProfile | None = None  # the last one that the inference service gave
    sidecars_seen: str | None = None  # up to which change of the catalog every sidecar is known to be written
    jobs_followed: str | None = None  # up to which change of the jobs everything that follows from one is done


class Preset(Document):
    """Paint options under a name, one person's own."""

    name: str
    options: PaintOptions = PaintOptions()


class SavedSearch(Document):
    """A query under a name, one person's own."""

    name: str
    q: str


class Run(Value):
    """What one generation job came to, kept when it has ended."""

    schedule_id: str | None = None
    status: str
    model: str = ""
    images: int = 0
    megapixel_steps: float = 0.0  # of all its pictures together
    painting_ms: int = 0
    writing_ms: int = 0
    waiting_ms: int = 0  # from being asked for to its end, less what was worked
    slept: bool = False  # the painter was not ready when it was wanted
    wrote: bool = False  # its prompt was written for it
    writing_usd: float = 0.0
    cost_usd: float = 0.0


class Usage(Document):
    """Pictures and cost of one UTC day, by job: writing the same job twice adds nothing.

    Prompts that no job painted stand among the jobs, under `prompt-` and an id of their own.

    `jobs` stand under the id `YYYY-MM-DD`, the longer `runs` under some `YYYY-MM-DD.N`.
    """

    jobs: dict[str, tuple[int, float]] = Field(default_factory=dict)  # job id → images, US dollars
    runs: dict[str, Run] = Field(default_factory=dict)  # job id → the ended job

    @property
    def images(self) -> int:
        return sum(images for images, _ in self.jobs.values())

    @property
    def cost_usd(self) -> float:
        return sum(cost for _, cost in self.jobs.values())


class Summary(Document):
    """One month of the library, recomputed when dirty.  id `YYYY-MM`."""

    days: dict[str, int] = Field(default_factory=dict)  # YYYY-MM-DD → pictures not in the trash
    tags: dict[str, int] = Field(default_factory=dict)
    dirty: bool = False
    insights: MonthInsights | None = None


class Person(Value):
    """Who calls: `name` goes into `created_by`."""

    name: str
    role: str  # reader or editor

    @property
    def may_edit(self) -> bool:
        return self.role == "editor"


JSON = dict[str, Any]
