"""Read the SQL of the Cosmos DB adapter: its projection, filters, and order. No other SQL is understood."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

SELECT = re.compile(
    r"SELECT (?:TOP (?P<top>\d+) )?(?P<projection>.+?)\s+FROM (?P<source>c(?: JOIN \w+ IN c[\w.]+)?)"
    r"(?:\s+WHERE (?P<where>.+?))?(?:\s+ORDER BY (?P<order>.+))?",
    re.DOTALL,
)
EQUALITY = re.compile(r"c\.([\w.]+) = (?:@\w+|null|true|false|'[^']*')")
PATH = re.compile(r"\bc\.([\w.]+)")
ARITHMETIC = re.compile(r"c\.[\w.]+ [*/+-] |[*/+-] c\.")
# A condition for items without a property.
OF_ITEMS_WITHOUT = re.compile(r"NOT IS_DEFINED\(c\.[\w.]+\) AND [^()]*")
AGGREGATE = re.compile(r"VALUE (COUNT|SUM|MIN|MAX)\((.+)\)")


@dataclass(frozen=True)
class Order:
    """One property of an ORDER BY clause."""

    path: str
    descending: bool


@dataclass(frozen=True)
class Statement:
    """A query. `where` is "" if it has no filter."""

    top: int | None
    projection: str
    source: str
    where: str
    order: tuple[Order, ...]

    @property
    def conditions(self) -> list[str]:
        """The conditions that must all hold."""
        return list(split(self.where, " AND ")) if self.where else []

    @property
    def equal_paths(self) -> frozenset[str]:
        """The properties that must equal one value."""
        found = (EQUALITY.fullmatch(condition) for condition in self.conditions)
        return frozenset(match[1] for match in found if match)

    @property
    def filtered_paths(self) -> frozenset[str]:
        """The properties that the filter and the join read."""
        return frozenset(PATH.findall(f"{self.source} {self.where}"))

    @property
    def calculates(self) -> bool:
        """Whether the filter calculates with properties of all items, for which no index can be used."""
        return ARITHMETIC.search(OF_ITEMS_WITHOUT.sub("", self.where)) is not None

    @property
    def aggregate(self) -> tuple[str, str] | None:
        """The function of `SELECT VALUE COUNT(1)` and its argument."""
        match = AGGREGATE.fullmatch(self.projection)
        return (match[1], match[2]) if match else None


def parse(sql: str) -> Statement:
    """Read a query, or raise `ValueError`."""
    match = SELECT.fullmatch(sql.strip())
    if match is None:
        raise ValueError(f"This query isn't understood: {sql}")
    return Statement(
        top=int(match["top"]) if match["top"] else None,
        projection=match["projection"].strip(),
        source=match["source"],
        where=(match["where"] or "").strip(),
        order=tuple(read_order(part) for part in (match["order"] or "").split(",") if part.strip()),
    )


def read_order(text: str) -> Order:
    """Read `c.id DESC`, or raise `ValueError`."""
    path, _, direction = text.strip().partition(" ")
    if not path.startswith("c.") or direction not in ("", "ASC", "DESC"):
        raise ValueError(f"This order isn't understood: {text}")
    return Order(path.removeprefix("c."), direction == "DESC")


def split(text: str, separator: str) -> Iterator[str]:
    """Split a condition at the separators outside parentheses."""
    depth = start = 0
    for at, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth == 0 and text.startswith(separator, at):
            yield text[start:at].strip()
            start = at + len(separator)
    yield text[start:].strip()
