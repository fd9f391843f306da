"""A stored image and its metadata."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from functions.models.album import Place
from functions.models.document import Document, Instant, Value
from functions.models.prompt import PromptSource, WrittenPrompt

Variant = Literal["original", "thumbnail", "clean"]
MAX_TAGS = 20
IMPORT_JOB = "import-"  # start of the job ID of an image that no job here has generated


class Timings(Value):
    """Time in milliseconds spent in each stage of the job."""

    writing_ms: int = 0
    waiting_ms: int = 0
    painting_ms: int = 0
    storing_ms: int = 0


class Image(Document):
    """One image. Its partition is `month`; `created_at` is the time in its ULID."""

    month: str  # YYYY-MM (UTC), derived from the ULID, so that an ID is enough for a point read
    day: str  # YYYY-MM-DD in the library's time zone
    theme: str
    prompt: str
    negative_prompt: str = ""
    title: str = ""
    alt_text: str = ""
    tags: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()  # lower-case, stemmed search terms of all texts above
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
    thumbhash: str = ""  # Base64
    average_colour: str = ""  # #rrggbb
    favourite: bool = False
    rating: int = Field(default=0, ge=0, le=5)  # 0 means not rated
    approved_at: Instant | None = None
    deleted_at: Instant | None = None
    original_missing_at: Instant | None = None  # when the original was found to be missing
    purging: bool = False
    # when the document was created, which can be long after `created_at`; unknown for images of version 0.1.0 and of a
    # rebuild
    added_at: Instant | None = Field(default=None, exclude_if=lambda at: at is None)
    # in albums made by hand; left out of the body of an image without any, as in version 0.1.0
    places: tuple[Place, ...] = Field(default=(), exclude_if=lambda places: not places)
    timings: Timings = Timings()
    cost_usd: float = 0.0

    def place_in(self, album: str) -> str | None:
        """Return the text by which an album sorts this image, or None if the album doesn't contain it."""
        return next((f"{place.position}.{self.id}" for place in self.places if place.album == album), None)

    @property
    def imported(self) -> bool:
        """Whether the image was imported from a file of another program."""
        return self.job_id.startswith(IMPORT_JOB)

    @property
    def written_prompt(self) -> WrittenPrompt:
        """The prompt with the image's texts, as for a job that generates it again. It costs nothing."""
        return WrittenPrompt(
            prompt=self.prompt,
            negative_prompt=self.negative_prompt,
            title=self.title,
            alt_text=self.alt_text,
            tags=self.tags,
            source=self.prompt_source,
        )
