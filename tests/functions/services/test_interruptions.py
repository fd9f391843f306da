"""Jobs whose worker is stopped repeatedly, by restarts of the host or by the job itself."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from functions.models.job import MAX_FAILURES, MAX_INTERRUPTIONS, MESSAGE_DELIVERIES, Job, Lease, Message, Status
from functions.models.library_work import UndoWork
from functions.services.generation.run import Generation
from functions.services.jobs.submit import create, library_job
from functions.services.jobs.worker import recover_poisoned
from functions.services.library_jobs.worker import LibraryRun
from functions.services.maintenance.sweep import recover_jobs
from tests.fakes import Clock, FakeDependencies
from tests.functions.services.working import ANNA, ask, deliver, images, latest
from tests.present import present


async def interrupt(deps: FakeDependencies, clock: Clock, job: Job) -> Job:
    """Stop the worker right after it has leased the job, and let the sweep recover the job. Return the job."""
    job = await latest(deps, job)
    await deps.catalog.jobs.replace(job.claimed("stopped", now=clock(), seconds=deps.lease_s))
    clock.advance(deps.lease_s + 1)
    deps.generation_queue.take()
    await recover_jobs(deps)
    clock.advance(300)
    return await latest(deps, job)


async def poison(deps: FakeDependencies, job: Job) -> Job:
    """Handle the job's message as a poisoned one. Return the job."""
    job = await latest(deps, job)
    await recover_poisoned(deps, Message(job_id=job.id, attempt=job.attempt), Generation)
    return await latest(deps, job)


def reason_of(job: Job) -> tuple[Status, str, str]:
    reason = present(job.reason)
    return job.status, reason.code, reason.message


ENDED = (
    "The worker running this job was interrupted {} times without progress. Check the log of the function app on the "
    "Setup page for restarts and memory errors, then retry the job."
)


async def test_five_interruptions_do_not_fail_a_job(deps: FakeDependencies, clock: Clock) -> None:
    """More interruptions than a job may have failures don't end the job, and don't count as failures."""
    job = await ask(deps)

    for _ in range(MAX_FAILURES + 2):
        job = await interrupt(deps, clock, job)
    interrupted = job
    await deliver(deps)

    assert (interrupted.status, interrupted.failures, interrupted.interruptions) == (Status.QUEUED, 0, 7)
    assert (await latest(deps, job)).status == Status.SUCCEEDED


async def test_a_job_that_stops_its_worker_each_time_ends(deps: FakeDependencies, clock: Clock) -> None:
    """After twenty interruptions without progress, the job fails, and its reason has their number."""
    job = await ask(deps)

    open_after: list[int] = []
    for number in range(1, MAX_INTERRUPTIONS + 1):
        job = await interrupt(deps, clock, job)
        if not job.finished:
            open_after.append(number)

    assert open_after == list(range(1, MAX_INTERRUPTIONS))
    assert reason_of(job) == (Status.FAILED, "interrupted", ENDED.format(20))


async def test_a_poisoned_message_alone_does_not_fail_its_job(deps: FakeDependencies, clock: Clock) -> None:
    """The job gets a new attempt and a new message, which completes it; a message of another attempt has no effect."""
    job = await ask(deps)
    deps.generation_queue.take()
    await recover_poisoned(deps, Message(job_id=job.id, attempt=7), Generation)
    assert await latest(deps, job) == job

    again = await poison(deps, job)
    (sent,) = deps.generation_queue.messages
    clock.advance(60)
    await deliver(deps)

    assert (again.status, again.attempt, again.interruptions) == (Status.QUEUED, 2, MESSAGE_DELIVERIES)
    assert sent == Message(job_id=job.id, attempt=2)
    assert (await latest(deps, job)).status == Status.SUCCEEDED


async def test_a_message_that_is_poisoned_each_time_ends_its_job(deps: FakeDependencies) -> None:
    """Four messages with five deliveries each are twenty interruptions."""
    job = await ask(deps)

    statuses = [(job := await poison(deps, job)).status for _ in range(4)]

    assert statuses == [Status.QUEUED] * 3 + [Status.FAILED]
    assert reason_of(job) == (Status.FAILED, "interrupted", ENDED.format(20))


async def test_a_leased_job_is_left_to_its_worker(deps: FakeDependencies, clock: Clock) -> None:
    """A poisoned message changes nothing while a worker has the job."""
    job = await ask(deps)
    leased = await deps.catalog.jobs.replace(job.claimed("alive", now=clock(), seconds=deps.lease_s))

    assert await poison(deps, leased) == leased


async def test_a_poisoned_library_job_is_queued_again(deps: FakeDependencies) -> None:
    """The job's new message is in the queue of library jobs."""
    running = await ask(deps)
    work = UndoWork(id="undo-1", of=running.id, cursor="", total=1)
    job = await create(deps, library_job(deps, work, caller=ANNA, id="undo-1"))
    deps.library_queue.take()

    await recover_poisoned(deps, Message(job_id=job.id, attempt=1), LibraryRun)

    assert deps.library_queue.messages == [Message(job_id=job.id, attempt=2)]


async def test_a_stored_image_starts_the_count_again(deps: FakeDependencies, clock: Clock) -> None:
    """Only interruptions since the last progress count."""
    job = await ask(deps, count=2)
    job = await deps.catalog.jobs.replace(job.evolve(interruptions=MAX_INTERRUPTIONS - 1))

    await deliver(deps)

    assert ((await latest(deps, job)).status, (await latest(deps, job)).interruptions) == (Status.SUCCEEDED, 0)


async def interrupted_while_generating(deps: FakeDependencies, job: Job, *, interruptions: int) -> Job:
    """Return a completed job as it was before its image was recorded, with a lease that has expired."""
    await deliver(deps)
    done = await latest(deps, job)
    lease = Lease(token="stopped", expires_at=deps.clock() - timedelta(seconds=1))
    pictures = tuple(image.evolve(state="pending") for image in done.pictures)
    return await deps.catalog.jobs.replace(
        done.evolve(
            status=Status.PAINTING, pictures=pictures, finished_at=None, lease=lease, interruptions=interruptions
        )
    )


async def test_an_image_that_is_stored_lets_the_job_continue(deps: FakeDependencies, clock: Clock) -> None:
    """Before the job fails, its stored image is added. This counts as progress, and the job is completed."""
    job = await interrupted_while_generating(deps, await ask(deps), interruptions=MAX_INTERRUPTIONS - 1)

    await recover_jobs(deps)
    clock.advance(60)
    await deliver(deps)

    job = await latest(deps, job)
    assert (job.status, [image.state for image in job.pictures]) == (Status.SUCCEEDED, ["stored"])
    assert len(await images(deps)) == 1


async def test_adding_what_is_stored_stops_the_worker_only_once(deps: FakeDependencies) -> None:
    """If adding the stored image stopped the worker, too, the job ends without another attempt."""
    job = await interrupted_while_generating(deps, await ask(deps), interruptions=MAX_INTERRUPTIONS)

    await recover_jobs(deps)

    job = await latest(deps, job)
    assert reason_of(job) == (Status.FAILED, "interrupted", ENDED.format(21))
    assert [image.state for image in job.pictures] == ["pending"]


def test_a_message_has_as_many_deliveries_as_the_host_is_told() -> None:
    """A poisoned message counts as many interruptions as host.json allows deliveries."""
    host = json.loads((Path(__file__).parents[3] / "host.json").read_text(encoding="utf-8"))

    assert host["extensions"]["queues"]["maxDequeueCount"] == MESSAGE_DELIVERIES
