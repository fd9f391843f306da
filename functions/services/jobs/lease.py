"""One job under this process's lease: saved through one lock, renewed in time, given back at the end."""

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

SAVE_TRIES = 4  # a catalog that is locked or throttled for a moment must not cost a painted picture
SAVE_PAUSE_S = 0.5


class LeaseLost(Exception):
    """Another process took the job over: stop, and save nothing."""


class LeasedJob:
    """The latest saved version of a job, and the only way for this process to save another."""

    def __init__(self, deps: Dependencies, job: Job, token: str) -> None:
        self._deps, self._job, self._token = deps, job, token
        self._lock = asyncio.Lock()
        self._given_back = False

    @property
    def job(self) -> Job:
        return self._job

    async def save(self, change: Callable[[Job], Job]) -> Job:
        """Apply `change` to the latest version and save it; `LeaseLost` if the token is no longer ours.

        `change` may run more than once, on newer versions, so it must set rather than add.
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
                    self._job = await update(self._deps.catalog.jobs, self._job.id, ours, held=self._job)
                    break
                except Transient:
                    tries += 1
                    if tries >= SAVE_TRIES:
                        raise
                    await asyncio.sleep(SAVE_PAUSE_S * tries)
            self._given_back = not self._job.is_leased_by(self._token)
            if self._job.finished and not was_finished:
                ended(self._job)
            return self._job

    async def renew(self) -> None:
        """Prolong the lease, unless the run has given it back: a job that was put aside is not locked again."""

        def prolonged(job: Job) -> Job:
            if not job.is_leased_by(self._token):
                raise LeaseLost
            return job.claimed(self._token, now=self._deps.clock(), seconds=self._deps.lease_s)

        await self.save(prolonged)

    async def keep(self) -> bool:
        """Renew three times per lease, until the run has given it back (True) or it is lost (False)."""
        while True:
            await asyncio.sleep(self._deps.lease_s / 3)
            try:
                await self.renew()
            except (LeaseLost, NotFound):
                return self._given_back
            except AppError as exc:
                failure("lease.not_renewed", exc, job_id=self._job.id)

    async def give_back(self) -> None:
        """Drop the lease if it is still ours, so that nobody has to wait for it to run out."""
        if self._job.is_leased_by(self._token):
            try:
                await self.save(lambda job: job.evolve(lease=None, updated_at=self._deps.clock()))
            except (LeaseLost, AppError) as exc:
                failure("lease.not_given_back", exc, job_id=self._job.id)


@asynccontextmanager
async def hold(deps: Dependencies, job: Job) -> AsyncIterator[LeasedJob | None]:
    """Claim the job for the length of a `with` block, or give None when another process has it.

    The body is cancelled, and the block left quietly, when the lease is lost on the way.
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
        if await leased.keep():
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
            await asyncio.shield(leased.give_back())
            raise
        if body is not None:
            body.uncancel()
        event("lease.lost", job_id=job.id)
    except BaseException:
        await leased.give_back()
        raise
    else:
        await leased.give_back()
    finally:
        keeper.cancel()
