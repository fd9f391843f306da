"""Run a library job: work in chunks and save the progress after each."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from functions.errors import AppError
from functions.models.job import Job, JobKind, Message, Progress, Reason, Status
from functions.models.library_work import ImageBatch, LibraryWork, RewriteDaysWork
from functions.policy.jobs import retry
from functions.services.dependencies import Dependencies
from functions.services.images import published_site, timezone_change
from functions.services.jobs import worker
from functions.services.jobs.lease import LeasedJob
from functions.services.library_jobs import bulk_change, exports, undo
from functions.services.telemetry import event
from functions.services.webhooks import deliveries

Step = Callable[[Dependencies, Any], Awaitable[tuple[LibraryWork, bool]]]  # each takes the work of its own kind

STEPS: dict[JobKind, Step] = {
    "bulk": bulk_change.step,
    "undo": undo.step,
    "export": exports.step,
    "publish": published_site.step,
    "webhook": deliveries.step,
    "rewrite-days": timezone_change.step,
}


async def run_library_job(deps: Dependencies, message: Message, *, steps: Mapping[JobKind, Step] = STEPS) -> None:
    """Run the library job of this message, with the step of its kind."""
    await worker.run_job(deps, message, functools.partial(LibraryRun, steps=steps), kinds=steps.keys())


class LibraryRun:
    """One run of one job. The job is only saved under its lease."""

    def __init__(self, deps: Dependencies, leased: LeasedJob, *, steps: Mapping[JobKind, Step] = STEPS) -> None:
        self._deps, self._leased, self._steps = deps, leased, steps

    async def step(self) -> bool:
        """Process the next chunk. Return False when the job has ended with it or is superseded."""
        job, now = self._leased.job, self._deps.clock()
        if job.status != Status.RUNNING:
            job = await self._leased.save(lambda job: job.with_status(Status.RUNNING, now=now, reason=None))
        if isinstance(job.work, RewriteDaysWork) and await timezone_change.superseded(self._deps, job.work):
            await self._end_superseded()
            return False
        work, done = await self._steps[job.kind](self._deps, job.work)
        await (self._finish(work) if done else self._save_progress(work))
        return not done

    async def before_end(self) -> None:
        """Do nothing: every chunk is saved together with its progress."""

    def after_error(self, job: Job, error: AppError, *, now: datetime, jitter: float) -> retry.Retry:
        """Return the retry decision. Webhook deliveries have their own delays."""
        after = retry.after_delivery if job.kind == "webhook" else retry.after_error
        return after(job, error, now=now, jitter=jitter)

    def waiting(self, job: Job) -> Job:
        """Return the job unchanged: its progress is that of its chunks."""
        return job

    async def _save_progress(self, work: LibraryWork) -> None:
        now = self._deps.clock()
        await self._leased.save(
            lambda job: job.evolve(work=work, progress=progress(work), failures=0, interruptions=0, updated_at=now)
        )

    async def _finish(self, work: LibraryWork) -> None:
        now, kind, failed = self._deps.clock(), self._leased.job.kind, failed_of(work)
        reason = Reason(code="partly_failed", message=partly_failed(kind, failed)) if failed else None
        shown = progress(work).evolve(percent=100)
        await self._leased.save(
            lambda job: job.with_status(Status.SUCCEEDED, now=now, work=work, reason=reason, progress=shown)
        )
        event("job.finished", job_id=self._leased.job.id, kind=kind, done=work.done, failed=failed)

    async def _end_superseded(self) -> None:
        now = self._deps.clock()
        reason = Reason(code="superseded", message="The library's time zone has changed since this job started.")
        await self._leased.save(lambda job: job.with_status(Status.CANCELLED, now=now, reason=reason))
        event("job.superseded", job_id=self._leased.job.id)


def progress(work: LibraryWork) -> Progress:
    """Return the progress of the work."""
    done, total = work.done + failed_of(work), work.total if isinstance(work, ImageBatch) else 0
    return Progress(percent=min(99, 100 * done // total) if total else 0, note=f"{done:,} images")


def partly_failed(kind: JobKind, failed: int) -> str:
    """Return the reason for a job that left out `failed` images, at least one."""
    if kind == "export":
        if failed == 1:
            return "1 image was skipped because its file is missing or corrupted."
        return f"{failed:,} images were skipped because their files are missing or corrupted."
    return "1 image couldn't be updated." if failed == 1 else f"{failed:,} images couldn't be updated."


def failed_of(work: LibraryWork) -> int:
    """Return the number of images that couldn't be processed."""
    return work.failed if isinstance(work, ImageBatch) else 0
