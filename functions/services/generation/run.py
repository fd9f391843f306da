"""A generation job under lease, from wherever it stands to its end or to its next attempt."""

from __future__ import annotations

import asyncio
import random

from functions.errors import AppError, ContentBlocked, Starting, Transient
from functions.models.inference import Painted, PaintProgress, PaintRequest
from functions.models.job import Job, Picture, Status
from functions.policy.jobs import retry
from functions.policy.jobs.outcome import cancelled, finished
from functions.policy.jobs.progress import between, while_painting, worth_saving
from functions.services import library_settings
from functions.services.dependencies import World
from functions.services.generation.store_image import enter_catalog, store_original, stored_original
from functions.services.generation.write_prompt import write_prompt
from functions.services.jobs.dispatch import send
from functions.services.jobs.lease import LeasedJob, LeaseLost
from functions.services.telemetry import event, failure
from functions.services.usage import ledger

MS_PER_HOUR = 3_600_000


class Cancelled(Exception):
    """A person asked for this job to stop."""


class Generation:
    """One run of one job.  Every save goes through the lease."""

    def __init__(self, world: World, leased: LeasedJob) -> None:
        self._world, self._leased = world, leased
        self._resumed = leased.job.attempt > 1 or leased.job.status != Status.QUEUED
        self._already_stored = len(leased.job.stored)
        self._waited_s = 0.0

    async def run(self) -> None:
        """Work until the job ends, waits for another attempt, or belongs to somebody else."""
        try:
            async with asyncio.timeout(self._world.paint_timeout_s):
                self._obey_cancel()
                await write_prompt(self._world, self._leased)
                for picture in self._leased.job.pending:
                    await self._make(picture)
            await self._finish()
        except Cancelled:
            await self.cancel()
        except TimeoutError:
            await self._out_of_time()
        except AppError as exc:
            await self._put_aside(exc)
        except LeaseLost:
            raise
        except Exception as exc:
            failure("job.bug", exc, job_id=self._leased.job.id)
            await self._put_aside(Transient("Something unexpected went wrong inside; the log has the place."))

    async def _make(self, picture: Picture) -> None:
        """Paint and store one picture; one that a content filter refuses is marked and passed over."""
        self._obey_cancel()
        try:
            original = await self._original(picture)
        except ContentBlocked as exc:
            message = exc.message
            await self._leased.save(lambda job: job.with_picture(picture.id, state="blocked", reason=message))
            return
        image = await enter_catalog(self._world, original)
        await self._enter(picture, image.timings.painting_ms)

    async def _original(self, picture: Picture) -> bytes:
        """The stored original: an earlier run's, or painted and uploaded now."""
        if self._resumed and (original := await stored_original(self._world, picture.id)) is not None:
            await self._storing()
            return original
        painted = await self._paint(picture)
        self._obey_cancel()
        await self._storing()
        zone = (await library_settings.settings(self._world)).timezone
        return await store_original(self._world, self._leased.job, picture, painted, timezone=zone)

    async def _storing(self) -> None:
        now = self._world.clock()
        await self._leased.save(lambda job: job.to(Status.STORING, now=now))

    async def _paint(self, picture: Picture) -> Painted:
        now = self._world.clock()
        await self._leased.save(lambda job: job.to(Status.PAINTING, now=now, reason=None, progress=between(job)))
        await self._wait_until_ready()
        prompt, options = self._leased.job.written
        request = PaintRequest(
            id=picture.id,
            prompt=prompt.prompt,
            negative_prompt=options.negative_prompt if options.negative_prompt is not None else prompt.negative_prompt,
            model=options.model or "",
            width=options.width or 0,
            height=options.height or 0,
            steps=options.steps or 0,
            guidance=options.guidance or 0.0,
            sampler=options.sampler or "default",
            seed=picture.seed,
            # Nobody watches what the timetable asked for.
            priority="interactive" if self._leased.job.slot is None else "batch",
        )
        saved: PaintProgress | None = None
        saved_at = now

        async def on_progress(painting: PaintProgress) -> None:
            nonlocal saved, saved_at
            moment = self._world.clock()
            if not worth_saving(saved, painting, since_s=(moment - saved_at).total_seconds()):
                return
            saved, saved_at = painting, moment
            await self._leased.save(lambda job: job.evolve(progress=while_painting(job, painting), updated_at=moment))
            self._obey_cancel()

        try:
            return await self._world.painter.paint(request, on_progress)
        except (Cancelled, TimeoutError, asyncio.CancelledError):
            await asyncio.shield(self._world.painter.cancel(picture.id))
            raise

    async def _wait_until_ready(self) -> None:
        """Return when the painter takes requests, or raise `Starting` after the wait that one message is worth."""
        if await self._world.painter.ready(wait_s=0):
            return
        note = "Waking the painter"
        await self._leased.save(lambda job: job.evolve(progress=between(job, note), updated_at=self._world.clock()))
        started = self._world.clock()
        if not await self._world.painter.ready(wait_s=self._world.ready_wait_s):
            self._waited_s = (self._world.clock() - started).total_seconds()
            raise Starting
        await library_settings.profile(self._world)

    async def _enter(self, picture: Picture, painting_ms: int) -> None:
        """The books, then the job: a picture is stored when both say so."""
        job = self._leased.job
        cost = job.cost_usd + painting_ms * self._world.gpu_usd_per_hour / MS_PER_HOUR
        total_ms = job.timings.painting_ms + painting_ms
        await ledger.record(self._world, job, images=len(job.stored) + 1, cost_usd=cost)
        now = self._world.clock()
        await self._leased.save(
            lambda job: job.with_picture(picture.id, state="stored").evolve(
                cost_usd=cost, timings=job.timings.evolve(painting_ms=total_ms), updated_at=now
            )
        )

    def _obey_cancel(self) -> None:
        if self._leased.job.cancel_requested:
            raise Cancelled

    async def _finish(self) -> None:
        now = self._world.clock()
        await self._leased.save(lambda job: finished(job, now=now))
        job = self._leased.job
        event("job.finished", job_id=job.id, status=job.status, pictures=len(job.stored), attempt=job.attempt)

    async def cancel(self) -> None:
        """End the job as a person asked; what is stored stays, and is counted."""
        await self._adopt()
        now = self._world.clock()
        await self._leased.save(lambda job: cancelled(job, now=now))
        event("job.cancelled", job_id=self._leased.job.id, pictures=len(self._leased.job.stored))

    async def put_off(self, decide: retry.Decision) -> None:
        """Save what becomes of the job, then send its message; a cancel that came meanwhile wins."""
        if self._leased.job.cancel_requested:
            await self.cancel()
            return
        if decide(self._leased.job).job.finished:
            await self._adopt()
        delay_s: float | None = None

        def change(job: Job) -> Job:
            nonlocal delay_s
            outcome = decide(job)
            delay_s = outcome.delay_s
            return outcome.job.evolve(progress=between(outcome.job))

        saved = await self._leased.save(change)
        if delay_s is not None:
            await send(self._world, saved, delay_s=delay_s, patient=True)

    async def _adopt(self) -> None:
        """Take in pictures whose original is stored though the job does not know: no end leaves an orphan."""
        for picture in self._leased.job.pending:
            try:
                original = await stored_original(self._world, picture.id)
                if original is not None:
                    image = await enter_catalog(self._world, original)
                    await self._enter(picture, image.timings.painting_ms)
            except AppError as exc:
                failure("picture.not_adopted", exc, job_id=self._leased.job.id, image_id=picture.id)

    async def _out_of_time(self) -> None:
        """Go on in another message; only a run that stored nothing counts as a failure."""
        if len(self._leased.job.stored) > self._already_stored:
            await self.put_off(lambda job: retry.continued(job, now=self._world.clock()))
        else:
            await self._put_aside(Transient("The painter did not finish in time."))

    async def _put_aside(self, error: AppError) -> None:
        jitter = random.random()  # noqa: S311 - spreads retries, hides nothing
        now = self._world.clock()
        failure("job.put_aside", error, job_id=self._leased.job.id, code=error.code)
        await self.put_off(lambda job: retry.after_error(job, error, now=now, jitter=jitter, waited_s=self._waited_s))
