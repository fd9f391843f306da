"""Convert an `ImageQuery` to a full-text query.

The index evaluates an AND of many lists by advancing all of them at every step. Conditions are therefore nested with
the rarest one innermost, so that each list is read only for the results of the inner ones. `NOT NO_TOKENS` prevents
the index from flattening the nesting.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from functions.adapters.sqlite.fts_tokens import (
    APPROVED,
    BASE,
    DAY_SCALES,
    DAYS,
    FAVOURITE,
    MISSING,
    MOST_STEPS,
    RATINGS,
    SHOWN,
    STEPS_SCALES,
    TRASH,
    escaped,
    named,
    scaled,
)
from functions.search.query import ImageQuery, Span, has_ratio
from functions.search.terms import tag_keys

MAX_NESTING = 20  # the parser of the index allows at most 100 open brackets
NO_TOKENS = '":never"'

# Typical share of images that match a condition. Only the order matters.
USUAL_SHARE = {
    "job": 0.0,
    "seed": 0.0,
    "tag": 0.005,
    "missing": 0.01,
    "trash": 0.01,
    "schedule": 0.02,
    "album": 0.02,
    "favourite": 0.05,
    "rating": 0.1,
    "size": 0.2,
    "approved": 0.2,
    "model": 0.3,
    "day": 0.4,
    "steps": 0.5,
}


@dataclass(frozen=True)
class Frequencies:
    """The number of images, the number of images for each of some terms, and the sizes that images have."""

    images: int
    terms: Mapping[str, int]
    sizes: Sequence[tuple[int, int]] = ()

    def of(self, name: str) -> float:
        return USUAL_SHARE[name] * self.images


Condition = tuple[float, str]  # approximate number of matching images, and text of the condition


def match_of(query: ImageQuery, frequencies: Frequencies) -> str | None:
    """Return the query as text, or None if nothing can match."""
    found = conditions_of(query, frequencies)
    if found is None:
        return None
    wanted, excluded = found
    if query.trash == "only":
        wanted.append((frequencies.of("trash"), quote(TRASH)))
    elif not wanted:
        wanted.append((0.0, quote(SHOWN)))
    else:
        excluded.append((frequencies.of("trash"), quote(TRASH)))  # faster than SHOWN, which nearly all images have
    return nest(wanted, excluded)


def conditions_of(query: ImageQuery, frequencies: Frequencies) -> tuple[list[Condition], list[Condition]] | None:
    """Return the required and the excluded conditions except trash, or None if nothing can match."""
    wanted = [(float(frequencies.terms.get(term, 0)), quote(escaped(term))) for term in query.terms]
    wanted += [(frequencies.of(name), either(tokens)) for name, tokens in wanted_tokens(query)]
    choices = [(frequencies.of(name), found) for name, found in choices_of(query, frequencies)]
    for group in query.any_of:
        parts = [part for one in group if (part := part_of(one, frequencies)) is not None]
        choices.append((sum(share for share, _ in parts), [text for _, text in parts]))
    for share, texts in choices:
        if not texts:
            return None
        wanted.append((share, f"({' OR '.join(texts)})"))
    excluded = [(float(frequencies.terms.get(term, 0)), quote(escaped(term))) for term in query.without_terms]
    excluded += [(frequencies.of(name), either(tokens)) for name, tokens in excluded_tokens(query)]
    excluded += [part for one in query.none_of if (part := part_of(one, frequencies)) is not None]
    return wanted, excluded


def part_of(query: ImageQuery, frequencies: Frequencies) -> Condition | None:
    """Return a query inside another one, without nesting because brackets are limited, or None if it can't match."""
    found = conditions_of(query, frequencies)
    if found is None:
        return None
    wanted, excluded = found
    share = min((share for share, _ in wanted), default=float(frequencies.images))
    match = " AND ".join(text for _, text in wanted) or either((SHOWN, TRASH))
    if not excluded:
        return share, match if len(wanted) == 1 else f"({match})"
    return share, f"(({match}) NOT ({' OR '.join(text for _, text in excluded)}))"


