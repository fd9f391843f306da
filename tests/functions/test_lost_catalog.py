"""A used library whose catalog is destroyed comes back field by field."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from functions.errors import Permanent
from functions.models.backup import NAME
from functions.models.caller import Caller
from functions.models.document import Document
from functions.models.library import Limits
from functions.models.schedule import CronTiming, GenerationOptions, Publication, ScheduleDraft
from functions.rebuild.rebuild import rebuild
from functions.search.query import ImageQuery
from functions.services import library_backup, library_settings
from functions.services.images import images
from functions.services.maintenance import follow_up, restore
from functions.services.maintenance.sweep import sweep
from functions.services.schedules import schedules
from functions.services.schedules.planner import plan_due_work
from functions.services.system import presets
from functions.services.usage import ledger
from tests.fake_blobs import FakeBlobs
from tests.fakes import FakeDependencies, close_dependencies, make_dependencies
from tests.functions.services.working import ANNA, ask

HOURLY = ScheduleDraft(name="Owls", theme="owls", timing=CronTiming(cron="0 * * * *", timezone="Asia/Tokyo"))


@pytest.fixture
async def deps() -> AsyncIterator[FakeDependencies]:
    opened = await make_dependencies()
    yield opened
    await close_dependencies(opened)


async def used(deps: FakeDependencies) -> None:
    """Use the library: settings, a published schedule with a run, presets, searches, and edited images."""
    settings = await library_settings.settings(deps)
    changed = settings.evolve(limits=Limits(images_per_day=77), updated_at=deps.clock.advance(1))
    await deps.catalog.settings.replace(changed)
    schedule = await schedules.create(deps, HOURLY, caller=ANNA)
    await deps.catalog.schedules.replace(schedule.evolve(publication=Publication(slug="owls", since=deps.clock())))
    await presets.add_preset(deps, name="Large", options=GenerationOptions(width=512), caller=ANNA)
    await presets.add_search(deps, name="Foxes", q="fox", caller=Caller.of_key("bert", role="editor"))
    await ask(deps, count=2)
    deps.clock.advance(hours=1)
    await plan_due_work(deps)
    while message := deps.generation_queue.take():
        await follow_up.work(deps, message)
    for image in await deps.catalog.images.search(ImageQuery(), limit=1):
        deps.clock.advance(1)
        await images.change(deps, image.id, {"favourite": True, "rating": 4}, etag=image.etag or "")
    await sweep(deps)


async def everything(deps: FakeDependencies) -> dict[str, Any]:
    """Return all documents that have to come back, without what belongs to one catalog or to the moment."""
    settings = await library_settings.settings(deps)

    def bodies(documents: Any, *passing: str) -> list[dict[str, Any]]:
        found: list[Document] = sorted(documents, key=lambda document: document.id)
        return [{name: value for name, value in one.body().items() if name not in passing} for one in found]

    return {
        "settings": bodies([settings], "sidecars_seen", "jobs_followed", "files_checked"),
        "schedules": bodies(await deps.catalog.schedules.all(), "planned_until", "next_run_at"),
        "presets": bodies(await deps.catalog.presets.all()),
        "searches": bodies(await deps.catalog.searches.all()),
        "images": bodies(await deps.catalog.images.search(ImageQuery()), "added_at"),
        "usage": [usage.jobs for usage in await ledger.month_so_far(deps, deps.clock())],
    }


async def test_everything_comes_back_after_the_catalog_is_destroyed(deps: FakeDependencies) -> None:
    """Settings, schedules, publications, presets, saved searches, images, and this month's usage are as before."""
    await used(deps)
    before = await everything(deps)
    empty = await make_dependencies(deps.clock)
    lost = replace(deps, catalog=empty.catalog)
    await library_settings.settings(lost)  # an app that ran on the empty catalog has created default settings

    report = await rebuild(lost)
    after = await everything(lost)
    again = await rebuild(lost)
    await close_dependencies(empty)

    assert after == before
    assert (report.created, report.documents, report.broken) == (3, 4, [])
    assert (again.created, again.documents) == (0, 0)


