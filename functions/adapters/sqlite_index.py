"""What stands in the index for a picture, and what is asked of it for a query: tokens.

Words are their stems; a filter is `name:value`.  A number stands there once per scale, 1, 4, 16 …, so that any
range of numbers or days is a handful of tokens, however wide.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from string import ascii_lowercase, digits

from functions.models.image import Image
from functions.search.query import ImageQuery, Span
from functions.search.terms import model_keys, tag_key

BASE = 4
STEPS_SCALES, MOST_STEPS = 6, 16_383  # a larger number stands as this one
DAY_SCALES = 8
DAYS = Span(low=date(1970, 1, 1).toordinal(), high=date(2199, 12, 31).toordinal())
RATINGS = Span(low=0, high=5)

SHOWN, TRASH, FAVOURITE, APPROVED = ":shown", ":trash", ":favourite", ":approved"
PLAIN = frozenset(ascii_lowercase + digits)


def tokens_of(image: Image) -> str:
    """The tokens of a picture, as text for the index."""
    return " ".join(dict.fromkeys(each_token(image)))


def each_token(image: Image) -> Iterator[str]:
    yield TRASH if in_trash(image) else SHOWN
    if image.favourite:
        yield FAVOURITE
    if image.approved_at is not None:
        yield APPROVED
    yield from (escaped(term) for term in image.terms)
    yield from (named("tag", tag_key(tag)) for tag in image.tags)
    yield from (named("model", key) for key in model_keys(image.model))
    if image.schedule_id is not None:
        yield named("schedule", image.schedule_id)
    yield named("job", image.job_id)
    yield named("seed", str(image.seed))
    yield named("size", f"{image.width}x{image.height}")
    yield scaled("rating", 0, image.rating)
    steps = min(max(image.steps, 0), MOST_STEPS)
    yield from (scaled("steps", scale, steps // BASE**scale) for scale in range(STEPS_SCALES))
    day = date.fromisoformat(image.day).toordinal()
    yield from (scaled("day", scale, day // BASE**scale) for scale in range(DAY_SCALES))


def in_trash(image: Image) -> bool:
    """A picture whose purge has begun is never shown, wherever it was before."""
    return image.deleted_at is not None or image.purging


def match_of(query: ImageQuery) -> str | None:
    """The query in the index's language; None when nothing can match it."""
    wanted = [quoted(escaped(term)) for term in query.terms]
    wanted += [quoted(named("tag", tag_key(tag))) for tag in query.tags]
    if query.model is not None:
        wanted.append(quoted(named("model", query.model.strip().lower())))
    if query.schedule_id is not None:
        wanted.append(quoted(named("schedule", query.schedule_id)))
    if query.job_id is not None:
        wanted.append(quoted(named("job", query.job_id)))
    if query.seed is not None:
        wanted.append(quoted(named("seed", str(query.seed))))
    if query.size is not None:
        wanted.append(quoted(named("size", f"{query.size[0]}x{query.size[1]}")))
    excluded = [quoted(escaped(term)) for term in query.without_terms]
    excluded += [quoted(named("tag", tag_key(tag))) for tag in query.without_tags]
    for mark, token in ((query.favourite, FAVOURITE), (query.approved, APPROVED)):
        if mark is not None:
            (wanted if mark else excluded).append(quoted(token))
    for name, span, limits, scales in ranges(query):
        found = list(range_tokens(name, clipped(span, limits), scales))
        if not found:
            return None
        wanted.append(f"({' OR '.join(quoted(token) for token in found)})")
    if query.trash == "only":
        wanted.append(quoted(TRASH))
    elif wanted:
        excluded.append(quoted(TRASH))  # cheaper than SHOWN, which nearly every picture has
    else:
        wanted.append(quoted(SHOWN))
    match = " AND ".join(wanted)
    return f"({match}) NOT ({' OR '.join(excluded)})" if excluded else match


def ranges(query: ImageQuery) -> Iterator[tuple[str, Span, Span, int]]:
    """The ranges that a query asks for, each with the limits of its numbers and how many scales they have."""
    if query.rating is not None:
        yield "rating", query.rating, RATINGS, 1
    if query.steps is not None:
        yield "steps", query.steps, Span(low=0, high=MOST_STEPS), STEPS_SCALES
    if query.since is not None or query.until is not None:
        low = None if query.since is None else query.since.toordinal()
        high = None if query.until is None else query.until.toordinal()
        yield "day", Span(low=low, high=high), DAYS, DAY_SCALES


def clipped(span: Span, limits: Span) -> range:
    """The numbers of a range within its limits."""
    assert limits.low is not None and limits.high is not None  # noqa: S101, PT018
    low = limits.low if span.low is None else max(span.low, limits.low)
    high = limits.high if span.high is None else min(span.high, limits.high)
    return range(low, high + 1)


def range_tokens(name: str, numbers: range, scales: int) -> Iterable[str]:
    """The fewest tokens that together mean exactly these numbers."""
    low, end = numbers.start, numbers.stop
    for scale in range(scales):
        last = scale == scales - 1
        while low < end and (last or low % BASE):
            yield scaled(name, scale, low)
            low += 1
        while low < end and end % BASE:
            end -= 1
            yield scaled(name, scale, end)
        low, end = low // BASE, end // BASE


def scaled(name: str, scale: int, value: int) -> str:
    return f"{name}{scale}:{value}"


def named(name: str, value: str) -> str:
    return f"{name}:{escaped(value)}"


def escaped(text: str) -> str:
    """The text as one token of its own; the index ignores the case of ASCII letters and ends words at signs."""
    if PLAIN.issuperset(text):
        return text
    return "".join(mark(character) for character in text)


def mark(character: str) -> str:
    if character in PLAIN or not character.isascii():
        return character
    return f"~{character.lower()}" if character.isalpha() else f"={ord(character):x}="


def quoted(token: str) -> str:
    return f'"{token}"'
