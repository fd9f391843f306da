"""The rules of indexes and charges match the examples in Microsoft's documentation."""

from __future__ import annotations

import pytest

from benchmarks.cosmos import charges
from benchmarks.cosmos.indexes import EXCLUDED, NO_COMPOSITE, Policy, access, refusal
from benchmarks.cosmos.statements import Order, parse, read_order

AGE = frozenset({"name", "age", "timestamp"})


def policy(*composites: str) -> Policy:
    orders = tuple(tuple(read_order(f"c.{part.strip()}") for part in one.split(",")) for one in composites)
    return Policy(AGE, (), orders)


@pytest.mark.parametrize(
    ("composite", "order", "served"),
    [
        ("name ASC, age ASC", "c.name ASC, c.age ASC", True),
        ("name ASC, age ASC", "c.age ASC, c.name ASC", False),
        ("name ASC, age ASC", "c.name DESC, c.age DESC", True),
        ("name ASC, age ASC", "c.name ASC, c.age DESC", False),
        ("name ASC, age ASC, timestamp ASC", "c.name ASC, c.age ASC, c.timestamp ASC", True),
        ("name ASC, age ASC, timestamp ASC", "c.name ASC, c.age ASC", False),
    ],
)
def test_an_order_by_several_properties_needs_its_composite_index(composite: str, order: str, served: bool) -> None:
    """The documented table of orders and composite indexes holds."""
    statement = parse(f"SELECT * FROM c ORDER BY {order}")

    assert refusal(statement, policy(composite)) == (None if served else NO_COMPOSITE)


def test_an_order_by_one_property_needs_a_range_index() -> None:
    """`id` and `_ts` always have an index, and other properties only if they are included."""
    assert refusal(parse("SELECT * FROM c ORDER BY c.id DESC"), policy()) is None
    assert refusal(parse("SELECT * FROM c ORDER BY c.age"), policy()) is None
    assert refusal(parse("SELECT * FROM c ORDER BY c.prompt"), policy()) == EXCLUDED


@pytest.mark.parametrize(
    ("composite", "query", "how"),
    [
        ("name ASC, timestamp ASC", "WHERE c.name = @n ORDER BY c.name ASC, c.timestamp ASC", "composite"),
        (
            "name ASC, timestamp ASC",
            "WHERE c.name = @n AND c.timestamp > @t ORDER BY c.name ASC, c.timestamp ASC",
            "composite",
        ),
        ("name ASC, timestamp ASC", "WHERE c.name = @n ORDER BY c.timestamp ASC", "range"),
        ("name ASC, timestamp ASC", "WHERE c.name = @n", "composite"),
        ("name ASC, timestamp ASC", "WHERE c.prompt = @n ORDER BY c.timestamp ASC", "scan"),
        ("name ASC, timestamp ASC", "WHERE c.age >= c.timestamp * @n", "scan"),
        (
            "name ASC, timestamp ASC",
            "WHERE (c.name = @n OR NOT IS_DEFINED(c.name) AND c.age >= c.timestamp * @n)",
            "composite",
        ),
    ],
)
def test_filters_come_first_in_the_order(composite: str, query: str, how: str) -> None:
    """A composite index serves a filter and an order if the filter's properties come first in the order."""
    assert access(parse(f"SELECT * FROM c {query}"), policy(composite)) == how


def test_a_policy_is_read() -> None:
    """Scalars, elements of arrays, and subtrees are indexed; everything else isn't."""
    read = Policy.of(
        {
            "includedPaths": [{"path": "/day/?"}, {"path": "/search/tags/[]/?"}, {"path": "/open/*"}],
            "excludedPaths": [{"path": "/*"}],
            "compositeIndexes": [[{"path": "/day", "order": "descending"}, {"path": "/id", "order": "ascending"}]],
        }
    )

    assert [path for path in ("day", "search.tags", "open", "open.jobs", "id", "opened", "tags") if read.has(path)] == [
        "day",
        "search.tags",
        "open",
        "open.jobs",
        "id",
    ]
    assert read.composites == ((Order("day", True), Order("id", False)),)
    item = {"id": "a", "day": "x", "tags": ["no"], "search": {"tags": ["t", "u", "t"]}, "open": {"jobs": 1}}
    assert charges.terms(item, read) == 6


def test_other_sql_is_not_guessed() -> None:
    """A statement that isn't understood is an error."""
    for sql in ("DELETE FROM c", "SELECT * FROM c ORDER BY RANK FullTextScore(c.text)"):
        with pytest.raises(ValueError, match="isn't understood"):
            parse(sql)


def test_charges_are_those_of_the_examples() -> None:
    """Point reads, writes, and terms cost what the documentation says, within a tenth of an RU."""
    assert charges.read(300) == 1
    assert charges.read(100 * charges.KB) == pytest.approx(10, rel=0.3)
    assert charges.create(charges.KB, terms=10) == pytest.approx(7, abs=0.1)
    assert charges.replace(charges.KB, changed_terms=2) == pytest.approx(10.8, abs=0.1)
    assert charges.read(3 * charges.KB) == pytest.approx(1.09)
    assert charges.query(partitions=0, loaded=399_998_938) == pytest.approx(4_059.95)
    assert charges.query(partitions=4, loaded=0) == 10
    with pytest.raises(ValueError, match="2 MB"):
        charges.read(charges.LARGEST_ITEM + 1)


def test_partitions_follow_size_and_throughput() -> None:
    """A physical partition has at most 50 GB and 10,000 RU/s."""
    assert charges.partitions_of(1) == 1
    assert charges.partitions_of(120 * charges.KB**3) == 3
    assert charges.partitions_of(1, provisioned_ru_s=40_000) == 4