async def test_sweeps_of_an_empty_catalog_lose_no_backup(deps: FakeDependencies) -> None:
    """An app that ran on an empty catalog before the rebuild has kept the backup, which is restored once."""
    await used(deps)
    before = await everything(deps)
    deps.clock.advance(60)
    empty = await make_dependencies(deps.clock)
    lost = replace(deps, catalog=empty.catalog)
    await sweep(lost)
    deps.clock.advance(300)
    assert not await library_backup.write(lost)

    report = await rebuild(lost)
    after = await everything(lost)
    again = await rebuild(lost)
    await close_dependencies(empty)

    assert after == before
    assert (report.documents, again.documents) == (4, 0)
    assert await deps.blobs.names("sidecars", "library-") == []


async def test_an_unreadable_schedule_stays_in_the_backup(deps: FakeDependencies) -> None:
    """A sweep while it can't be read saves other changes and keeps its entry, which is restored."""
    await used(deps)
    [schedule] = await deps.catalog.schedules.all()
    await deps.catalog.schedules.replace(schedule.evolve(theme=None))
    await presets.add_search(deps, name="Owls", q="owl", caller=ANNA)
    await sweep(deps)
    assert not await library_backup.write(deps)
    empty = await make_dependencies(deps.clock)
    lost = replace(deps, catalog=empty.catalog)

    await rebuild(lost)

    assert [(one.id, one.theme) for one in await lost.catalog.schedules.all()] == [(schedule.id, "owls")]
    assert {one.name for one in await lost.catalog.searches.all()} == {"Foxes", "Owls"}
    await close_dependencies(empty)


async def test_a_backup_of_a_newer_version_is_kept(deps: FakeDependencies) -> None:
    """A sweep of an empty catalog copies it before it is replaced, although one entry can't be read."""
    await used(deps)
    content = json.loads(deps.blobs.stored["sidecars", NAME][0])
    content["schedules"][0] |= {"schema_version": 2, "theme": None}
    saved = json.dumps(content).encode()
    await deps.blobs.upload("sidecars", NAME, saved, content_type="application/json", overwrite=True)
    deps.clock.advance(60)
    empty = await make_dependencies(deps.clock)

    await sweep(replace(deps, catalog=empty.catalog))

    [kept] = await deps.blobs.names("sidecars", "library-")
    assert await deps.blobs.download("sidecars", kept) == saved
    await close_dependencies(empty)


async def test_a_kept_backup_that_cannot_be_removed_is_restored(deps: FakeDependencies) -> None:
    """A rebuild that may only read the storage restores a kept backup again without an effect."""

    class ReadOnly(FakeBlobs):
        async def delete(self, container: str, name: str) -> None:
            raise Permanent("not permitted")

    await used(deps)
    lost = replace(deps, blobs=ReadOnly())
    lost.blobs.stored |= {
        ("sidecars", "library-20260101T000000Z.json"): deps.blobs.stored["sidecars", NAME],
    }
    await deps.catalog.presets.delete((await deps.catalog.presets.all())[0].id)

    assert [await restore.restore(lost), await restore.restore(lost)] == [1, 0]


async def test_a_restored_schedule_does_not_repeat_past_runs(deps: FakeDependencies) -> None:
    """Runs between the backup and the restoration are skipped, and the next run is planned."""
    await used(deps)
    empty = await make_dependencies(deps.clock)
    lost = replace(deps, catalog=empty.catalog)
    deps.clock.advance(hours=5)

    await restore.restore(lost)
    await plan_due_work(lost)
    past = (await lost.catalog.jobs.page()).items
    deps.clock.advance(hours=1)
    await plan_due_work(lost)

    assert past == []
    assert len((await lost.catalog.jobs.page()).items) == 1
    await close_dependencies(empty)


async def test_the_backup_is_written_only_after_a_change(deps: FakeDependencies) -> None:
    """A sweep without a change writes nothing."""
    await used(deps)

    assert not await library_backup.write(deps)
    (schedule,) = await deps.catalog.schedules.all()
    await deps.catalog.schedules.replace(schedule.evolve(runs=7))
    assert await library_backup.write(deps)


async def test_a_damaged_backup_is_named(deps: FakeDependencies) -> None:
    """A backup that can't be read stops the rebuild with its name and field."""
    await deps.blobs.upload("sidecars", NAME, b'{"settings": {}}', content_type="application/json")

    with pytest.raises(Permanent, match=r"The backup sidecars/library\.json is damaged: can't read presets, "):
        await rebuild(deps)