def choices_of(query: ImageQuery, frequencies: Frequencies) -> Iterator[tuple[str, list[str]]]:
    """Yield the alternatives of each range and of a ratio, with the names of their kinds."""
    for name, span, limits, scales in ranges(query):
        yield name, [quote(token) for token in range_tokens(name, clip(span, limits), scales)]
    if query.ratio is not None:
        sizes = (size for size in frequencies.sizes if has_ratio(size, query.ratio))
        yield "size", [quote(named("size", f"{width}x{height}")) for width, height in sizes]


def nest(wanted: list[Condition], excluded: list[Condition]) -> str:
    """Return one query that nests the conditions, rarest first, and excludes the others."""
    rarest, *others = [text for _, text in sorted(wanted)]
    match = rarest
    for text in others[:MAX_NESTING]:
        match = f"({match} AND {text}) NOT {NO_TOKENS}"
    match = " AND ".join(f"({text})" for text in (match, *others[MAX_NESTING:]))
    commonest = [text for _, text in sorted(excluded, reverse=True)]
    chain = "".join(f" NOT {text}" for text in commonest[:MAX_NESTING])
    rest = f" NOT ({' OR '.join(commonest[MAX_NESTING:])})" if len(commonest) > MAX_NESTING else ""
    return f"({match}){chain}{rest}"


def wanted_tokens(query: ImageQuery) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the required tokens, one of each group, except words and ranges, with the names of their kinds."""
    yield from (("tag", tag_tokens(tag)) for tag in query.tags)
    yield from (("album", (named("album", album),)) for album in query.albums)
    if query.model is not None:
        yield "model", (named("model", query.model.strip().lower()),)
    if query.schedule_id is not None:
        yield "schedule", (named("schedule", query.schedule_id),)
    if query.job_id is not None:
        yield "job", (named("job", query.job_id),)
    if query.seed is not None:
        yield "seed", (named("seed", str(query.seed)),)
    if query.size is not None:
        yield "size", (named("size", f"{query.size[0]}x{query.size[1]}"),)
    if query.favourite:
        yield "favourite", (FAVOURITE,)
    if query.approved:
        yield "approved", (APPROVED,)
    if query.missing:
        yield "missing", (MISSING,)


def excluded_tokens(query: ImageQuery) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the tokens that an image must not have, except words, with the names of their kinds."""
    yield from (("tag", tag_tokens(tag)) for tag in query.without_tags)
    if query.favourite is False:
        yield "favourite", (FAVOURITE,)
    if query.approved is False:
        yield "approved", (APPROVED,)
    if query.missing is False:
        yield "missing", (MISSING,)


def tag_tokens(tag: str) -> tuple[str, ...]:
    """Return the tokens of a tag, with and without accents."""
    return tuple(named("tag", key) for key in tag_keys(tag))


def ranges(query: ImageQuery) -> Iterator[tuple[str, Span, Span, int]]:
    """Yield the ranges of a query, each with its limits and number of scales."""
    if query.rating is not None:
        yield "rating", query.rating, RATINGS, 1
    if query.steps is not None:
        yield "steps", query.steps, Span(low=0, high=MOST_STEPS), STEPS_SCALES
    if query.since is not None or query.until is not None:
        low = None if query.since is None else query.since.toordinal()
        high = None if query.until is None else query.until.toordinal()
        yield "day", Span(low=low, high=high), DAYS, DAY_SCALES


def clip(span: Span, limits: Span) -> range:
    """Return the numbers of a range within the limits."""
    assert limits.low is not None and limits.high is not None  # noqa: S101, PT018
    low = limits.low if span.low is None else max(span.low, limits.low)
    high = limits.high if span.high is None else min(span.high, limits.high)
    return range(low, high + 1)


def range_tokens(name: str, numbers: range, scales: int) -> Iterable[str]:
    """Yield the smallest set of tokens that represents exactly these numbers."""
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


def either(tokens: Sequence[str]) -> str:
    """Return the condition that an image has one of these tokens."""
    quoted = " OR ".join(quote(token) for token in tokens)
    return quoted if len(tokens) == 1 else f"({quoted})"


def quote(token: str) -> str:
    """Return a token as a quoted string of the query language."""
    return f'"{token}"'
