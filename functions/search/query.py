"""A parsed search query, as passed to the catalog."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Span:
    """An inclusive range. None means no limit."""

    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, kw_only=True)
class ImageQuery:
    """Conditions on images, all of which must match. An empty query matches all images that aren't in trash."""

    terms: tuple[str, ...] = ()  # stemmed; all must match
    without_terms: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()  # lower-case, whole tags
    without_tags: tuple[str, ...] = ()
    model: str | None = None
    schedule_id: str | None = None
    job_id: str | None = None
    seed: int | None = None
    steps: Span | None = None
    rating: Span | None = None
    size: tuple[int, int] | None = None  # width, height
    favourite: bool | None = None
    approved: bool | None = None
    since: date | None = None  # inclusive, day in the library's time zone
    until: date | None = None  # inclusive
    trash: Literal["out", "only"] = "out"
    matched: tuple[str, ...] = field(default=(), compare=False)  # words to highlight: as typed, and their stems
