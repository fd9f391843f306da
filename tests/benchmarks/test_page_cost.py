"""The computed request units of the gallery come from the adapter's queries and the deployed indexes."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from benchmarks.cosmos.indexes import Policy
from benchmarks.cosmos.page_cost import Cost, Sizes, computed, images_policy, markdown
from benchmarks.cosmos.statements import parse

ROOT = Path(__file__).parents[2]
PAGE = parse("SELECT TOP 60 * FROM c WHERE c.rating = @p0 ORDER BY c.rating DESC, c.id DESC")


@pytest.fixture(scope="module")
def lines() -> list[tuple[str, list[Cost]]]:
    return asyncio.run(computed())


def test_a_page_costs_the_same_in_a_large_library(lines: list[tuple[str, list[Cost]]]) -> None:
    """No call of the gallery costs more with 1,000,000 images than with 10,000, and none loads all documents."""
    for name, (small, large) in lines:
        assert large.access != "scan", name
        assert name.endswith("(sweep, after changes)") or small == large, name


def test_the_table_in_the_results_is_the_scripts(lines: list[tuple[str, list[Cost]]]) -> None:
    """RESULTS.md has the table that the script prints."""
    assert markdown(lines) in (ROOT / "benchmarks" / "RESULTS.md").read_text(encoding="utf-8")


def test_a_query_without_its_index_has_no_cost() -> None:
    """A query that Cosmos DB would refuse is an error."""
    with pytest.raises(ValueError, match="composite index"):
        Sizes(100, 1024).cost([(PAGE, None)], Policy(frozenset({"rating"}), (), ()), found=None)


def test_a_scan_loads_every_document_it_reaches() -> None:
    """Without an index, the cost grows with the library, or with the month for a query of one partition."""
    scan = parse("SELECT * FROM c WHERE c.prompt = @p0 ORDER BY c.id DESC")
    sizes = Sizes(36_000, 2048)

    whole = sizes.cost([(scan, None)], images_policy(), found=1)
    month = sizes.cost([(scan, "2026-11")], images_policy(), found=1)

    assert (whole.access, whole.loaded, month.loaded) == ("scan", 36_000, 1_000)
    assert whole.least > 20 * month.least
