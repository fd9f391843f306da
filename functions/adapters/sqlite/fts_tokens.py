"""Tokens of an image in the full-text index.

Words are stored as stems, filters as `name:value`. A number is stored once per scale (1, 4, 16 …), so that any range
of numbers or days needs only a few tokens.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from string import ascii_lowercase, digits

from functions.models.image import Image
from functions.search.query import Span
from functions.search.terms import model_keys, tag_keys

BASE = 4
STEPS_SCALES, MOST_STEPS = 6, 16_383  # larger numbers are stored as the maximum
DAY_SCALES = 8
DAYS = Span(low=date(1970, 1, 1).toordinal(), high=date(2199, 12, 31).toordinal())
RATINGS = Span(low=0, high=5)

SHOWN, TRASH, FAVOURITE, APPROVED, MISSING = ":shown", ":trash", ":favourite", ":approved", ":missing"
PLAIN = frozenset(ascii_lowercase + digits)


def tokens_of(image: Image) -> str:
    """Return the tokens of an image as text for the index."""
    return " ".join(dict.fromkeys(each_token(image)))


def each_token(image: Image) -> Iterator[str]:
    """Yield the tokens of an image."""
    yield TRASH if in_trash(image) else SHOWN
    if image.favourite:
        yield FAVOURITE
    if image.approved_at is not None:
        yield APPROVED
    if image.original_missing_at is not None:
        yield MISSING
    yield from (escaped(term) for term in image.terms)
    yield from (named("tag", key) for tag in image.tags for key in tag_keys(tag))
    yield from (named("model", key) for key in model_keys(image.model))
    yield from (named("album", place.album) for place in image.places)
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
    """Return whether an image is hidden because it is in trash or being deleted permanently."""
    return image.deleted_at is not None or image.purging


def scaled(name: str, scale: int, value: int) -> str:
    """Return the token of a number at one scale."""
    return f"{name}{scale}:{value}"


def named(name: str, value: str) -> str:
    """Return the token of a filter `name:value`."""
    return f"{name}:{escaped(value)}"


def escaped(text: str) -> str:
    """Return the text as a single token.

    The index ignores the case of ASCII letters and splits words at punctuation.
    """
    if PLAIN.issuperset(text):
        return text
    return "".join(mark(character) for character in text)


def mark(character: str) -> str:
    """Return the escaped form of one character."""
    if character in PLAIN or not character.isascii():
        return character
    return f"~{character.lower()}" if character.isalpha() else f"={ord(character):x}="
