"""A stored picture and its story."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from functions.models.document import Document, Instant, Value
from functions.models.prompt import PromptSource

Variant = Literal["original", "thumbnail", "clean"]
MAX_TAGS = 20


class Timings(Value):
    """Time in milliseconds spent in each stage of the job."""

    writing_ms: int = 0
    waiting_ms: int = 0
    painting_ms: int = 0
    storing_ms: int = 0


class Image(Document):
    """One picture.  Partition `month`; `created_at` is the time inside the ULID."""

    month: str  # YYYY-MM, UTC, from the ULID, so that an id alone gives a point read
    day: str  # YYYY-MM-DD in the library's timezone
    theme: str
    prompt: str
    negative_prompt: str = ""
    title: str = ""
    alt_text: str = ""
    tags: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()  # lower-cased, stemmed search tokens of all texts above
    prompt_source: PromptSource
    model: str
    model_revision: str = ""
    width: int
    height: int
    steps: int
    guidance: float
    seed: int
    sampler: str
    schedule_id: str | None = None
    schedule_name: str | None = None
    job_id: str
    original_blob: str
    thumbnail_blob: str
    bytes: int
    sha256: str
    thumbhash: str = ""  # base64
    average_colour: str = ""  # #rrggbb
    favourite: bool = False
    rating: int = Field(default=0, ge=0, le=5)  # 0: not rated
    approved_at: Instant | None = None
    deleted_at: Instant | None = None
    purging: bool = False
    timings: Timings = Timings()
    cost_usd: float = 0.0
