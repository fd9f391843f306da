"""How an indexing policy serves a query, by Microsoft's "Indexing policies in Azure Cosmos DB" (2025-05-08).

* ORDER BY with one property needs a range index. With several properties, it needs a composite index with the same
  properties in the same sequence, all in the same or all in the opposite direction. Other queries are refused.
* A composite index serves filter and order together only if the properties of the equality filters come first in the
  ORDER BY clause too.
* A filter of a property without an index, or with a calculation, loads every document.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from benchmarks.cosmos.statements import Order, Statement

ALWAYS_INDEXED = frozenset({"id", "_ts"})
NO_COMPOSITE = "The order by query does not have a corresponding composite index that it can be served from."
EXCLUDED = "The index path corresponding to the specified order-by item is excluded."

Access = Literal["composite", "range", "scan"]


@dataclass(frozen=True)
class Policy:
    """The indexes of a container."""

    paths: frozenset[str]
    subtrees: tuple[str, ...]
    composites: tuple[tuple[Order, ...], ...]

    @classmethod
    def of(cls, policy: Mapping[str, Any]) -> Policy:
        """Read the `indexingPolicy` of a container that excludes all paths but those it includes."""
        if policy["excludedPaths"] != [{"path": "/*"}]:
            raise ValueError("The indexing policy must exclude /*.")
        paths = [found["path"].strip("/") for found in policy["includedPaths"]]
        return cls(
            paths=frozenset(dotted(path.removesuffix("/?").removesuffix("/[]")) for path in paths),
            subtrees=tuple(dotted(path.removesuffix("/*")) for path in paths if path.endswith("/*")),
            composites=tuple(
                tuple(Order(dotted(part["path"].strip("/")), part["order"] == "descending") for part in parts)
                for parts in policy["compositeIndexes"]
            ),
        )

    def has(self, path: str) -> bool:
        """Return whether a property has a range index."""
        return (
            path in ALWAYS_INDEXED
            or path in self.paths
            or any(f"{path}.".startswith(f"{start}.") for start in self.subtrees)
        )

    def sorts(self, order: Sequence[Order]) -> bool:
        """Return whether a composite index serves this order."""
        wanted, reverse = tuple(order), tuple(Order(part.path, not part.descending) for part in order)
        return any(composite in (wanted, reverse) for composite in self.composites)


def dotted(path: str) -> str:
    return path.replace("/", ".")


def refusal(statement: Statement, policy: Policy) -> str | None:
    """Return why the query is refused, in the words of Cosmos DB, or None."""
    if len(statement.order) > 1 and not policy.sorts(statement.order):
        return NO_COMPOSITE
    if len(statement.order) == 1 and not policy.has(statement.order[0].path):
        return EXCLUDED
    return None


def access(statement: Statement, policy: Policy) -> Access:
    """Return how the documents are found.

    "composite": in the order of an index that begins with equality filters; also for a query without order.
    "range": by range indexes, whose results are then brought into order. "scan": every document is loaded.
    """
    if statement.calculates or not all(policy.has(path) for path in statement.filtered_paths):
        return "scan"
    filtered = statement.filtered_paths
    if not statement.order or filtered <= {part.path for part in statement.order}:
        return "composite"
    leading = statement.order[0].path
    return "composite" if len(statement.order) > 1 and leading in statement.equal_paths else "range"
