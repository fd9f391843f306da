"""Lease of a job: exclusive access, saving, renewal, and release."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from functions.errors import AppError, Conflict, NotFound, Transient
from functions.models.job import Job
from functions.services.dependencies import Dependencies
from functions.services.telemetry import ended, event, failure
from functions.services.update import update

SAVE_ATTEMPTS = 4  # a catalog that is briefly locked or throttled must not cost a generated image
SAVE_PAUSE_S = 0.5


class LeaseLost(Exception):
    """Another process has taken over the job, so this one must stop without saving."""


class LeasedJob:
    """The latest saved version of a leased job. This process saves the job only through it."""

    def __init__(self, deps: Dependencies, job: Job, token: str) -> None:
        self._deps, self._job, self._token = deps, job, token
        self._lock = asyncio.Lock()
        self._released = False

    @property
    def job(self) -> Job:
        return self._job

    async def save(self, change: Callable[[Job], Job]) -> Job:
        """Apply `change` to the latest version and save it. Raises `LeaseLost` if the lease was taken over.

        `change` can run more than once, on newer versions, so it must set values instead of adding to them.
        """

        def ours(job: Job) -> Job:
            if job.etag != self._job.etag:
                self._job = job
                if not job.is_leased_by(self._token):
                    raise LeaseLost
            return change(job)

        async with self._lock:
            tries = 0
            while True:
                was_finished = self._job.finished
                try:
                    self._job = await update(self._deps.catalog.jobs, self._job.id, ours, loaded=self._job)
                    break
                except Transient:
                    tries += 1
                    if tries >= SAVE_ATTEMPTS:
                        raise
                    await asyncio.sleep(SAVE_PAUSE_S * tries)
            self._released = not self._job.is_leased_by(self._token)
            if self._job.finished and not was_finished:
                ended(self._job)
            return self._job

    async def renew(self) -> None:
        """Renew the lease, unless this run has released it, so that a requeued job isn't locked again."""

        def prolonged(job: Job) -> Job:
            if not job.is_leased_by(self._token):
                raise LeaseLost
            return job.claimed(self._token, now=self._deps.clock(), seconds=self._deps.lease_s)

        await self.save(prolonged)

    async def renew_until_released(self) -> bool:
        """Renew three times per lease duration until the run releases it (True) or it is lost (False)."""
        while True:
            await asyncio.sleep(self._deps.lease_s / 3)
            try:
                await self.renew()
            except (LeaseLost, NotFound):
                return self._released
            except AppError as exc:
                failure("lease.not_renewed", exc, job_id=self._job.id)

    async def release(self) -> None:
        """Release the lease if it is still held, so that others don't have to wait for its expiry."""
        if self._job.is_leased_by(self._token):
            try:
                await self.save(lambda job: job.evolve(lease=None, updated_at=self._deps.clock()))
            except (LeaseLost, AppError) as exc:
                failure("lease.not_given_back", exc, job_id=self._job.id)


@asynccontextmanager
async def acquire(deps: Dependencies, job: Job) -> AsyncIterator[LeasedJob | None]:
    """Lease the job for the duration of a `with` block, or return None if another process holds it.

    If the lease is lost, the body is canceled and the block is left without an error.
    """
    token = secrets.token_urlsafe(16)
    try:
        claimed = await deps.catalog.jobs.replace(job.claimed(token, now=deps.clock(), seconds=deps.lease_s))
    except Conflict:
        yield None
        return
    leased = LeasedJob(deps, claimed, token)
    body = asyncio.current_task()
    lost = False

    async def keep() -> None:
        nonlocal lost
        if await leased.renew_until_released():
            return
        lost = True
        if body is not None:
            body.cancel()

    keeper = asyncio.create_task(keep())
    try:
        yield leased
    except LeaseLost:
        event("lease.lost", job_id=job.id)
    except asyncio.CancelledError:
        if not lost:
            await asyncio.shield(leased.release())
            raise
        if body is not None:
            body.uncancel()
        event("lease.lost", job_id=job.id)
    except BaseException:
        await leased.release()
        raise
    else:
        await leased.release()
    finally:
        keeper.cancel()
