"""Read single conditions of a query into an `ImageQuery`, or raise an error that says what to change."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar, get_args

from functions.errors import BadRequest
from functions.search import values
from functions.search.pieces import Piece, refusal
from functions.search.plurals import other_forms
from functions.search.query import SHUFFLES, ImageQuery, Sort, Span
from functions.search.terms import earlier_words, stem, tag_key, words

MARKS = {"favourite": "favourite", "favorite": "favourite", "approved": "approved", "missing": "missing",
         "trash": "trash"}  # fmt: skip
SORTS = get_args(Sort)
N = TypeVar("N")
# What people write instead of an order, and the order that they mean.
OTHER_SORTS = {"new": "newest", "latest": "newest", "date": "newest", "descending": "newest", "desc": "newest",
               "old": "oldest", "first": "oldest", "ascending": "oldest", "asc": "oldest",
               "stars": "rating", "score": "rating", "best": "rating", "rank": "rating",
               "shuffle": "random", "shuffled": "random", "manual": "album"}  # fmt: skip
# A year and a month without a field. Anything else, such as a year alone, is a word.
BARE_DATE = re.compile(r"\d{4}-\d{1,2}(-\d{1,2})?", re.ASCII)


@dataclass(frozen=True)
class Names:
    """What names and IDs of schedules and albums mean."""

    schedules: Mapping[str, str]  # IDs
    albums: Mapping[str, ImageQuery | BadRequest]  # queries for the images, or why an album can't be named


@dataclass
class Found:
    """The conditions parsed so far, and what their meaning depends on."""

    names: Names
    today: date | None
    query: ImageQuery = field(default_factory=ImageQuery)
    set_by: dict[str, str] = field(default_factory=dict)  # single-valued attribute -> the text that set it

    def add(self, attribute: str, values_: tuple[Any, ...]) -> None:
        known: tuple[Any, ...] = getattr(self.query, attribute)
        changes: dict[str, Any] = {attribute: tuple(dict.fromkeys((*known, *values_)))}
        self.query = replace(self.query, **changes)

    def set(self, piece: Piece, **changes: Any) -> None:
        """Set a condition that can have only one value. Setting the same value twice is allowed."""
        for attribute, value in changes.items():
            before = self.set_by.setdefault(attribute, piece.text)
            if before != piece.text and getattr(self.query, attribute) != value:
                raise refusal(piece, f"“{before}” and “{piece.text}” can't be combined. Remove one of them.")
        self.query = replace(self.query, **changes)


def read(piece: Piece, found: Found) -> None:
    """Add a condition, or raise `BadRequest`."""
    if piece.field is None and not piece.quoted and BARE_DATE.fullmatch(piece.value):
        piece = replace(piece, field="date")
    if piece.field is None:
        read_words(piece, found)
    elif piece.field == "tag":
        read_tag(piece, found)
    elif piece.field == "is":
        read_mark(piece, found)
    elif piece.field == "sort":
        read_sort(piece, found)
    elif piece.negated:
        apart = Found(names=found.names, today=found.today)
        read_field(piece, apart)
        found.add("none_of", (apart.query,))
    else:
        read_field(piece, found)


def read_words(piece: Piece, found: Found) -> None:
    """Add the words of a condition, or raise `BadRequest`."""
    typed = words(piece.value)
    if not typed:
        raise refusal(piece, f"“{piece.text}” contains no letters or digits. Remove it.")
    # Images that were stored before a change of `words` are found by the words of before.
    earlier = earlier_words(piece.value)
    if not piece.negated:
        for forms in (forms_of(word) for word in typed) if earlier == typed else ():
            add_forms(forms, found)
        if earlier != typed:
            ways = (ImageQuery(terms=tuple(stem(word) for word in way)) for way in (typed, earlier))
            found.add("any_of", (tuple(ways),))
        found.add("matched", (*typed, *(stem(word) for word in typed)))
    elif len(set(map(stem, typed))) == 1:
        found.add("without_terms", (*forms_of(typed[0]), *(stem(word) for word in earlier if len(earlier) == 1)))
    else:
        # "Not both" can't be expressed by a query, and any other meaning would hide images.
        apart = " ".join(f"-{word}" for word in typed)
        raise refusal(piece, f"“{piece.text}” excludes several words at once. Exclude each word separately: {apart}.")


def forms_of(word: str) -> tuple[str, ...]:
    """Return the stems of a word and of its irregular forms."""
    return tuple(dict.fromkeys(stem(form) for form in (word, *other_forms(word))))


def add_forms(stems: tuple[str, ...], found: Found) -> None:
    """Require one of these stems."""
    if len(stems) == 1:
        found.add("terms", stems)
        return
    found.add("any_of", (tuple(ImageQuery(terms=(one,)) for one in stems),))
    found.add("matched", stems)


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
        near = difflib.get_close_matches(piece.value.lower(), ("favorite", "approved", "missing", "trash"), n=1)
        remedy = f"Did you mean is:{near[0]}?" if near else "Use is:favorite, is:approved, is:missing, or is:trash."
        raise refusal(piece, f"“{piece.text}” isn't a valid filter. {remedy}")
    if mark == "trash":
        found.set(piece, trash="out" if piece.negated else "only")
    else:
        found.set(piece, **{mark: not piece.negated})


def read_field(piece: Piece, found: Found) -> None:
    """Add a condition on a field, or raise `BadRequest`."""
    name, value = piece.field, piece.value
    if not value:
        raise refusal(piece, f"“{piece.text}” has no value. Add one after the colon, or remove it.")
    if name == "model":
        found.set(piece, model=value.lower())
    elif name == "job":
        found.set(piece, job_id=value)
    elif name == "schedule":
        found.set(piece, schedule_id=named(piece, found.names.schedules, "schedule"))
    elif name == "album":
        read_album(piece, found)
    elif name == "seed":
        seed = values.number(value)
        if seed is None:
            raise refusal(piece, f"“{piece.text}” isn't a valid seed. Use a whole number, such as seed:123.")
        found.set(piece, seed=seed)
    elif name == "size":
        read_size(piece, found)
    elif name in ("date", "before", "after"):
        read_date(piece, found)
    elif name == "rating":
        found.set(piece, rating=number_range(piece, 0, 5))
    else:
        found.set(piece, steps=number_range(piece, 1, 10_000))


def read_sort(piece: Piece, found: Found) -> None:
    """Set the order of the results, or raise `BadRequest`."""
    name, colon, shuffle = piece.value.lower().partition(":")
    if piece.negated:
        raise refusal(piece, f"“{piece.text}” can't be excluded. Use sort:oldest, sort:rating, or sort:random.")
    if name not in SORTS:
        near = OTHER_SORTS.get(name) or next(iter(difflib.get_close_matches(name, SORTS, n=1)), None)
        remedy = f"Did you mean sort:{near}?" if near else "Use sort:newest, sort:oldest, sort:rating, or sort:random."
        raise refusal(piece, f"“{piece.text}” isn't an order. {remedy}")
    number = values.number(shuffle)
    if colon and (name != "random" or number is None or number >= SHUFFLES):
        raise refusal(
            piece, f"“{piece.text}” isn't an order. Only sort:random has a number, below {SHUFFLES:,}: sort:random:7."
        )
    found.set(piece, sort=name, shuffle=number)


def read_album(piece: Piece, found: Found) -> None:
    """Require the images of the album with this name or ID, or raise `BadRequest`."""
    query = named(piece, found.names.albums, "album")
    if isinstance(query, BadRequest):
        raise query
    if query == ImageQuery(albums=query.albums):
        found.add("albums", query.albums)
    else:
        found.add("any_of", ((query,),))


def read_size(piece: Piece, found: Found) -> None:
    """Add a size or a ratio, or raise `BadRequest`."""
    if size := values.size(piece.value):
        found.set(piece, size=size)
    elif ratio := values.ratio(piece.value):
        found.set(piece, ratio=ratio)
    else:
        raise refusal(
            piece,
            f"“{piece.text}” isn't a valid size. Use width x height, such as size:512x768, or a ratio, such as "
            "size:16:9.",
        )


def read_date(piece: Piece, found: Found) -> None:
    """Add a range of days, or raise `BadRequest`. `before:` and `after:` leave out the days that they name."""
    sign = {"before": "<", "after": ">"}.get(piece.field or "", "")
    days = values.days(sign + piece.value, today=found.today)
    if days is None:
        near = values.nearest_month(piece.value)
        remedy = (
            f"Did you mean {piece.field}:{near}?"
            if near
            else "Use date:2026-11, date:2026-11-24, date:2026-11-01..2026-11-24, date:november, or before:2026-11."
        )
        raise refusal(piece, f"“{piece.text}” isn't a valid date. {remedy}")
    since, until = days
    if since and until and until < since:
        raise refusal(piece, f"“{piece.text}” isn't a valid range. Put the earlier date first.")
    if piece.field == "date":
        found.set(piece, since=since, until=until)
    elif piece.field == "before":
        found.set(piece, until=until)
    else:
        found.set(piece, since=since)


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


def named(piece: Piece, known: Mapping[str, N], kind: str) -> N:
    """Return what has this name or ID among those of one kind, or raise `BadRequest`."""
    if piece.value in known:
        return known[piece.value]
    wanted = piece.value.casefold()
    found = [value for name, value in known.items() if name.casefold() == wanted]
    if len(set(found)) == 1:
        return found[0]
    if found:
        raise refusal(piece, f"Several {kind}s are named “{piece.value}”. Use the {kind}'s ID: {kind}:ID.")
    near = difflib.get_close_matches(piece.value, known, n=1)
    remedy = f"Did you mean “{near[0]}”?" if near else f"Check the list of {kind}s."
    raise refusal(piece, f"No {kind} is named “{piece.value}”. {remedy}")
