"""Library jobs during an outage of their queue are retried like generation jobs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from functions.errors import Unavailable
from functions.models.job import Job, Message, Status
from functions.models.library_work import UndoWork
from functions.services.generation.run import run_job
from functions.services.jobs.submit import create, library_job
from functions.services.library_jobs.worker import run_library_job
from tests.fakes import Clock, FakeDependencies
from tests.functions.services.working import ANNA, ask, deliver, latest

PAUSES_S = (0.0, 0.0, 0.0)


@pytest.fixture
def quick(deps: FakeDependencies) -> FakeDependencies:
    """Return dependencies that call a queue four times without delay."""
    return replace(deps, send_pauses_s=PAUSES_S)


async def waiting_job(deps: FakeDependencies) -> Job:
    """Return an undo job whose first step fails because the job to revert is still running."""
    running = await ask(deps)
    work = UndoWork(id="undo-1", of=running.id, cursor="", total=1)
    return await create(deps, library_job(deps, work, caller=ANNA, id="undo-1"))


async def test_a_released_library_job_waits_for_its_queue(quick: Any) -> None:
    """The next message is sent once the queue recovers, and the job has no lease until then."""
    job = await waiting_job(quick)
    message = quick.library_queue.take()
    quick.library_queue.fail(Unavailable(), times=len(PAUSES_S))

    await run_library_job(quick, message)

    saved = await latest(quick, job)
    assert [sent.attempt for sent in quick.library_queue.messages] == [2]
    assert (saved.status, saved.attempt, saved.failures, saved.lease) == (Status.QUEUED, 2, 1, None)
    assert saved.sent_at is not None


async def test_a_queue_that_stays_down_leaves_the_job_to_the_sweep(quick: Any) -> None:
    """The job is saved without a message, and the current message is completed."""
    job = await waiting_job(quick)
    message = quick.library_queue.take()
    quick.library_queue.fail(Unavailable(), times=len(PAUSES_S) + 1)

    await run_library_job(quick, message)

    saved = await latest(quick, job)
    assert quick.library_queue.messages == []
    assert (saved.status, saved.attempt, saved.sent_at) == (Status.QUEUED, 2, None)


async def test_a_job_in_the_wrong_queue_is_left_alone(quick: Any) -> None:
    """A message that names a job of the other queue changes nothing."""
    job = await waiting_job(quick)
    generation = await ask(quick)

    await run_job(quick, Message(job_id=job.id, attempt=1))
    await run_library_job(quick, Message(job_id=generation.id, attempt=1))

    assert await latest(quick, job) == job
    assert await latest(quick, generation) == generation


async def test_a_job_continues_soon_after_its_worker_stopped(deps: FakeDependencies, clock: Clock) -> None:
    """A message that comes while the lease of a stopped worker holds is sent again for the end of that lease."""
    job = await ask(deps)
    message = deps.generation_queue.take_one()
    stopped = await deps.catalog.jobs.replace(job.claimed("stopped", now=clock(), seconds=deps.lease_s))
    clock.advance(60)

    await run_job(deps, message)
    (waiting,) = deps.generation_queue.sent
    alive = stopped.worker_stopped(clock())
    clock.advance(31)
    interrupted = (await latest(deps, job)).worker_stopped(clock())
    await deliver(deps)
    clock.advance(5)
    await deliver(deps)

    assert (waiting.visible_at - waiting.inserted_at).total_seconds() == 31
    assert (alive, interrupted) == (False, True)
    assert (await latest(deps, job)).status == Status.SUCCEEDED
