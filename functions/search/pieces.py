"""Split the text of a query into conditions, operators, and parentheses."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import Literal

from functions.errors import BadRequest

MOST_CONDITIONS = 50
FIELDS = ("tag", "album", "model", "seed", "steps", "size", "rating", "schedule", "job", "date", "before", "after",
          "is", "sort")  # fmt: skip
# What people write instead of a field, and what to use.
OTHER_FIELDS = {
    "tags": "Use tag:night.",
    "title": "Words are searched for in titles, too: leave out the field.",
    "prompt": "Words are searched for in prompts, too: leave out the field.",
    "theme": "Words are searched for in themes, too: leave out the field.",
    "collection": "Use album:NAME.",
    "text": "Leave out the field.",
    "width": "Use size:512x768.",
    "height": "Use size:512x768.",
    "ratio": "Use size:16:9.",
    "aspect": "Use size:16:9.",
    "favorite": "Use is:favorite.",
    "favourite": "Use is:favorite.",
    "approved": "Use is:approved.",
    "missing": "Use is:missing.",
    "trash": "Use is:trash.",
    "stars": "Use rating:>3.",
    "created": "Use date:2026-11.",
    "day": "Use date:2026-11-24.",
    "month": "Use date:2026-11.",
    "year": "Use date:2026.",
    "since": "Use date:>=2026-11.",
    "from": "Use date:>=2026-11.",
    "until": "Use date:<=2026-11.",
    "to": "Use date:<=2026-11.",
    "order": "Use sort:oldest, sort:rating, or sort:random.",
    "random": "Use sort:random.",
    "shuffle": "Use sort:random.",
}
OPERATORS = frozenset({"AND", "OR", "NOT"})

# A phrase that starts with a straight quotation mark must end with one. A phrase in typographic quotation marks can
# end with any of them, because keyboards differ.
PIECE = re.compile(
    r"""
    (?P<minus>-?)
    (?:(?P<field>[^\W\d_]+):)?
    (?:
        "(?P<straight>(?:[^"\\]|\\.)*)"(?=[\s)]|$)
        | [“”„«»](?P<curly>(?:[^“”„«»"\\]|\\.)*)[“”„«»"](?=[\s)]|$)
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


@dataclass(frozen=True)
class Mark:
    """An operator in capitals, or a parenthesis. `-(` is the operator NOT and a parenthesis."""

    text: Literal["AND", "OR", "NOT", "(", ")"]


def pieces(q: str) -> list[Piece | Mark]:
    """Split a query at its spaces, except inside quotation marks, and at parentheses around conditions."""
    text = q.strip()
    found: list[Piece | Mark] = []
    at = 0
    while at < len(text):
        if text.startswith("-(", at):
            found += [Mark("NOT"), Mark("(")]
            at += 2
        elif text[at] in "()":
            found.append(Mark("(" if text[at] == "(" else ")"))
            at += 1
        else:
            one, at = piece_at(text, at)
            found.append(one)
        while at < len(text) and text[at].isspace():
            at += 1
    if sum(isinstance(one, Piece) for one in found) > MOST_CONDITIONS:
        raise BadRequest(f"The search has more than {MOST_CONDITIONS} conditions. Remove some.", field="q")
    return found


def piece_at(text: str, at: int) -> tuple[Piece | Mark, int]:
    """Return the condition or operator that starts here, and where it ends."""
    match = PIECE.match(text, at)
    assert match is not None  # noqa: S101  every part of the pattern may be empty
    whole, bare = match[0], match["bare"]
    if bare is not None and bare.startswith(QUOTES):
        raise BadRequest(
            f"The quotation mark in {text[at:][:40]} isn't closed. Add a closing quotation mark followed by a space.",
            field="q",
            token=whole,
        )
    if bare is not None:
        surplus = len(bare) - len(without_closing(bare))
        whole, bare = whole[: len(whole) - surplus], bare[: len(bare) - surplus]
    for operator in ("AND", "OR", "NOT"):
        if whole == operator:
            return Mark(operator), at + len(whole)
    name = match["field"].lower() if match["field"] else None
    value = bare if bare is not None else re.sub(r"\\(.)", r"\1", match["straight"] or match["curly"] or "")
    piece = Piece(text=whole, negated=bool(match["minus"]), field=name, value=value.strip(), quoted=bare is None)
    if name is not None and name not in FIELDS:
        raise refusal(piece, unknown_field(piece))
    return piece, at + len(whole)


def without_closing(bare: str) -> str:
    """Return the text up to the first closing parenthesis that isn't opened inside it."""
    depth = 0
    for place, character in enumerate(bare):
        depth += (character == "(") - (character == ")")
        if depth < 0:
            return bare[:place]
    return bare


def unknown_field(piece: Piece) -> str:
    """Return the error message for an unknown field."""
    name = piece.field or ""
    near = difflib.get_close_matches(name, FIELDS, n=1)
    if name in OTHER_FIELDS:
        remedy = OTHER_FIELDS[name]
    elif near:
        remedy = f"Did you mean {near[0]}:?"
    else:
        remedy = f"Available fields: {', '.join(f'{field}:' for field in FIELDS)}."
    return f"“{name}:” isn't a search field. {remedy} To search for the text itself, put it in quotation marks."


def refusal(piece: Piece, sentence: str) -> BadRequest:
    """Return the error for a condition."""
    return BadRequest(sentence, field="q", token=piece.text)
