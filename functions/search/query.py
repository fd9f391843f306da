"""A parsed search query, as passed to the catalog."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Sort = Literal["newest", "oldest", "rating", "random", "album"]
SHUFFLES = 1_000_000  # number of random orders
RATIO_TOLERANCE = 0.04  # sizes are rounded to multiples of 32 pixels, so that 352x192 counts as 16:9


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
    albums: tuple[str, ...] = ()  # IDs; the image must be in all of them
    model: str | None = None
    schedule_id: str | None = None
    job_id: str | None = None
    seed: int | None = None
    steps: Span | None = None
    rating: Span | None = None
    size: tuple[int, int] | None = None  # width, height
    ratio: tuple[int, int] | None = None  # width to height, such as 16 to 9
    favourite: bool | None = None
    approved: bool | None = None
    missing: bool | None = None  # whether the original is missing
    since: date | None = None  # inclusive, day in the library's time zone
    until: date | None = None  # inclusive
    any_of: tuple[tuple[ImageQuery, ...], ...] = ()  # of each group, at least one must match
    none_of: tuple[ImageQuery, ...] = ()  # none must match
    trash: Literal["out", "only"] = "out"  # ignored in `any_of` and `none_of`
    sort: Sort | None = None  # None means newest first; decides no match, and is ignored in `any_of` and `none_of`
    shuffle: int | None = None  # number of a random order; None means a new one
    matched: tuple[str, ...] = field(default=(), compare=False)  # words to highlight: as typed, and their stems


def terms_in(query: ImageQuery) -> Iterator[str]:
    """Yield all terms of a query, required, alternative, and excluded ones."""
    yield from query.terms
    yield from query.without_terms
    for part in parts_of(query):
        yield from terms_in(part)


def needs_sizes(query: ImageQuery) -> bool:
    """Return whether a ratio occurs in a query."""
    return query.ratio is not None or any(map(needs_sizes, parts_of(query)))


def parts_of(query: ImageQuery) -> Iterator[ImageQuery]:
    """Yield the queries directly inside a query."""
    for group in query.any_of:
        yield from group
    yield from query.none_of


def has_ratio(size: tuple[int, int], ratio: tuple[int, int]) -> bool:
    """Return whether a size has this ratio of width to height, within the tolerance."""
    least, most = ratio_limits(ratio)
    return least * size[1] <= size[0] * ratio[1] <= most * size[1]


def ratio_limits(ratio: tuple[int, int]) -> tuple[float, float]:
    """Return the limits of width * ratio[1] / height."""
    return ratio[0] * (1 - RATIO_TOLERANCE), ratio[0] * (1 + RATIO_TOLERANCE)
