"""A lost image is generated again once, wherever a process is killed or stopped for longer than its lease."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest

from functions.errors import Conflict
from functions.models.image import Image
from functions.models.job import GenerationRequest, Job, Status
from functions.search.query import ImageQuery
from functions.services.dependencies import Dependencies
from functions.services.generation import cancel_retry, regenerate
from functions.services.images import images
from functions.services.images.purge import purge
from functions.services.jobs.submit import submit
from functions.services.maintenance import follow_up
from functions.services.maintenance.file_check import check_files
from tests.fakes import Clock, FakeDependencies, close_dependencies, make_dependencies
from tests.functions.crash.dying import Death, Host, Killed, mortal
from tests.functions.crash.pausing import Pause, pausing
from tests.functions.crash.test_windows import ANNA, MAX_CALLS

pytestmark = pytest.mark.slow

Meanwhile = Callable[[FakeDependencies, Host, Job], Awaitable[None]]
Check = Callable[[FakeDependencies, Image, Job, str], Awaitable[None]]


async def lost_image(deps: FakeDependencies, host: Host) -> Image:
    """Return a rated image whose original and thumbnail are lost."""
    await submit(deps, GenerationRequest(theme="owls"), caller=ANNA, idempotency_key=None)
    await host.settle()
    (image,) = await deps.catalog.images.search(ImageQuery())
    host.clock.advance(60)
    image = await images.change(deps, image.id, {"rating": 3}, etag=image.etag or "")
    for container, name in (("originals", image.original_blob), ("thumbnails", image.thumbnail_blob)):
        await deps.blobs.delete(container, name)
    await check_files(deps)
    return await images.get(deps, image.id)


async def assert_consistent(deps: FakeDependencies, before: Image, where: str) -> None:
    """The only image has a mark or matching files, and everything that users set is unchanged."""
    next_day = deps.clock.advance(days=1)
    await check_files(deps)
    (image,) = await deps.catalog.images.search(ImageQuery())
    facts: dict[str, object] = {"original_missing_at": None, "sha256": "", "bytes": 0}
    assert image.body() | facts == before.body() | facts, where
    stored = deps.blobs.stored
    if image.original_missing_at is not None:
        assert image.original_missing_at < next_day, where
        assert ("originals", image.original_blob) not in stored, where
        return
    assert hashlib.sha256(stored["originals", image.original_blob][0]).hexdigest() == image.sha256, where
    assert ("thumbnails", image.thumbnail_blob) in stored, where


@pytest.mark.parametrize("before", [True, False], ids=["before the call", "after the call"])
async def test_a_lost_image_comes_back_wherever_its_process_died(before: bool) -> None:
    """If a process is killed at any call, the next one finishes the job, and the usage counts the image once."""
    for at in range(1, MAX_CALLS):
        clock = Clock()
        deps = await make_dependencies(clock)
        host = Host(deps, clock)
        lost = await lost_image(deps, host)
        death = Death(at, before=before)
        process: Dependencies = mortal(deps, death)

        with suppress(Killed):
            await regenerate.start(process, lost.id, caller=ANNA)
            await host.deliver(process)
        with suppress(Conflict):  # the image is already there
            await regenerate.start(deps, lost.id, caller=ANNA)
        await host.settle()

        where = f"call {at}: {death.calls[min(at, len(death.calls)) - 1]}"
        jobs = [job for job in (await deps.catalog.jobs.page()).items if job.generation_request.regenerates]
        assert [job.status for job in jobs] == [Status.SUCCEEDED], where
        assert (await images.get(deps, lost.id)).original_missing_at is None, where
        assert (await deps.catalog.usage.get(f"{clock():%Y-%m-%d}")).images == 2, where
        await assert_consistent(deps, lost, where)
        await close_dependencies(deps)
        if not death.dead:
            return
    pytest.fail("The job never ran to its end.")


async def every_pause(meanwhile: Meanwhile, check: Check) -> None:
    """Generate a lost image again with a pause before each call in turn, do `meanwhile` in the pause, and check."""
    for at in range(1, MAX_CALLS):
        clock = Clock()
        deps = await make_dependencies(clock)
        host = Host(deps, clock)
        lost = await lost_image(deps, host)
        job = await regenerate.start(deps, lost.id, caller=ANNA)
        message = deps.generation_queue.take_one()

        async def while_stopped(deps: FakeDependencies = deps, host: Host = host, job: Job = job) -> None:
            host.clock.advance(deps.lease_s + 1)
            await meanwhile(deps, host, job)

        pause = Pause(at, while_stopped)
        await follow_up.work(pausing(deps, pause), message)
        await host.settle()

        ended = len(pause.calls) < at
        if not ended:
            await check(deps, lost, await deps.catalog.jobs.get(job.id), f"call {at}: {pause.calls[at - 1]}")
        await close_dependencies(deps)
        if ended:
            return
    pytest.fail("The job never ran to its end.")


async def test_an_image_is_intact_after_its_job_was_canceled_meanwhile() -> None:
    """A worker that was stopped during the cancellation leaves the image with a mark or with matching files."""

    async def cancel(deps: FakeDependencies, host: Host, job: Job) -> None:
        if not (await deps.catalog.jobs.get(job.id)).finished:
            await cancel_retry.cancel(deps, job.id)
        await host.settle()

    async def check(deps: FakeDependencies, lost: Image, job: Job, where: str) -> None:
        assert job.finished, where
        await assert_consistent(deps, lost, where)

    await every_pause(cancel, check)


async def test_an_image_that_was_purged_meanwhile_stays_purged() -> None:
    """The worker restores neither the document nor a file."""

    async def purge_all(deps: FakeDependencies, host: Host, job: Job) -> None:
        for image in await deps.catalog.images.search(ImageQuery()):
            await purge(deps, image.id)
        await host.settle()

    async def check(deps: FakeDependencies, lost: Image, job: Job, where: str) -> None:
        files = [key for key in deps.blobs.stored if key[0] in ("originals", "thumbnails")]
        assert await deps.catalog.images.search(ImageQuery()) == [], where
        assert job.finished, where
        assert files == [], where

    await every_pause(purge_all, check)
