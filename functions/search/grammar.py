"""Parser of the search language: turns a query into an `ImageQuery`, or an error that says what to change.

  | query | meaning |
  |---|---|
  | `fox`, `"red fox"` | every word occurs in texts or tags, in any form |
  | `-snow` | the word doesn't occur |
  | `tag:night`, `-tag:"city at night"` | the image has, or doesn't have, exactly this tag |
  | `model:sdxl`, `schedule:daily`, `job:ID`, `seed:123`, `size:512x768` | exactly this value |
  | `steps:25`, `steps:20-30`, `steps:>20`, `rating:>3`, `rating:2-4` | a number or a range |
  | `date:2026`, `date:2026-11`, `date:2026-11-24`, `date:2026-11-01..2026-11-24`, `date:>=2026-11` | days |
  | `is:favorite`, `-is:approved`, `is:trash` | a filter |

No part of a query is ignored: a part that can't be searched for is an error.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from functions.errors import BadRequest
from functions.search import values
from functions.search.query import ImageQuery, Span
from functions.search.terms import stem, tag_key, words

LONGEST_QUERY = 1000
MOST_CONDITIONS = 50
FIELDS = ("tag", "model", "seed", "steps", "size", "rating", "schedule", "job", "date", "is")
MARKS = {"favourite": "favourite", "favorite": "favourite", "approved": "approved", "trash": "trash"}

# A phrase that starts with a straight quotation mark must end with one. A phrase in typographic quotation marks can
# end with any of them, because keyboards differ.
PIECE = re.compile(
    r"""
    (?P<minus>-?)
    (?:(?P<field>[^\W\d_]+):)?
    (?:
        "(?P<straight>(?:[^"\\]|\\.)*)"(?=\s|$)
        | [“”„«»](?P<curly>(?:[^“”„«»"\\]|\\.)*)[“”„«»"](?=\s|$)
        | (?P<bare>\S*)
    )
    """,
    re.VERBOSE,
)
QUOTES = tuple('"“”„«»')


@dataclass(frozen=True)
class Piece:
    """One condition of a query, as typed."""

    text: str
    negated: bool
    field: str | None
    value: str
    quoted: bool


@dataclass
class Found:
    """The conditions parsed so far."""

    query: ImageQuery = field(default_factory=ImageQuery)
    set_by: dict[str, str] = field(default_factory=dict)  # single-valued attribute -> the text that set it

    def add(self, attribute: str, values_: tuple[str, ...]) -> None:
        known: tuple[str, ...] = getattr(self.query, attribute)
        changes: dict[str, Any] = {attribute: tuple(dict.fromkeys((*known, *values_)))}
        self.query = replace(self.query, **changes)

    def set(self, piece: Piece, **changes: Any) -> None:
        """Set a condition that can have only one value. Setting the same value twice is allowed."""
        for attribute, value in changes.items():
            before = self.set_by.setdefault(attribute, piece.text)
            if before != piece.text and getattr(self.query, attribute) != value:
                raise refusal(piece, f"“{before}” and “{piece.text}” can't be combined. Remove one of them.")
        self.query = replace(self.query, **changes)


def parse(q: str, *, schedules: Mapping[str, str]) -> ImageQuery:
    """Parse a query. `schedules` maps names and IDs of schedules to IDs.

    Raises `BadRequest` with `details.field` "q", `details.token`, and a message that says what to change.
    """
    if len(q) > LONGEST_QUERY:
        raise BadRequest(f"The search exceeds {LONGEST_QUERY} characters. Shorten it.", field="q")
    found = Found()
    for piece in pieces(q):
        if piece.field is None:
            read_words(piece, found)
        elif piece.field == "tag":
            read_tag(piece, found)
        elif piece.field == "is":
            read_mark(piece, found)
        elif piece.negated:
            raise refusal(
                piece, f"“{piece.text}” can't be excluded. A minus sign works only before words, tag:, and is:."
            )
        else:
            read_field(piece, found, schedules)
    query = found.query
    for attribute, without in (("terms", "without_terms"), ("tags", "without_tags")):
        for both in set(getattr(query, attribute)) & set(getattr(query, without)):
            raise BadRequest(f"“{both}” is both included and excluded. Remove one of them.", field="q", token=both)
    return query


def pieces(q: str) -> list[Piece]:
    """Split a query at its spaces, except inside quotation marks."""
    text = q.strip()
    found: list[Piece] = []
    at = 0
    while at < len(text):
        match = PIECE.match(text, at)
        assert match is not None  # noqa: S101  every part of the pattern may be empty
        whole = match[0]
        name = match["field"].lower() if match["field"] else None
        bare = match["bare"]
        if bare is not None and bare.startswith(QUOTES):
            raise BadRequest(
                f"The quotation mark in {text[at:][:40]} isn't closed. Add a closing quotation mark followed "
                "by a space.",
                field="q",
                token=whole,
            )
        value = bare if bare is not None else re.sub(r"\\(.)", r"\1", match["straight"] or match["curly"] or "")
        piece = Piece(text=whole, negated=bool(match["minus"]), field=name, value=value.strip(), quoted=bare is None)
        if name is not None and name not in FIELDS:
            raise refusal(piece, unknown_field(piece))
        found.append(piece)
        at = match.end()
        while at < len(text) and text[at].isspace():
            at += 1
    if len(found) > MOST_CONDITIONS:
        raise BadRequest(f"The search has more than {MOST_CONDITIONS} conditions. Remove some.", field="q")
    return found


def read_words(piece: Piece, found: Found) -> None:
    """Add the words of a condition, or raise `BadRequest`."""
    typed = words(piece.value)
    if not typed:
        raise refusal(piece, f"“{piece.text}” contains no letters or digits. Remove it.")
    stems = tuple(dict.fromkeys(stem(word) for word in typed))
    if not piece.negated:
        found.add("terms", stems)
        found.add("matched", (*typed, *stems))
    elif len(stems) == 1:
        found.add("without_terms", stems)
    else:
        # "Not both" can't be expressed by a query, and any other meaning would hide images.
        apart = " ".join(f"-{word}" for word in typed)
        raise refusal(piece, f"“{piece.text}” excludes several words at once. Exclude each word separately: {apart}.")


def read_tag(piece: Piece, found: Found) -> None:
    """Add a required or excluded tag, or raise `BadRequest`."""
    tag = tag_key(piece.value)
    if not tag:
        raise refusal(piece, f"“{piece.text}” has no tag. Add one after the colon, such as tag:night.")
    found.add("without_tags" if piece.negated else "tags", (tag,))
    if not piece.negated:
        found.add("matched", words(tag))


def read_mark(piece: Piece, found: Found) -> None:
    """Add an `is:` filter, or raise `BadRequest`."""
    mark = MARKS.get(piece.value.lower())
    if mark is None:
        raise refusal(piece, f"“{piece.text}” isn't a valid filter. Use is:favorite, is:approved, or is:trash.")
    if mark == "trash":
        found.set(piece, trash="out" if piece.negated else "only")
    else:
        found.set(piece, **{mark: not piece.negated})


def read_field(piece: Piece, found: Found, schedules: Mapping[str, str]) -> None:
    """Add a condition on a field, or raise `BadRequest`."""
    name, value = piece.field, piece.value
    if not value:
        raise refusal(piece, f"“{piece.text}” has no value. Add one after the colon, or remove it.")
    if name == "model":
        found.set(piece, model=value.lower())
    elif name == "job":
        found.set(piece, job_id=value)
    elif name == "schedule":
        found.set(piece, schedule_id=schedule_id(piece, schedules))
    elif name == "seed":
        seed = values.number(value)
        if seed is None:
            raise refusal(piece, f"“{piece.text}” isn't a valid seed. Use a whole number, such as seed:123.")
        found.set(piece, seed=seed)
    elif name == "size":
        size = values.size(value)
        if size is None:
            raise refusal(piece, f"“{piece.text}” isn't a valid size. Use width x height, such as size:512x768.")
        found.set(piece, size=size)
    elif name == "date":
        days = values.days(value)
        if days is None:
            raise refusal(
                piece,
                f"“{piece.text}” isn't a valid date. Use date:2026-11, date:2026-11-24, or "
                "date:2026-11-01..2026-11-24.",
            )
        since, until = days
        if since and until and until < since:
            raise refusal(piece, f"“{piece.text}” isn't a valid range. Put the earlier date first.")
        found.set(piece, since=since, until=until)
    elif name == "rating":
        found.set(piece, rating=number_range(piece, 0, 5))
    else:
        found.set(piece, steps=number_range(piece, 1, 10_000))


def number_range(piece: Piece, lowest: int, highest: int) -> Span:
    """Parse a range of numbers within these limits, or raise `BadRequest`."""
    name = piece.field
    span = values.span(piece.value)
    if span is None:
        raise refusal(
            piece, f"“{piece.text}” isn't a valid number or range. Use {name}:3, {name}:2-4, {name}:>3, or {name}:<=3."
        )
    low, high = span.low, span.high
    if low is not None and high is not None and high < low:
        raise refusal(piece, f"“{piece.text}” isn't a valid range. Use {name}:{high}-{low}.")
    if (low is not None and low > highest) or (high is not None and high < lowest):
        raise refusal(piece, f"“{piece.text}” can't match. {name} ranges from {lowest} to {highest:,}.")
    return span


def schedule_id(piece: Piece, schedules: Mapping[str, str]) -> str:
    """Return the ID of the schedule with this name or ID, or raise `BadRequest`."""
    if piece.value in schedules:
        return schedules[piece.value]
    wanted = piece.value.casefold()
    found = {id for name, id in schedules.items() if name.casefold() == wanted}
    if len(found) == 1:
        return found.pop()
    if found:
        raise refusal(piece, f"Several schedules are named “{piece.value}”. Use the schedule's ID: schedule:ID.")
    near = difflib.get_close_matches(piece.value, schedules, n=1)
    remedy = f"Did you mean “{near[0]}”?" if near else "Check the list of schedules."
    raise refusal(piece, f"No schedule is named “{piece.value}”. {remedy}")


def unknown_field(piece: Piece) -> str:
    """Return the error message for an unknown field."""
    near = difflib.get_close_matches(piece.field or "", FIELDS, n=1)
    remedy = f"Did you mean {near[0]}:?" if near else f"Available fields: {', '.join(f'{name}:' for name in FIELDS)}."
    return f"“{piece.field}:” isn't a search field. {remedy} To search for the text itself, put it in quotation marks."


def refusal(piece: Piece, sentence: str) -> BadRequest:
    """Return the error for a condition."""
    return BadRequest(sentence, field="q", token=piece.text)
