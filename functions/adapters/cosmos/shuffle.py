"""Random orders of images in Cosmos DB, which sorts by stored values only: the hashes of the files.

The hashes are divided into 16 sections, and the number of an order decides the order of the sections. So all pages cost
the same, and an image keeps its place when others are added or deleted.
"""

from __future__ import annotations

import random
import re
from typing import Any, NamedTuple

from functions.adapters.cursors import invalid_cursor

DIGITS = "0123456789abcdef"
CURSOR = re.compile(r"([0-9a-f]{0,64})\.([0-9A-Z]{26})", re.ASCII)


class Position(NamedTuple):
    """The last image of a page."""

    sha256: str
    id: str

    def __str__(self) -> str:
        return f"{self.sha256}.{self.id}"


class Section(NamedTuple):
    """Hashes from `low` to `high`, which isn't included. None means no limit."""

    low: str
    high: str | None

    def contains(self, sha256: str) -> bool:
        """Return whether a hash belongs to this section."""
        return self.low <= sha256 and (self.high is None or sha256 < self.high)

    def conditions(self, after: Position | None) -> tuple[list[str], dict[str, Any]]:
        """Return the conditions for hashes of this section after a position, and the values of their parameters."""
        conditions, values = ["c.sha256 >= @low"], {"low": self.low}
        if self.high is not None:
            conditions.append("c.sha256 < @high")
            values["high"] = self.high
        if after is not None:
            conditions.append("(c.sha256 > @hash OR (c.sha256 = @hash AND c.id > @last))")
            values |= {"hash": after.sha256, "last": after.id}
        return conditions, values


def sections_from(shuffle: int, after: Position | None) -> list[Section]:
    """Return the sections in the order with this number, from the one that contains the position."""
    edges = ["", *DIGITS[1:]]
    sections = [Section(low, high) for low, high in zip(edges, [*edges[1:], None], strict=True)]
    random.Random(shuffle).shuffle(sections)  # noqa: S311  not a secret
    if after is None:
        return sections
    return sections[next(n for n, section in enumerate(sections) if section.contains(after.sha256)) :]


def read_cursor(cursor: str) -> Position:
    """Return the position in a cursor, or raise `BadRequest`."""
    match = CURSOR.fullmatch(cursor)
    if match is None:
        raise invalid_cursor()
    return Position(match[1], match[2])
