"""Counts per schedule, day and model in both catalogs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from functions.ports import Catalog
from tests.catalogs import an_image
from tests.fakes import START


def rows(counts: Any) -> Any:
    return {
        (one.schedule_id, one.day, one.model): (one.pictures, one.trashed, one.favourites, one.approved)
        for one in counts
    }


async def put(catalog: Any, count: Any = 1, **changes: Any) -> None:
    for _ in range(count):
        await catalog.images.create(an_image(**changes))


async def test_counts_of_a_month(catalog: Catalog) -> None:
    """Each combination is counted, with images in trash and without those that are being permanently deleted."""
    await put(catalog, 2)
    await put(catalog, 3, schedule_id="s", schedule_name="Owls", favourite=True)
    await put(catalog, schedule_id="s", schedule_name="Owls", deleted_at=START, approved_at=START)
    await put(catalog, schedule_id="s", schedule_name="Owls", model="other")
    await put(catalog, schedule_id="s", deleted_at=START, purging=True)
    await put(catalog, at=START + timedelta(days=1))

    counts = await catalog.images.schedule_counts("2026-11")

    assert rows(counts) == {
        (None, "2026-11-23", "starter"): (2, 0, 0, 0),
        ("s", "2026-11-23", "starter"): (4, 1, 3, 1),
        ("s", "2026-11-23", "other"): (1, 0, 0, 0),
        (None, "2026-11-24", "starter"): (1, 0, 0, 0),
    }
    assert {one.schedule_name for one in counts if one.schedule_id == "s"} == {"Owls"}


async def test_a_month_is_that_of_the_id(catalog: Catalog) -> None:
    """From its first millisecond to its last, in UTC, whatever day the image has in the library's zone."""
    last = datetime(2026, 11, 30, 23, 59, 59, 999_000, tzinfo=UTC)
    await put(catalog, at=last, day="2026-12-01")
    await put(catalog, at=last + timedelta(milliseconds=1))

    november = await catalog.images.schedule_counts("2026-11")
    december = await catalog.images.schedule_counts("2026-12")

    assert rows(november) == {(None, "2026-12-01", "starter"): (1, 0, 0, 0)}
    assert rows(december) == {(None, "2026-12-01", "starter"): (1, 0, 0, 0)}
    assert await catalog.images.schedule_counts("2026-10") == []
    assert await catalog.images.schedule_counts("nonsense") == []
