"""Parser of the search language: turns a query into an `ImageQuery`, or an error that says what to change.

  | query | meaning |
  |---|---|
  | `fox`, `"red fox"` | every word occurs in texts or tags, in any form |
  | `-snow`, `NOT snow` | the word doesn't occur |
  | `fox OR wolf`, `(fox OR wolf) snow` | one of the conditions matches; OR binds less tightly than a space |
  | `-(fox snow)` | not all of these conditions match |
  | `tag:night`, `-tag:"city at night"` | the image has, or doesn't have, exactly this tag, with or without accents |
  | `model:sdxl`, `schedule:daily`, `job:ID`, `seed:123`, `size:512x768` | exactly this value |
  | `album:Favorites`, `album:ID` | the image is in this album, or matches its search |
  | `size:16:9` | this ratio of width to height |
  | `steps:25`, `steps:20-30`, `steps:>20`, `rating:>3`, `rating:2-4` | a number or a range |
  | `date:2026`, `date:2026-11`, `date:2026-11-24`, `date:2026-11-01..2026-11-24`, `date:>=2026-11` | days |
  | `2026-11`, `2026-11-24` | the same as `date:` |
  | `date:november`, `date:nov-2025` | the latest month of this name, or the month of this year |
  | `before:2026-11`, `after:2026-11-24` | days before or after, without the days named |
  | `is:favorite`, `-is:approved`, `is:missing`, `is:trash` | a filter; `missing` means the original's file |
  | `sort:oldest`, `sort:rating`, `sort:random`, `sort:newest` | the order of the results, by default newest first |
  | `sort:random:7` | the same random order each time |
  | `album:Favorites sort:album` | the order of an album made by hand |

Every field except `sort:` can be excluded with a minus sign. No part of a query is ignored: a part that can't be
searched for is an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from functions.errors import BadRequest
from functions.search.conditions import Found, Names, read
from functions.search.pieces import Mark, Piece, pieces
from functions.search.query import ImageQuery

LONGEST_QUERY = 1000
DEEPEST = 4  # parentheses inside parentheses


def parse(
    q: str,
    *,
    schedules: Mapping[str, str],
    albums: Mapping[str, ImageQuery | BadRequest] | None = None,
    today: date | None = None,
) -> ImageQuery:
    """Parse a query. `schedules` maps names and IDs of schedules to IDs; `today` gives names of months a year.

    `albums` maps names and IDs of albums to queries for their images, or to the error of a search that names them.

    Raises `BadRequest` with `details.field` "q", `details.token`, and a message that says what to change.
    """
    if len(q) > LONGEST_QUERY:
        raise BadRequest(f"The search exceeds {LONGEST_QUERY} characters. Shorten it.", field="q")
    parser = Parser(pieces(q), Names(schedules, albums or {}), today)
    query = parser.alternatives(depth=0) if parser.left else ImageQuery()
    if query.sort == "album" and len(query.albums) != 1:
        raise mistake("sort:album", "“sort:album” needs one album made by hand, such as album:Favorites.")
    return query


class Parser:
    """Reads conditions from left to right: alternatives of sequences of conditions and groups."""

    def __init__(self, parts: list[Piece | Mark], names: Names, today: date | None) -> None:
        self.left = parts
        self._names, self._today = names, today

    def alternatives(self, *, depth: int) -> ImageQuery:
        """Read sequences separated by OR, up to a closing parenthesis or the end."""
        found = [self._sequence(depth)]
        while self._take("OR"):
            found.append(self._sequence(depth))
        if len(found) == 1:
            return found[0]
        matched = tuple(dict.fromkeys(word for query in found for word in query.matched))
        return ImageQuery(any_of=(tuple(self._part(query) for query in found),), matched=matched)

    def _sequence(self, depth: int) -> ImageQuery:
        """Read conditions and groups, all of which must match."""
        found = Found(names=self._names, today=self._today)
        read_any = False
        while self.left and self.left[0] not in (Mark("OR"), Mark(")")):
            if self._take("AND"):
                if not read_any or not self.left or self.left[0] in (Mark("AND"), Mark("OR"), Mark(")")):
                    raise mistake("AND", needs_both("AND"))
                continue
            self._condition(found, depth)
            read_any = True
        if depth == 0 and self.left and self.left[0] == Mark(")"):
            raise mistake(
                ")", "A closing parenthesis has no opening one. Remove it, or put the text in quotation marks."
            )
        if not read_any:
            operator = "OR" if Mark("OR") in self.left or depth == 0 else "()"
            raise mistake(operator, needs_both("OR") if operator == "OR" else "The parentheses are empty. Remove them.")
        check_contradictions(found.query)
        return found.query

    def _condition(self, found: Found, depth: int) -> None:
        """Read one condition or group, with NOT before it."""
        negated = False
        while self._take("NOT"):
            negated = not negated
            if not self.left or self.left[0] in (Mark("AND"), Mark("OR"), Mark(")")):
                raise mistake(
                    "NOT", "NOT needs a condition after it. To search for the word, put it in quotation marks."
                )
        first = self.left.pop(0)
        if isinstance(first, Piece):
            read(replace(first, negated=first.negated != negated), found)
            return
        if depth == DEEPEST:
            raise mistake("(", f"The search has more than {DEEPEST} levels of parentheses. Remove some.")
        inner = self.alternatives(depth=depth + 1)
        if not self._take(")"):
            raise mistake("(", "An opening parenthesis isn't closed. Add a closing one, or remove it.")
        part = self._part(inner)
        if negated:
            found.add("none_of", (part,))
            return
        # Alternatives alone need no query around them.
        found.add("any_of", part.any_of if part == ImageQuery(any_of=part.any_of) else ((part,),))
        found.add("matched", inner.matched)

    def _part(self, query: ImageQuery) -> ImageQuery:
        """Return the conditions of a part, which can't decide on the order, or whether images in trash are shown."""
        if query.sort is not None:
            raise mistake(
                f"sort:{query.sort}",
                f"“sort:{query.sort}” applies to the whole search. Move it out of OR and parentheses.",
            )
        if query.trash == "only":
            raise mistake("is:trash", "“is:trash” applies to the whole search. Move it out of OR and parentheses.")
        return replace(query, matched=())

    def _take(self, text: str) -> bool:
        """Remove this mark if it comes next, and return whether it did."""
        if self.left and isinstance(self.left[0], Mark) and self.left[0].text == text:
            self.left.pop(0)
            return True
        return False


def check_contradictions(query: ImageQuery) -> None:
    """Raise `BadRequest` if a word or tag is both included and excluded."""
    for attribute, without in (("terms", "without_terms"), ("tags", "without_tags")):
        for both in set(getattr(query, attribute)) & set(getattr(query, without)):
            raise mistake(both, f"“{both}” is both included and excluded. Remove one of them.")

    for group in query.any_of:
        if all(one == ImageQuery(terms=one.terms) and set(one.terms) & set(query.without_terms) for one in group):
            first = group[0].terms[0]
            raise mistake(first, f"“{first}” is both included and excluded. Remove one of them.")


def needs_both(operator: str) -> str:
    """Return the error message for an operator without a condition on both sides."""
    return f"{operator} needs a condition on both sides. To search for the word, put it in quotation marks."


def mistake(token: str, sentence: str) -> BadRequest:
    """Return the error for a part of a query."""
    return BadRequest(sentence, field="q", token=token)
