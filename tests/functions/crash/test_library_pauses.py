"""A process that is stopped at any call of a bulk change or the sweep doesn't undo what users do meanwhile."""

from __future__ import annotations

from contextlib import suppress

import pytest

from functions.errors import Conflict, NotFound
from functions.models.library_work import BulkChange
from functions.models.schedule import CronTiming, ScheduleDraft
from functions.search.query import ImageQuery
from functions.services.images import images
from functions.services.library_jobs import bulk_change, undo
from functions.services.library_jobs.worker import run_library_job
from functions.services.maintenance.sweep import sweep
from functions.services.schedules import schedules
from tests.fakes import Clock, close_dependencies
from tests.functions.crash.dying import Host
from tests.functions.crash.pausing import Pause, pausing
from tests.functions.crash.test_library_windows import ANNA, IDS, deps_with_images
from tests.image_samples import an_image

pytestmark = pytest.mark.slow

MAX_CALLS = 200
OLD_IDS = ("01KAV0Q1J8YYYYYYYYYYYYYYY1", "01KAV0Q1J8YYYYYYYYYYYYYYY2")
DRAFT = ScheduleDraft(name="Owls", theme="owls", timing=CronTiming(cron="0 9 1 1 *", timezone="UTC"), keep_days=7)


async def restored_in_pause(at: int, *, others_finish: bool) -> bool:
    """Trash all images with one pause, in which users restore some. Return whether the run had fewer calls."""
    clock = Clock()
    deps = await deps_with_images(clock)
    host = Host(deps, clock)
    work = await bulk_change.planned(deps, BulkChange(action="trash", at=clock()), "")
    job_id = (await bulk_change.start(deps, work, caller=ANNA)).id
    message = deps.library_queue.take_one()
    restored: set[str] = set()

    async def meanwhile() -> None:
        clock.advance(deps.lease_s + 1)
        if others_finish:
            await run_library_job(deps, message)  # the queue delivers it again
            await host.settle()
        for image in await deps.catalog.images.search(ImageQuery(trash="only")):
            await images.restore(deps, image.id)
            restored.add(image.id)

    pause = Pause(at, meanwhile)
    await run_library_job(pausing(deps, pause), message)
    await host.settle()

    where = f"call {at}: {pause.calls[min(at, len(pause.calls)) - 1]}"
    assert {image.id for image in await deps.catalog.images.search(ImageQuery())} == restored, where
    await undo.start(deps, job_id, caller=ANNA)
    await host.settle()
    assert {image.id for image in await deps.catalog.images.search(ImageQuery())} == set(IDS), where
    await close_dependencies(deps)
    return len(pause.calls) < at


@pytest.mark.parametrize("others_finish", [True, False], ids=["another worker", "no other worker"])
async def test_what_users_restore_meanwhile_stays_restored(others_finish: bool) -> None:
    """Neither the stopped worker nor the one that takes over moves restored images to trash again."""
    for at in range(1, MAX_CALLS):
        if await restored_in_pause(at, others_finish=others_finish):
            return
    pytest.fail("The job never ran to its end.")


async def sweep_paused_at(at: int) -> bool:
    """Run the sweep with one pause in which users keep images that it was to move or delete.

    Return whether it had fewer calls.
    """
    clock = Clock()
    deps = await deps_with_images(clock)
    schedule = await schedules.create(deps, DRAFT, caller=ANNA)
    old, gone = an_image(OLD_IDS[0], schedule_id=schedule.id), an_image(OLD_IDS[1], deleted_at=clock())
    for image in (old, gone):
        await deps.catalog.images.create(image.evolve(day="2026-11-01"))
    clock.advance(days=40)
    kept: set[str] = set()

    async def meanwhile() -> None:
        with suppress(NotFound, Conflict):
            await images.restore(deps, gone.id)
            kept.add(gone.id)
        found = await deps.catalog.images.get(old.id)
        await images.change(deps, old.id, {"favourite": True}, etag=found.etag or "")
        if found.deleted_at is None:
            kept.add(old.id)

    pause = Pause(at, meanwhile)
    await sweep(pausing(deps, pause))

    where = f"call {at}: {pause.calls[min(at, len(pause.calls)) - 1]}"
    assert {image.id for image in await deps.catalog.images.search(ImageQuery())} >= kept, where
    await close_dependencies(deps)
    return len(pause.calls) < at


async def test_the_sweep_leaves_alone_what_users_keep_meanwhile() -> None:
    """An image that is restored isn't deleted, and one that becomes a favorite isn't moved to trash."""
    for at in range(1, MAX_CALLS):
        if await sweep_paused_at(at):
            return
    pytest.fail("The sweep never ran to its end.")
