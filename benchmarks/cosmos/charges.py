"""Estimates of request units (RU) by the rules and examples in Microsoft's documentation. Nothing is measured.

* Reads, writes, and indexed terms: "Understand request units consumption in Azure Cosmos DB" (2026-04-21).
* At least 2.5 RU for each physical partition of a query: "Query an Azure Cosmos DB container" (2025-07-09).
* Loading documents: 4,059.95 RU for a query that loaded 399,998,938 bytes, in "Troubleshoot query issues" (2022-04-04).
* Filter and order without a composite index: 44.28 RU instead of 8.86, in the same document.
* Strong consistency doubles the RU of reads and queries: "Optimize request cost" (docs of Azure Cosmos DB).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from benchmarks.cosmos.indexes import Policy

KB = 1024
LARGEST_ITEM = 2048 * KB
# Size in KB, RU of a point read, and RU of a write without indexed terms.
SIZES = (
    (1, 1.00, 4.95),
    (2, 1.04, 6.29),
    (4, 1.14, 6.67),
    (8, 1.33, 7.04),
    (16, 1.67, 9.52),
    (32, 2.19, 11.23),
    (64, 4.76, 22.67),
    (128, 9.95, 48.19),
    (256, 20.28, 98.29),
    (512, 40.95, 184.57),
    (1024, 145.90, 625.00),
    (2048, 291.80, 1250.00),
)
TERM = 0.2
PARTITION = 2.5
LOADED_KB = 4_059.95 / (399_998_938 / KB)
UNSORTED = 44.28 / 8.86
STRONG = 2.0
PARTITION_BYTES = 50 * KB**3
PARTITION_RU_S = 10_000


def read(size: float) -> float:
    """Return the RU of a point read of an item with this number of bytes."""
    return between(size, column=1)


def create(size: int, terms: int) -> float:
    """Return the RU of creating or deleting an item of this size with these indexed terms."""
    return between(size, column=2) + TERM * terms


def replace(size: int, changed_terms: int) -> float:
    """Return the RU of replacing an item: deleting the old one, creating the new one, and each changed term twice."""
    return 2 * between(size, column=2) + 2 * TERM * changed_terms


def query(*, partitions: int, loaded: float) -> float:
    """Return the RU of a query of this number of physical partitions that loads this number of bytes."""
    return PARTITION * partitions + LOADED_KB * loaded / KB


def partitions_of(size: int, provisioned_ru_s: int = 0) -> int:
    """Return the number of physical partitions of a container of this size and throughput."""
    return max(1, math.ceil(size / PARTITION_BYTES), math.ceil(provisioned_ru_s / PARTITION_RU_S))


def between(size: float, *, column: int) -> float:
    """Return the value for this size, interpolated between two rows of the table."""
    kilobytes = size / KB
    if kilobytes <= SIZES[0][0]:
        return SIZES[0][column]
    for lower, upper in pairwise(SIZES):
        if kilobytes <= upper[0]:
            share = (kilobytes - lower[0]) / (upper[0] - lower[0])
            return lower[column] + share * (upper[column] - lower[column])
    raise ValueError("An item has at most 2 MB.")


def terms(item: Mapping[str, Any], policy: Policy) -> int:
    """Return the number of indexed terms of an item: each indexed value, and one for each composite index."""
    return len(set(values(item, policy))) + len(policy.composites)


def values(part: Any, policy: Policy, path: str = "") -> Iterable[tuple[str, str]]:
    """Return the indexed values below a path, as path and text."""
    if isinstance(part, Mapping):
        for name, value in part.items():
            yield from values(value, policy, f"{path}.{name}" if path else name)
    elif isinstance(part, list):
        for value in part:
            yield from values(value, policy, path)
    elif policy.has(path):
        yield path, repr(part)
