"""Counts per day and tag are stored per month, and counted live while outdated."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from functions.services.images import summaries
from tests.fakes import Clock, FakeDependencies
from tests.functions.api.conftest import Api, Gallery

SETTLED_S = summaries.SETTLE.total_seconds() + 1


async def settle(deps: FakeDependencies, clock: Clock) -> int:
    """Wait until every marked change may be counted, then run a sweep."""
    clock.advance(SETTLED_S)
    return await summaries.recompute_dirty(deps)


async def test_a_month_without_summary_is_counted_live_then_stored(
    api: Api, gallery: Gallery, deps: FakeDependencies, clock: Clock
) -> None:
    """The first sweep marks a month, the second stores its counts, and the timeline is always correct."""
    await gallery.several(3)

    before = (await api.get("timeline")).json["total"]
    first = await settle(deps, clock)
    second = await settle(deps, clock)
    saved = await deps.catalog.summaries.get("2026-11")

    assert before == (await api.get("timeline")).json["total"] == 3
    assert (first, second) == (0, 1)
    assert (saved.days, saved.dirty) == ({"2026-11-23": 3}, False)


async def test_a_change_makes_its_month_dirty_and_others_stay(
    api: Api, gallery: Gallery, deps: FakeDependencies, clock: Clock
) -> None:
    """Only the changed month is counted again."""
    old = await gallery.add(at=datetime(2026, 10, 5, tzinfo=UTC))
    new = await gallery.add()
    await settle(deps, clock)
    await settle(deps, clock)

    await api.delete(f"images/{new.id}")

    october = await deps.catalog.summaries.get("2026-10")
    november = await deps.catalog.summaries.get("2026-11")
    assert (october.dirty, november.dirty) == (False, True)
    assert (await api.get("timeline")).json["days"] == [{"day": old.day, "count": 1}]
    assert await settle(deps, clock) == 1
    assert (await deps.catalog.summaries.get("2026-11")).days == {}


async def test_a_change_during_the_count_is_not_lost(
    api: Api, gallery: Gallery, deps: FakeDependencies, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A month marked while the sweep counts is counted again."""
    image = await gallery.add()
    await summaries.mark_dirty(deps, image.month)
    clock.advance(SETTLED_S)
    day_counts = deps.catalog.images.day_counts

    async def marked_meanwhile(month: str) -> Mapping[str, int]:
        counts = await day_counts(month)
        await summaries.mark_dirty(deps, month)
        return counts

    with monkeypatch.context() as during:
        during.setattr(deps.catalog.images, "day_counts", marked_meanwhile)
        counted = await summaries.recompute_dirty(deps)

    assert counted == 0
    assert (await deps.catalog.summaries.get(image.month)).dirty


async def test_a_fresh_mark_waits(api: Api, gallery: Gallery, deps: FakeDependencies, clock: Clock) -> None:
    """A month is not counted while a marked change may be unsaved."""
    image = await gallery.add()
    await summaries.mark_dirty(deps, image.month)
    clock.advance(SETTLED_S / 2)

    counted = await summaries.recompute_dirty(deps)

    assert counted == 0
    assert (await deps.catalog.summaries.get(image.month)).dirty


async def test_marking_again_writes_little(deps: FakeDependencies, clock: Clock) -> None:
    """A burst of changes marks a month once, and later changes renew the mark."""
    await summaries.mark_dirty(deps, "2026-11")
    first = await deps.catalog.summaries.get("2026-11")
    await summaries.mark_dirty(deps, "2026-11")
    second = await deps.catalog.summaries.get("2026-11")
    clock.advance(summaries.MIN_MARK_INTERVAL.total_seconds())
    await summaries.mark_dirty(deps, "2026-11")
    third = await deps.catalog.summaries.get("2026-11")

    assert first.etag == second.etag != third.etag


async def test_tags_come_from_the_summary(api: Api, gallery: Gallery, deps: FakeDependencies, clock: Clock) -> None:
    """Stored and live counts of tags are equal."""
    await gallery.add(tags=("night", "red"))
    await gallery.add(tags=("night",), at=datetime(2026, 10, 5, tzinfo=UTC))
    live = (await api.get("tags")).json

    await settle(deps, clock)
    await settle(deps, clock)

    assert (await api.get("tags")).json == live
    assert (await deps.catalog.summaries.get("2026-10")).tags == {"night": 1}
