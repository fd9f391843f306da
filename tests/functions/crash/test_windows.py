"""After a process is killed at any external call, the next one completes the work once."""

from __future__ import annotations

import hashlib
from contextlib import suppress

import pytest

from functions.errors import Conflict
from functions.models.caller import Caller
from functions.models.job import GenerationRequest, Status
from functions.models.schedule import CronTiming, GenerationOptions, ScheduleDraft
from functions.search.query import ImageQuery
from functions.services.dependencies import Dependencies
from functions.services.generation import cancel_retry
from functions.services.jobs.submit import submit
from functions.services.maintenance.sweep import sweep
from functions.services.schedules import schedules
from functions.services.schedules.planner import plan_due_work
from tests.fakes import Clock, FakeDependencies, close_dependencies, make_dependencies
from tests.functions.crash.dying import Death, Host, Killed, mortal

pytestmark = pytest.mark.slow

ANNA = Caller.of_key("anna", role="editor")
PICTURES = 2
REQUEST = GenerationRequest(theme="owls", options=GenerationOptions(count=PICTURES))
MAX_CALLS = 400


async def submit_once(deps: Dependencies) -> str:
    return (await submit(deps, REQUEST, caller=ANNA, idempotency_key="once")).id


async def assert_generated_once(deps: FakeDependencies, job_id: str, *, where: str) -> None:
    """The job succeeded, and exactly its images exist in every store, with matching bytes and usage records."""
    job = await deps.catalog.jobs.get(job_id)
    assert job.status == Status.SUCCEEDED, (where, job.reason)
    expected = {stored_image.id for stored_image in job.pictures}
    assert len(expected) == PICTURES, where
    images = await deps.catalog.images.search(ImageQuery())
    assert {image.id for image in images} == expected, where
    stored = deps.blobs.stored
    assert {name for container, name in stored if container == "originals"} == {i.original_blob for i in images}, where
    assert {name for container, name in stored if container == "thumbnails"} == {i.thumbnail_blob for i in images}, (
        where
    )
    for image in images:
        assert hashlib.sha256(stored["originals", image.original_blob][0]).hexdigest() == image.sha256, where
    usage = await deps.catalog.usage.get(f"{job.created_at:%Y-%m-%d}")
    assert usage.images == PICTURES, where


@pytest.mark.parametrize("before", [True, False], ids=["before the call", "after the call"])
async def test_a_job_finishes_once_wherever_its_process_died(before: bool) -> None:
    """Submitted, then killed at each call in turn: the next process finishes it, with no image lost or doubled."""
    struck: list[str] = []
    for at in range(1, MAX_CALLS):
        clock = Clock()
        deps = await make_dependencies(clock)
        host = Host(deps, clock)
        death = Death(at, before=before)
        process = mortal(deps, death)

        try:
            await submit_once(process)
            await host.deliver(process)
        except Killed:
            struck.append(death.calls[at - 1])
        where = f"{'before' if before else 'after'} call {at}: {death.calls[min(at, len(death.calls)) - 1]}"
        job_id = await submit_once(deps)  # the caller got no response and retries with its Idempotency-Key
        await host.settle()

        await assert_generated_once(deps, job_id, where=where)
        assert len(deps.prompt_writer.calls) <= 2, where
        await close_dependencies(deps)
        if not death.dead:
            break
    else:
        pytest.fail("The job never ran to its end.")

    assert {
        "jobs.create",
        "generation_queue.send",
        "prompt_writer.write",
        "image_generator.generate",
        "blobs.upload",
    } <= set(struck)


async def test_every_message_doubled_generates_once() -> None:
    """The queue may deliver anything twice, at the same time too."""
    clock = Clock()
    deps = await make_dependencies(clock)
    host = Host(deps, clock)
    job_id = await submit_once(deps)
    message = deps.generation_queue.messages[0]

    for _ in range(3):
        await deps.generation_queue.send(message)
    await host.settle()

    await assert_generated_once(deps, job_id, where="doubled")
    assert len(deps.image_generator.calls) == PICTURES
    await close_dependencies(deps)


@pytest.mark.parametrize("before", [True, False], ids=["before the call", "after the call"])
async def test_a_slot_is_planned_once_wherever_the_tick_died(before: bool) -> None:
    """Killed at each call of the tick: the next tick leaves exactly one job for the slot, and it generates."""
    draft = ScheduleDraft(name="Owls", theme="owls", timing=CronTiming(cron="0 10 * * *", timezone="UTC"))
    for at in range(1, MAX_CALLS):
        clock = Clock()
        deps = await make_dependencies(clock)
        host = Host(deps, clock)
        await schedules.create(deps, draft, caller=ANNA)
        clock.advance(minutes=60, seconds=10)
        death = Death(at, before=before)

        with suppress(Killed):
            await plan_due_work(mortal(deps, death))
        clock.advance(minutes=1)
        await plan_due_work(deps)
        await host.settle()

        page = await deps.catalog.jobs.page()
        where = f"call {at}: {death.calls[min(at, len(death.calls)) - 1]}"
        assert [job.slot for job in page.items] == ["20261123T1000Z"], where
        assert page.items[0].status == Status.SUCCEEDED, where
        assert len(await deps.catalog.images.search(ImageQuery())) == 1, where
        await close_dependencies(deps)
        if not death.dead:
            return
    pytest.fail("The tick never ran to its end.")


async def test_two_machines_plan_a_slot_once() -> None:
    """Both tick in the same second."""
    draft = ScheduleDraft(name="Owls", theme="owls", timing=CronTiming(cron="* * * * *", timezone="UTC"))
    clock = Clock()
    deps = await make_dependencies(clock)
    await schedules.create(deps, draft, caller=ANNA)

    for _ in range(5):
        clock.advance(minutes=1)
        await plan_due_work(deps)
        await plan_due_work(deps)
        await Host(deps, clock).settle(minutes=1)

    slots = [job.slot for job in (await deps.catalog.jobs.page()).items]
    assert len(slots) == len(set(slots)) == 5
    assert len(await deps.catalog.images.search(ImageQuery())) == 5
    await close_dependencies(deps)


@pytest.mark.parametrize("before", [True, False], ids=["before the call", "after the call"])
async def test_a_canceled_job_ends_wherever_its_process_died(before: bool) -> None:
    """A job that is canceled after its process stopped keeps its stored images and stores no further ones."""
    for at in range(1, MAX_CALLS):
        clock = Clock()
        deps = await make_dependencies(clock)
        host = Host(deps, clock)
        death = Death(at, before=before)
        job_id = await submit_once(deps)

        with suppress(Killed):
            await host.deliver(mortal(deps, death))
        with suppress(Conflict):  # nothing was left to cancel
            await cancel_retry.cancel(deps, job_id)
        await host.settle()
        await sweep(deps)

        job = await deps.catalog.jobs.get(job_id)
        images = {image.id for image in await deps.catalog.images.search(ImageQuery())}
        assert job.finished, death.calls[-1]
        assert {stored_image.id for stored_image in job.stored} == images, death.calls[-1]
        originals = [name for container, name in deps.blobs.stored if container == "originals"]
        assert len(originals) == len(images), death.calls[-1]
        await close_dependencies(deps)
        if not death.dead:
            return
    pytest.fail("The job never ran to its end.")
