"""Process one message of either job queue: run its job in steps until it ends or is queued again.

A message can be received twice and the process can stop at any time. Each kind of job defines its own steps.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Set
from datetime import datetime, timedelta
from typing import Protocol

from functions.errors import AppError, Conflict, NotFound, Transient, Unexpected, Unreadable
from functions.models.job import MAX_INTERRUPTIONS, MESSAGE_DELIVERIES, Job, JobKind, Message
from functions.policy.jobs import retry
from functions.policy.jobs.outcome import canceled
from functions.services.dependencies import Dependencies
from functions.services.jobs.dispatch import send_job_message
from functions.services.jobs.lease import LeasedJob, LeaseLost, acquire
from functions.services.telemetry import ended, event, failure

AFTER_LEASE_S = 1.0  # a message that waited for a lease comes this long after its end


class Canceled(Exception):
    """A user canceled this job."""


class Steps(Protocol):
    """How one kind of job is processed. The job is only saved under its lease."""

    async def step(self) -> bool:
        """Do the next part of the work and save it. Return False when the job has ended.

        Raises `Canceled` if a user has requested it, `TimeoutError` when the time for this message is used up.
        """
        ...

    async def before_end(self) -> None:
        """Add to the job what is already stored, before the job fails or is canceled."""
        ...

    def after_error(self, job: Job, error: AppError, *, now: datetime, jitter: float) -> retry.Retry:
        """Return the retry decision after an error."""
        ...

    def waiting(self, job: Job) -> Job:
        """Return the job with the progress to show while it waits."""
        ...


StepsOf = Callable[[Dependencies, LeasedJob], Steps]


async def run_job(deps: Dependencies, message: Message, steps_of: StepsOf, *, kinds: Set[JobKind]) -> None:
    """Run the job of this message, unless it is finished or of another kind or attempt.

    While another worker has the job, the message is sent again for the time when that lease expires. If the worker has
    stopped, the job then continues.
    """
    now = deps.clock()
    try:
        job = await deps.catalog.jobs.get(message.job_id)
    except NotFound:
        event("job.unknown", job_id=message.job_id)
        return
    except Unreadable as exc:
        failure("job.unreadable", exc, job_id=message.job_id)  # the sweep of a version that can read it sends it again
        return
    if job.kind not in kinds or job.finished or job.attempt != message.attempt:
        event("job.message_ignored", job_id=job.id, status=job.status, attempt=message.attempt)
        return
    if job.lease is not None and job.leased(now):
        event("job.message_postponed", job_id=job.id, status=job.status, attempt=message.attempt)
        left_s = (job.lease.expires_at - now).total_seconds()
        await send_job_message(deps, job, delay_s=left_s + AFTER_LEASE_S)
        return
    if job.lease is not None:
        await requeue(deps, job, lambda job: retry.after_interruption(job, now=now), steps_of)
        return
    async with acquire(deps, job) as leased:
        if leased is not None:
            await take_steps(deps, leased, steps_of(deps, leased))


async def take_steps(deps: Dependencies, leased: LeasedJob, steps: Steps) -> None:
    """Take steps until the job ends, is canceled, fails, or its time for this message is used up."""
    started, taken = deps.clock(), 0
    try:
        while True:
            if leased.job.cancel_requested:
                raise Canceled
            if deps.clock() - started > timedelta(seconds=deps.message_timeout_s):
                raise TimeoutError
            if not await steps.step():
                return
            taken += 1
    except Canceled:
        await cancel(deps, leased, steps)
    except TimeoutError:
        if taken:
            await save_outcome(deps, leased, steps, lambda job: retry.continue_later(job, now=deps.clock()))
        else:
            await handle_error(deps, leased, steps, Transient("The first step of this job didn't finish in time."))
    except AppError as exc:
        await handle_error(deps, leased, steps, exc)
    except LeaseLost:
        raise
    except Exception as exc:  # noqa: BLE001 - an unknown error must not lose the job
        failure("job.bug", exc, job_id=leased.job.id)
        error = Unexpected()
        error.__cause__ = exc  # the details of the failed attempt name it
        await handle_error(deps, leased, steps, error)


async def cancel(deps: Dependencies, leased: LeasedJob, steps: Steps) -> None:
    """Cancel the job as requested by a user. Stored images are kept and recorded."""
    await steps.before_end()
    now = deps.clock()
    await leased.save(lambda job: canceled(job, now=now))
    event("job.cancelled", job_id=leased.job.id, pictures=len(leased.job.stored))


async def handle_error(deps: Dependencies, leased: LeasedJob, steps: Steps, error: AppError) -> None:
    """Queue the job again after an error, or end it."""
    jitter = random.random()  # noqa: S311 - spreads retries, hides nothing
    now = deps.clock()
    failure("job.step_failed", error, job_id=leased.job.id, code=error.code)
    await save_outcome(deps, leased, steps, lambda job: steps.after_error(job, error, now=now, jitter=jitter))


async def save_outcome(deps: Dependencies, leased: LeasedJob, steps: Steps, decide: retry.Decision) -> None:
    """Save the decision about the job, then send its message. A cancellation in the meantime takes precedence."""
    if not leased.job.cancel_requested and decide(leased.job).job.finished:
        await steps.before_end()
    delay_s: float | None = None

    def decided(job: Job) -> Job:
        nonlocal delay_s
        if job.cancel_requested:
            raise Canceled
        outcome = decide(job)
        delay_s = outcome.delay_s
        return steps.waiting(outcome.job)

    try:
        saved = await leased.save(decided)
    except Canceled:
        await cancel(deps, leased, steps)
        return
    if delay_s is not None:
        await send_job_message(deps, saved, delay_s=delay_s, patient=True)


async def requeue(deps: Dependencies, job: Job, decide: retry.Decision, steps_of: StepsOf) -> None:
    """Save the next attempt or the end of a job that isn't leased, then send its message.

    If another process saves the job first, nothing is done.
    """
    outcome = decide(job)

    def decided(latest: Job) -> retry.Retry:
        # The count was saved with the lease and isn't increased a second time. An added image has reset it to 0.
        return decide(latest.evolve(interruptions=min(latest.interruptions, job.interruptions)))

    # Stored images are added only once before the job ends, because adding them may stop the worker.
    if outcome.job.finished and job.pending and job.interruptions < MAX_INTERRUPTIONS:
        async with acquire(deps, job.evolve(interruptions=outcome.job.interruptions)) as leased:
            if leased is not None:
                await save_outcome(deps, leased, steps_of(deps, leased), decided)
        return
    try:
        saved = await deps.catalog.jobs.replace(outcome.job)
    except Conflict:
        return
    event("job.requeued", job_id=saved.id, status=saved.status, attempt=saved.attempt)
    if saved.finished:
        ended(saved)
    if outcome.delay_s is not None:
        await send_job_message(deps, saved, delay_s=outcome.delay_s)


async def recover_poisoned(deps: Dependencies, message: Message, steps_of: StepsOf) -> None:
    """Queue a job again whose message is in the poison queue, if it is still the same attempt and isn't leased.

    The message was delivered `MESSAGE_DELIVERIES` times, and each time the worker stopped before it saved anything.
    Each delivery counts as an interruption, so that a job that stops its worker each time fails in the end.
    """
    now = deps.clock()
    try:
        job = await deps.catalog.jobs.get(message.job_id)
    except (NotFound, Unreadable):
        return  # the job was deleted, or a newer version is responsible for it
    if job.finished or job.attempt != message.attempt or job.leased(now):
        return
    await requeue(deps, job, lambda job: retry.after_interruption(job, now=now, times=MESSAGE_DELIVERIES), steps_of)
