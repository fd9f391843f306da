"""What a list of pictures can be asked for, parsed and ready for a catalog."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Span:
    """An inclusive range; None is open."""

    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, kw_only=True)
class ImageQuery:
    """Which pictures.  All conditions hold at once; an empty query is the whole library outside the trash."""

    terms: tuple[str, ...] = ()  # stemmed; every one must be there
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
    since: date | None = None  # inclusive, days in the library's timezone
    until: date | None = None  # inclusive
    trash: Literal["out", "only"] = "out"
    matched: tuple[str, ...] = field(default=(), compare=False)  # what to highlight: words as typed, and their stems
