"""Insights over HTTP are counted by the sweep."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from functions.services.maintenance import follow_up
from functions.services.maintenance.sweep import sweep
from tests.fakes import Clock, FakeDependencies
from tests.functions.api.conftest import Api, Gallery

DAILY = {"kind": "cron", "cron": "0 10 * * *", "timezone": "UTC"}


async def insights(api: Api, months: int = 3) -> dict[str, Any]:
    return dict((await api.get(f"insights?months={months}", key="reader")).json)


async def swept(deps: FakeDependencies, clock: Clock) -> None:
    clock.advance(300)
    await sweep(deps)


async def a_schedule(api: Api) -> str:
    return str((await api.post("schedules", {"name": "Owls", "theme": "owls", "timing": DAILY})).json["id"])


async def run(api: Api, deps: FakeDependencies, clock: Clock, schedule: str, *, count: int) -> list[str]:
    """Process one run and return the ids of its images."""
    job = (await api.post(f"schedules/{schedule}/run", {"count": count})).json
    clock.advance(10)
    while message := deps.generation_queue.take():
        await follow_up.work(deps, message)
    return [image["id"] for image in (await api.get(f"jobs/{job['id']}")).json["pictures"]]


async def test_what_became_of_a_schedules_images(api: Api, deps: FakeDependencies, clock: Clock) -> None:
    """Insights count kept, trashed, deleted, and favorite images, their costs, and waiting times."""
    schedule = await a_schedule(api)
    first, second, third, fourth = await run(api, deps, clock, schedule, count=4)
    await api.post("images/bulk", {"action": "favourite", "ids": [first, second]})
    await api.delete(f"images/{third}")
    await api.delete(f"images/{fourth}?permanent=true")

    await swept(deps, clock)
    reported = await insights(api)

    (owls,) = reported["schedules"]
    assert (owls["schedule_id"], owls["name"]) == (schedule, "Owls")
    assert (owls["painted"], owls["kept"], owls["trashed"], owls["removed"]) == (4, 2, 1, 1)
    assert (owls["favourites"], owls["runs"], owls["failed"]) == (2, 1, 0)
    assert owls["painting_s"] == 1.2
    assert owls["waiting_median_s"] == pytest.approx(10 - 4.8, rel=0.13)
    assert owls["days"] == {"2026-11-23": 3}
    assert reported["models"] == [{"model": "test-model", "pictures": 3}]
    assert (reported["since"], reported["timezone"]) == ("2026-09", "UTC")


async def test_no_request_waits_for_counting(
    api: Api, gallery: Gallery, deps: FakeDependencies, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Insights are empty before the first sweep, and later as of the last sweep."""
    await gallery.several(2)
    before = await insights(api)
    await swept(deps, clock)
    counted_at = clock()
    await gallery.add()

    async def refuse(month: str) -> Any:
        raise AssertionError("the library was scanned for a page")

    monkeypatch.setattr(deps.catalog.images, "schedule_counts", refuse)
    reported = await insights(api)

    assert (before["as_of"], before["schedules"]) == (None, [])
    assert datetime.fromisoformat(reported["as_of"]) == counted_at
    assert reported["schedules"][0]["kept"] == 2


async def test_only_what_changed_is_counted_again(
    api: Api, gallery: Gallery, deps: FakeDependencies, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unchanged month is not counted again; a new favorite in an old month counts it once more."""
    old = await gallery.add(at=datetime(2026, 10, 5, tzinfo=UTC))
    await gallery.add()
    for _ in range(4):
        await swept(deps, clock)
    counted: list[str] = []
    schedule_counts = deps.catalog.images.schedule_counts

    async def noted(month: str) -> Any:
        counted.append(month)
        return await schedule_counts(month)

    monkeypatch.setattr(deps.catalog.images, "schedule_counts", noted)
    await swept(deps, clock)
    at_rest = list(counted)
    await api.patch(f"images/{old.id}", {"etag": old.etag, "favourite": True})
    await swept(deps, clock)

    assert at_rest == []
    assert counted == ["2026-10"]
    assert sum(one["favourites"] for one in (await insights(api))["schedules"]) == 1


async def test_failed_and_skipped_runs_count_without_an_image(api: Api, deps: FakeDependencies, clock: Clock) -> None:
    """A schedule without images is listed with its failed and skipped runs."""
    from functions.errors import Permanent

    schedule = await a_schedule(api)
    deps.prompt_writer.fail(Permanent("No such model."))
    await run(api, deps, clock, schedule, count=1)

    await swept(deps, clock)
    (owls,) = (await insights(api))["schedules"]

    assert (owls["painted"], owls["runs"], owls["failed"]) == (0, 1, 1)
    assert owls["painting_s"] is None


async def test_months_are_chosen(api: Api, gallery: Gallery, deps: FakeDependencies, clock: Clock) -> None:
    """At most the last three years can be requested."""
    await gallery.add(at=datetime(2026, 9, 5, tzinfo=UTC))
    await gallery.add()
    await swept(deps, clock)

    three, one = await insights(api, 3), await insights(api, 1)
    wrong = await api.get("insights?months=37")

    assert three["schedules"][0]["kept"] == 2
    assert one["schedules"][0]["kept"] == 1
    assert (wrong.status, wrong.field) == (400, "months")
