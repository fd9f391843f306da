"""A worker that sleeps through its lease at any external call does no harm when it goes on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from functions.errors import Unavailable
from functions.models.inference import InferenceRequest, InferenceResult
from functions.models.job import Job, Message, Status
from functions.models.schedule import CronTiming, ScheduleDraft
from functions.ports import OnProgress
from functions.search.query import ImageQuery
from functions.services.generation import cancel_retry
from functions.services.images import images
from functions.services.images.purge import purge
from functions.services.maintenance import follow_up
from functions.services.maintenance.sweep import sweep
from functions.services.schedules import schedules
from functions.services.schedules.planner import plan_due_work
from tests.fakes import Clock, FakeDependencies, FakeImageGenerator, close_dependencies, make_dependencies
from tests.functions.crash.dying import Host
from tests.functions.crash.pausing import Pause, pausing
from tests.functions.crash.test_windows import ANNA, MAX_CALLS, assert_generated_once, submit_once

pytestmark = pytest.mark.slow

Meanwhile = Callable[[FakeDependencies, Host, str], Awaitable[None]]
Check = Callable[[FakeDependencies, Job, str], Awaitable[None]]


class StopsAfterOneImage(FakeImageGenerator):
    """Generates one image and is unavailable afterward."""

    async def generate(self, request: InferenceRequest, on_progress: OnProgress) -> InferenceResult:
        if self.calls:
            raise Unavailable("The inference service stopped.")
        return await super().generate(request, on_progress)


async def every_pause(meanwhile: Meanwhile, check: Check) -> None:
    """Run a job with a pause before each call in turn, do `meanwhile` in the pause, and check the result."""
    for at in range(1, MAX_CALLS):
        if await paused_at(at, meanwhile, check):
            return
    pytest.fail("The job never ran to its end.")


async def paused_at(at: int, meanwhile: Meanwhile, check: Check) -> bool:
    """Run a job with one pause and check the result. Return whether it had fewer calls."""
    clock = Clock()
    deps = await make_dependencies(clock)
    host = Host(deps, clock)
    job_id = await submit_once(deps)
    message = deps.generation_queue.take_one()

    async def while_stopped() -> None:
        clock.advance(deps.lease_s + 1)
        await follow_up.work(deps, message)  # the queue delivers it again
        await meanwhile(deps, host, job_id)

    pause = Pause(at, while_stopped)
    await follow_up.work(pausing(deps, pause), message)
    await host.settle()
    await sweep(deps)

    where = f"call {at}: {pause.calls[min(at, len(pause.calls)) - 1]}"
    await check(deps, await deps.catalog.jobs.get(job_id), where)
    await close_dependencies(deps)
    return len(pause.calls) < at


async def test_a_job_that_another_worker_finished_is_done_once() -> None:
    """The other worker's images, documents, and usage stay as they are."""

    async def finish(deps: FakeDependencies, host: Host, job_id: str) -> None:
        await host.settle()

    async def check(deps: FakeDependencies, job: Job, where: str) -> None:
        await assert_generated_once(deps, job.id, where=where)

    await every_pause(finish, check)


async def test_a_job_that_was_canceled_meanwhile_adds_nothing() -> None:
    """Documents, originals, usage, and the job agree on the images that were stored before the cancellation."""

    async def cancel(deps: FakeDependencies, host: Host, job_id: str) -> None:
        if not (await deps.catalog.jobs.get(job_id)).finished:
            await cancel_retry.cancel(deps, job_id)
        await host.settle()

    async def check(deps: FakeDependencies, job: Job, where: str) -> None:
        found = {image.id for image in await deps.catalog.images.search(ImageQuery())}
        originals = [name for container, name in deps.blobs.stored if container == "originals"]
        assert job.finished, where
        assert {one.id for one in job.stored} == found, where
        assert len(originals) == len(found), where
        usage = await deps.catalog.usage.get_many([f"{job.created_at:%Y-%m-%d}"])
        assert sum(day.images for day in usage) == len(found), where

    await every_pause(cancel, check)


async def check_originals(deps: FakeDependencies, job: Job, where: str) -> None:
    """The job succeeded, and each document has its original and each original its document."""
    found = {image.original_blob for image in await deps.catalog.images.search(ImageQuery())}
    originals = {name for container, name in deps.blobs.stored if container == "originals"}
    assert job.status == Status.SUCCEEDED, where
    assert found == originals, where


async def test_an_image_that_was_purged_meanwhile_stays_purged() -> None:
    """No document without an original, and no original without a document, comes back."""

    async def purge_all(deps: FakeDependencies, host: Host, job_id: str) -> None:
        await host.settle()
        for image in await deps.catalog.images.search(ImageQuery()):
            await images.trash(deps, image.id)
            await purge(deps, image.id)

    await every_pause(purge_all, check_originals)


async def test_an_image_that_was_purged_while_its_job_is_open_stays_purged() -> None:
    """While the job is open, no document without an original comes back, and no original without a document."""

    async def purge_first(deps: FakeDependencies, host: Host, job_id: str) -> None:
        job = await deps.catalog.jobs.get(job_id)
        if not job.finished:
            host.clock.advance(60)
            stopping = replace(deps, image_generator=StopsAfterOneImage())
            await follow_up.work(stopping, Message(job_id=job_id, attempt=job.attempt))
        for image in await deps.catalog.images.search(ImageQuery()):
            await images.trash(deps, image.id)
            await purge(deps, image.id)

    await every_pause(purge_first, check_originals)


async def tick_paused_at(at: int) -> bool:
    """Run a tick with one pause, in which the schedule is deleted. Return whether it had fewer calls."""
    draft = ScheduleDraft(name="Owls", theme="owls", timing=CronTiming(cron="0 10 * * *", timezone="UTC"))
    clock = Clock()
    deps = await make_dependencies(clock)
    schedule = await schedules.create(deps, draft, caller=ANNA)
    clock.advance(minutes=60, seconds=10)

    pause = Pause(at, lambda: schedules.delete(deps, schedule.id))
    await plan_due_work(pausing(deps, pause))
    ended = len(pause.calls) < at
    await Host(deps, clock).settle()

    if not ended:
        assert await deps.catalog.images.search(ImageQuery()) == [], f"call {at}: {pause.calls[at - 1]}"
    await close_dependencies(deps)
    return ended


async def test_a_run_of_a_deleted_schedule_generates_nothing() -> None:
    """A tick that sleeps while its schedule is deleted leaves no image."""
    for at in range(1, MAX_CALLS):
        if await tick_paused_at(at):
            return
    pytest.fail("The tick never ran to its end.")
