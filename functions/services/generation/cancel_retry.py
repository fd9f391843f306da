"""Cancel and retry jobs."""

from __future__ import annotations

from functions.errors import AlreadyExists, Conflict
from functions.models.caller import Caller
from functions.models.job import Job, Status
from functions.models.library_work import BulkWork, ExportWork, LibraryWork, UndoWork
from functions.policy.jobs.export_work import restarted
from functions.policy.jobs.outcome import canceled
from functions.services.dependencies import Dependencies
from functions.services.generation import regenerate
from functions.services.generation.run import Generation
from functions.services.generation.write_prompt import schedule_of
from functions.services.jobs import worker
from functions.services.jobs.lease import acquire
from functions.services.jobs.submit import create, find_repeated, idempotent_id, library_job, submit
from functions.services.telemetry import ended, event
from functions.services.update import update

RETRY_ALTERNATIVES: dict[str, str] = {
    "rewrite-days": "Set the time zone again",
    "publish": "Missing images are published automatically within minutes",
    "webhook": "Resend the event from the schedule's deliveries",
}
RETRIABLE = frozenset({Status.FAILED, Status.BLOCKED, Status.CANCELLED, Status.SKIPPED})


async def cancel(deps: Dependencies, job_id: str) -> Job:
    """Cancel a waiting job immediately, or request a running job to stop at its next step.

    Raises `NotFound`, and `Conflict` if nothing is left to cancel.
    """
    job = await deps.catalog.jobs.get(job_id)
    check_cancellable(job)
    if job.pending and not job.leased(deps.clock()):
        async with acquire(deps, job) as leased:
            if leased is not None:
                await worker.cancel(deps, leased, Generation(deps, leased))
                return leased.job
        # Another process has leased or changed the job. The next process that works on it will cancel it.

    def stopped(job: Job) -> Job:
        check_cancellable(job)
        now = deps.clock()
        if job.pending or job.leased(now):
            return job.evolve(cancel_requested=True, updated_at=now)
        return canceled(job, now=now)

    saved = await update(deps.catalog.jobs, job_id, stopped)
    event("job.cancel_requested", job_id=job_id, status=saved.status)
    if saved.finished:
        ended(saved)
    return saved


def check_cancellable(job: Job) -> None:
    """Raise `Conflict` if nothing is left to cancel."""
    if job.finished:
        raise Conflict(f"This job has already ended ({job.status.label}) and can't be canceled.")
    if job.pictures and not job.pending:
        raise Conflict("All images of this job are already saved, so there is nothing to cancel.")


async def retry(deps: Dependencies, job_id: str, *, caller: Caller) -> Job:
    """Create a new job for the work that this one didn't do. A second call returns the same new job.

    A prompt that was already written is reused, unless a content filter blocked it or it wasn't new. Raises
    `NotFound`, and `Conflict` unless the job ended without completing its work.
    """
    job = await deps.catalog.jobs.get(job_id)
    missing = len(job.pictures) - len(job.stored)
    if job.kind != "generation" or job.request is None:
        return await resume(deps, job, caller=caller)
    if job.status not in RETRIABLE and not (job.status == Status.SUCCEEDED and missing):
        raise Conflict(
            f"This job is {job.status.label}. Only jobs that ended without all of their images can be retried."
        )
    request = job.request
    if request.regenerates:
        return await regenerate.start(deps, request.regenerates, caller=caller, retry_of=job_id)
    blocked = job.status == Status.BLOCKED
    if job.prompt is not None and not blocked and job.status != Status.SKIPPED:
        request = request.evolve(prompt=job.prompt.evolve(cost_usd=0.0))  # its cost is already recorded
    if job.pictures and not blocked:
        request = request.evolve(options=request.options.evolve(count=missing))
    schedule = await schedule_of(deps, job)
    return await submit(
        deps, request, caller=caller, idempotency_key=f"retry\0{job_id}", schedule=schedule, retry_of=job_id
    )


def again(work: LibraryWork | None, job_id: str) -> LibraryWork:
    """Return the remaining work for another job with this ID."""
    match work:
        case ExportWork():
            return restarted(work, job_id)
        case BulkWork() | UndoWork():
            left = max(work.total - work.done - work.failed, 0)
            return work.evolve(id=job_id, total=left, done=0, failed=0)
        case _:
            raise Conflict("Jobs of this kind can't be retried.")


async def resume(deps: Dependencies, job: Job, *, caller: Caller) -> Job:
    """Create a library job that continues where this one stopped. An export starts from the beginning."""
    if job.kind in RETRY_ALTERNATIVES:
        raise Conflict(f"Jobs of this kind can't be retried. {RETRY_ALTERNATIVES[job.kind]}.")
    if job.status not in (Status.FAILED, Status.CANCELLED):
        raise Conflict(f"This job is {job.status.label}. Only failed or canceled jobs can be retried.")
    key = f"retry\0{job.id}"
    if (existing := await find_repeated(deps, caller, key)) is not None:
        return existing
    id = idempotent_id(caller.id, key)
    work = again(job.work, id)
    try:
        return await create(deps, library_job(deps, work, caller=caller, id=id, retry_of=job.id))
    except AlreadyExists:
        return await deps.catalog.jobs.get(id)
