"""Process one message of the library queue: work in chunks and save the progress after each."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from functions.errors import AppError, NotFound, Transient
from functions.models.job import Job, Message, Progress, Reason, Status
from functions.models.library_work import ImageBatch, LibraryWork, RewriteDaysWork
from functions.policy.jobs import retry
from functions.policy.jobs.outcome import cancelled
from functions.services.dependencies import Dependencies
from functions.services.generation.worker import send_again
from functions.services.images import published_site, timezone_change
from functions.services.jobs.lease import LeasedJob, LeaseLost, hold
from functions.services.library_jobs import bulk_change, exports, undo
from functions.services.telemetry import event, failure
from functions.services.webhooks import deliveries

Step = Callable[[Dependencies, Any], Awaitable[tuple[LibraryWork, bool]]]  # each takes the work of its own kind

STEPS: dict[str, Step] = {
    "bulk": bulk_change.step,
    "undo": undo.step,
    "export": exports.step,
    "publish": published_site.step,
    "webhook": deliveries.step,
    "rewrite-days": timezone_change.step,
}


async def run_library_job(deps: Dependencies, message: Message) -> None:
    """Run the job of this message, unless it is finished, leased by another process, or on a later attempt."""
    now = deps.clock()
    try:
        job = await deps.catalog.jobs.get(message.job_id)
    except NotFound:
        event("job.unknown", job_id=message.job_id)
        return
    if job.kind not in STEPS or job.finished or job.attempt != message.attempt or job.leased(now):
        event("job.message_ignored", job_id=job.id, status=job.status, attempt=message.attempt)
        return
    if job.lease is not None:
        await send_again(deps, job, lambda job: retry.after_crash(job, now=now))
        return
    async with hold(deps, job) as leased:
        if leased is not None:
            await run(deps, leased)


async def run(deps: Dependencies, leased: LeasedJob) -> None:
    """Work until the job ends, is canceled, fails, or its time for this message is used up."""
    try:
        await take_steps(deps, leased)
    except AppError as exc:
        await put_aside(deps, leased, exc)
    except LeaseLost:
        raise
    except Exception as exc:
        failure("job.bug", exc, job_id=leased.job.id)
        await put_aside(deps, leased, Transient("An unexpected error occurred. Check the logs for details."))


async def take_steps(deps: Dependencies, leased: LeasedJob) -> None:
    step = STEPS[leased.job.kind]
    started = deps.clock()
    await leased.save(lambda job: job.with_status(Status.RUNNING, now=started, reason=None))
    while True:
        if leased.job.cancel_requested:
            await leased.save(lambda job: cancelled(job, now=deps.clock()))
            return event("job.cancelled", job_id=leased.job.id)
        work = leased.job.work
        if isinstance(work, RewriteDaysWork) and await timezone_change.superseded(deps, work):
            return await end_superseded(deps, leased)
        if deps.clock() - started > timedelta(seconds=deps.message_timeout_s):
            return await requeue(deps, leased, lambda job: retry.continue_later(job, now=deps.clock()))
        work, done = await step(deps, work)
        if done:
            return await finish(deps, leased, work)
        await save_progress(deps, leased, work)


async def save_progress(deps: Dependencies, leased: LeasedJob, work: LibraryWork) -> None:
    now = deps.clock()
    await leased.save(lambda job: job.evolve(work=work, progress=progress(work), failures=0, updated_at=now))


def progress(work: LibraryWork) -> Progress:
    done, total = work.done + failed_of(work), work.total if isinstance(work, ImageBatch) else 0
    return Progress(percent=min(99, 100 * done // total) if total else 0, note=f"{done:,} images")


def partly_failed(kind: str, failed: int) -> str:
    """Return the reason for a job that left out `failed` images, at least one."""
    if kind == "export":
        if failed == 1:
            return "1 image was skipped because its file is missing or corrupted."
        return f"{failed:,} images were skipped because their files are missing or corrupted."
    return "1 image couldn't be updated." if failed == 1 else f"{failed:,} images couldn't be updated."


def failed_of(work: LibraryWork) -> int:
    return work.failed if isinstance(work, ImageBatch) else 0


async def finish(deps: Dependencies, leased: LeasedJob, work: LibraryWork) -> None:
    now = deps.clock()
    failed = failed_of(work)
    reason = None
    if failed:
        reason = Reason(code="partly_failed", message=partly_failed(leased.job.kind, failed))
    shown = progress(work).evolve(percent=100)
    await leased.save(lambda job: job.with_status(Status.SUCCEEDED, now=now, work=work, reason=reason, progress=shown))
    event("job.finished", job_id=leased.job.id, kind=leased.job.kind, done=work.done, failed=failed)


async def end_superseded(deps: Dependencies, leased: LeasedJob) -> None:
    reason = Reason(code="superseded", message="The library's time zone has changed since this job started.")
    await leased.save(lambda job: job.with_status(Status.CANCELLED, now=deps.clock(), reason=reason))
    event("job.superseded", job_id=leased.job.id)


async def put_aside(deps: Dependencies, leased: LeasedJob, error: AppError) -> None:
    jitter = random.random()  # noqa: S311 - spreads retries, hides nothing
    failure("job.put_aside", error, job_id=leased.job.id, code=error.code)
    after = retry.after_delivery if leased.job.kind == "webhook" else retry.after_error
    await requeue(deps, leased, lambda job: after(job, error, now=deps.clock(), jitter=jitter))


async def requeue(deps: Dependencies, leased: LeasedJob, decide: retry.Decision) -> None:
    """Save the decision about the job, then send its message. A cancellation in the meantime takes precedence."""
    delay_s: float | None = None

    def change(job: Job) -> Job:
        nonlocal delay_s
        outcome = retry.Retry(job=cancelled(job, now=deps.clock()), delay_s=None)
        if not job.cancel_requested:
            outcome = decide(job)
        delay_s = outcome.delay_s
        return outcome.job

    saved = await leased.save(change)
    if delay_s is not None:
        await deps.queue_of(saved).send(Message(job_id=saved.id, attempt=saved.attempt), delay_s=delay_s)
