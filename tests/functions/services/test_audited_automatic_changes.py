"""Changes by the app itself are in the audit log: retention, emptying trash, and automatic pauses."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from functions.errors import Permanent, Unavailable
from functions.models.audit import AuditEntry, AuditQuery
from functions.models.caller import PRODUCT_ID
from functions.models.job import Job
from functions.models.schedule import CronTiming, Schedule, ScheduleDraft
from functions.search.query import ImageQuery
from functions.services.images import images, retention
from functions.services.maintenance import follow_up
from functions.services.maintenance.sweep import empty_trash, sweep
from functions.services.schedules import auto_pause, schedules
from functions.services.schedules.planner import plan_due_work
from tests.catalogs import an_image
from tests.fakes import START, FakeDependencies
from tests.functions.services.working import ANNA

HOURLY = ScheduleDraft(
    name="Owls",
    theme="owls",
    timing=CronTiming(cron="0 * * * *", timezone="UTC"),
    pause_after_failures=2,
    keep_days=7,
)


async def put(deps: FakeDependencies, *, days_ago: float, **changes: Any) -> str:
    image = await deps.catalog.images.create(an_image(at=START - timedelta(days=days_ago), **changes))
    return image.id


async def entries(deps: FakeDependencies) -> list[AuditEntry]:
    """Return the entries of the app, oldest first."""
    return list(reversed((await deps.catalog.audit.page(AuditQuery(actor=PRODUCT_ID))).items))


async def fail_twice(deps: FakeDependencies) -> Schedule:
    """Let two runs of a new schedule fail, which pauses it."""
    schedule = await schedules.create(deps, HOURLY, caller=ANNA)
    for _ in range(2):
        deps.clock.advance(hours=1)
        await plan_due_work(deps)
        deps.image_generator.fail(Permanent("No such model."))
        while message := deps.generation_queue.take():
            await follow_up.work(deps, message)
    return schedule


@pytest.mark.parametrize("page", [2, 100])
async def test_retention_is_recorded_once_per_sweep(deps: FakeDependencies, page: int) -> None:
    """The entry has the number of images and the names of the schedules; a sweep without due images adds no entry."""
    owls = await schedules.create(deps, HOURLY, caller=ANNA)
    foxes = await schedules.create(deps, HOURLY.evolve(name="Foxes"), caller=ANNA)
    for schedule, count in ((owls, 3), (foxes, 2)):
        for number in range(count):
            await put(deps, days_ago=20 + number / 1440, schedule_id=schedule.id)

    trashed = await retention.trash_old(deps, page=page)
    await retention.trash_old(deps, page=page)

    [entry] = await entries(deps)
    assert trashed == 5
    assert (entry.action, entry.target, entry.created_by_name) == ("images.expire", "images", "auto-image-gen")
    assert entry.after == {"images": 5, "schedules": ["Foxes", "Owls"]}


async def test_emptying_trash_is_recorded_once_per_sweep(deps: FakeDependencies) -> None:
    """The entry has the number of images, without those whose deletion someone else started."""
    for number in range(3):
        await put(deps, days_ago=90 + number / 1440, deleted_at=START - timedelta(days=60))
    await put(deps, days_ago=91, deleted_at=START, purging=True)

    await empty_trash(deps)
    await empty_trash(deps)

    [entry] = await entries(deps)
    assert (entry.action, entry.target, entry.after) == ("images.empty_trash", "images", {"images": 3})
    assert await deps.catalog.images.search(ImageQuery(trash="only")) == []


async def test_an_automatic_pause_is_recorded_with_its_reason(deps: FakeDependencies) -> None:
    """The entry has the schedule and the reason, and the sweep adds no second entry."""
    schedule = await fail_twice(deps)
    await sweep(deps)

    [entry] = await entries(deps)
    assert (entry.action, entry.target, entry.target_name) == ("schedule.pause", schedule.id, "Owls")
    assert entry.before == {"paused": False}
    assert entry.after == {
        "paused": True,
        "reason": "Paused automatically after 2 consecutive failed runs: No such model.",
    }


class Overtaken:
    """Schedules that someone else pauses right before this process saves one."""

    def __init__(self, deps: FakeDependencies) -> None:
        self.store = deps.catalog.schedules
        self.deps = deps

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    async def replace(self, schedule: Schedule) -> Schedule:
        await schedules.pause(self.deps, schedule.id, "Holidays")
        return await self.store.replace(schedule)


async def test_a_pause_that_someone_else_made_first_is_recorded_as_failed(deps: FakeDependencies) -> None:
    """The second entry says that the automatic pause wasn't made."""
    schedule = await fail_twice(deps)
    await schedules.resume(deps, schedule.id)
    stored = await deps.catalog.schedules.get(schedule.id)
    await deps.catalog.schedules.replace(stored.evolve(failures_since=None))
    page = await deps.catalog.jobs.page(schedule_id=schedule.id)
    last: Job = page.items[0]
    earlier = len(await entries(deps))
    overtaken: Any = Overtaken(deps)

    await auto_pause.pause_after_failures(replace(deps, catalog=replace(deps.catalog, schedules=overtaken)), last)

    first, second = (await entries(deps))[earlier:]
    assert (second.failed, second.error) == (first.id, "stale")
    assert (await deps.catalog.schedules.get(schedule.id)).paused_reason == "Holidays"


async def test_nothing_is_deleted_without_an_entry(deps: FakeDependencies) -> None:
    """If the entry can't be written, the images stay until the next sweep."""

    class Broken:
        async def append(self, entry: AuditEntry) -> None:
            raise Unavailable

    image = await put(deps, days_ago=90)
    await images.trash(deps, image)
    deps.clock.advance(days=60)
    broken: Any = Broken()

    with pytest.raises(Unavailable):
        await empty_trash(replace(deps, catalog=replace(deps.catalog, audit=broken)))

    assert len(await deps.catalog.images.search(ImageQuery(trash="only"))) == 1
