"""Run a generation job, one image per step: the prompt first, then generate and store each image.

Data is saved in this order: prompt, seeds, and image IDs; then for each image original, thumbnail, document, usage,
and job.
"""

from __future__ import annotations

import asyncio
from datetime import datetime

from functions.errors import AppError, ContentBlocked, Starting, Transient
from functions.formats.thumbnail import Thumbnail
from functions.models.image import Image
from functions.models.inference import InferenceProgress, InferenceRequest, InferenceResult
from functions.models.job import Job, JobImage, Message, Reason, Status
from functions.policy.jobs import retry
from functions.policy.jobs.outcome import canceled, finished
from functions.policy.jobs.progress import generation_progress, should_save, stage_progress, starting_note
from functions.services import library_settings
from functions.services.dependencies import Dependencies
from functions.services.generation.leftovers import remove_leftovers
from functions.services.generation.regenerate import described_again, replace_lost
from functions.services.generation.schedule_albums import in_albums
from functions.services.generation.store_image import (
    add_to_catalog,
    check_result,
    describe,
    store_original,
    stored_original,
)
from functions.services.generation.write_prompt import schedule_of, write_prompt
from functions.services.images import images
from functions.services.jobs import worker
from functions.services.jobs.lease import LeasedJob, LeaseLost
from functions.services.jobs.worker import Canceled
from functions.services.telemetry import event, failure
from functions.services.usage import ledger, measurements

MS_PER_HOUR = 3_600_000


async def run_job(deps: Dependencies, message: Message) -> None:
    """Run the generation job of this message."""
    await worker.run_job(deps, message, Generation, kinds=frozenset({"generation"}))


class Generation:
    """One run of one job. The job is only saved under its lease."""

    def __init__(self, deps: Dependencies, leased: LeasedJob) -> None:
        self._deps, self._leased = deps, leased
        self._resumed = leased.job.attempt > 1 or leased.job.status != Status.QUEUED
        self._already_stored = len(leased.job.stored)
        self._waited_s = 0.0
        self._deadline = asyncio.get_running_loop().time() + deps.message_timeout_s

    async def step(self) -> bool:
        """Generate the next image, after writing the prompt. Return False when the job has ended with the last image.

        Raises `TimeoutError` when the time for this message is used up, `Transient` if this run stored nothing by then.
        """
        try:
            async with asyncio.timeout_at(self._deadline):
                if await self._schedule_is_deleted():
                    return False
                self._resumed = await write_prompt(self._deps, self._leased) or self._resumed
                if self._leased.job.finished:
                    return False
                if pending := self._leased.job.pending:
                    await self._generate_and_store(pending[0])
        except TimeoutError:
            if len(self._leased.job.stored) > self._already_stored:
                raise
            raise Transient("The inference service timed out before the image was complete.") from None
        if self._leased.job.pending:
            return True
        await self._finish()
        return False

    async def _schedule_is_deleted(self) -> bool:
        """Cancel a job that hasn't begun if its schedule was deleted while the job was created.

        A retry is kept, because users can retry the runs of a deleted schedule.
        """
        job = self._leased.job
        if job.prompt is not None or job.schedule_id is None or job.retry_of is not None:
            return False
        schedule = await schedule_of(self._deps, job)
        if schedule is not None and schedule.deleted_at is None:
            return False
        now = self._deps.clock()
        reason = Reason(code="schedule_deleted", message="The schedule was deleted before this run started.")
        await self._leased.save(lambda job: canceled(job, now=now).evolve(reason=reason))
        return True

    async def _generate_and_store(self, job_image: JobImage) -> None:
        """Generate and store one image. An image that a content filter blocks is marked and skipped."""
        self._raise_if_canceled()
        try:
            original = await self._original(job_image)
            # A worker that was stopped for longer than its lease notices it before and after each write.
            await self._leased.renew()
            image = await self._save_image(original)
            await self._leased.renew()
        except ContentBlocked as exc:
            message = exc.message
            await self._leased.save(lambda job: job.with_image(job_image.id, state="blocked", reason=message))
            return
        except (LeaseLost, asyncio.CancelledError):
            # The renewal of the lease notices it, too, and cancels a write that the storage may still complete.
            await asyncio.shield(remove_leftovers(self._deps, self._leased.job, job_image.id))
            raise
        await self._record_image(job_image, image.timings.painting_ms)

    async def _original(self, job_image: JobImage) -> bytes:
        """Return the stored original of an earlier run, or generate and upload the image."""
        if self._resumed and (original := await stored_original(self._deps, job_image.id)) is not None:
            await self._storing()
            return original
        regenerates = self._leased.job.generation_request.regenerates
        lost = await images.get(self._deps, regenerates) if regenerates else None
        result, made = await self._generate(job_image)
        self._raise_if_canceled()
        zone = (await library_settings.settings(self._deps)).timezone
        await self._storing()
        if lost is not None:
            document = described_again(lost, result, made)
        else:
            described = describe(self._leased.job, job_image, result, made, timezone=zone)
            document = await in_albums(self._deps, self._leased.job, described)
        return await store_original(self._deps, document, result.png)

    async def _save_image(self, original: bytes) -> Image:
        """Save thumbnail and document of a stored original."""
        again = self._leased.job.generation_request.regenerates is not None
        return await (replace_lost if again else add_to_catalog)(self._deps, original)

    async def _storing(self) -> None:
        now = self._deps.clock()
        await self._leased.save(lambda job: job.with_status(Status.STORING, now=now))

    async def _generate(self, job_image: JobImage) -> tuple[InferenceResult, Thumbnail]:
        now = self._deps.clock()
        await self._leased.save(
            lambda job: job.with_status(Status.PAINTING, now=now, reason=None, progress=stage_progress(job))
        )
        await self._wait_until_ready()
        prompt, options = self._leased.job.prompt_and_options
        job = self._leased.job
        request = InferenceRequest(
            # The inference service can still know the image's first request, which can have been worded differently.
            id=job.id if job.generation_request.regenerates else job_image.id,
            prompt=prompt.prompt,
            negative_prompt=options.negative_prompt if options.negative_prompt is not None else prompt.negative_prompt,
            model=options.model or "",
            width=options.width or 0,
            height=options.height or 0,
            steps=options.steps or 0,
            guidance=options.guidance or 0.0,
            sampler=options.sampler or "default",
            seed=job_image.seed,
            # No user is waiting for scheduled jobs.
            priority="interactive" if job.slot is None else "batch",
        )
        saved: InferenceProgress | None = None
        saved_at = now

        async def on_progress(latest: InferenceProgress) -> None:
            nonlocal saved, saved_at
            moment = self._deps.clock()
            if not should_save(saved, latest, since_s=(moment - saved_at).total_seconds()):
                return
            saved, saved_at = latest, moment
            await self._leased.save(
                lambda job: job.evolve(progress=generation_progress(job, latest), updated_at=moment)
            )
            self._raise_if_canceled()

        try:
            result = await self._deps.image_generator.generate(request, on_progress)
            return result, await asyncio.to_thread(check_result, request, result)
        except (Canceled, TimeoutError, asyncio.CancelledError):
            await asyncio.shield(self._deps.image_generator.cancel(request.id))
            raise

    async def _wait_until_ready(self) -> None:
        """Return when the inference service is ready. Raise `Starting` after `ready_wait_s` seconds."""
        if await self._deps.image_generator.is_ready(wait_s=0):
            return
        note = starting_note(await measurements.usual_start_s(self._deps), self._deps.longest_start_s)
        await self._leased.save(
            lambda job: job.evolve(progress=stage_progress(job, note), updated_at=self._deps.clock())
        )
        started = self._deps.clock()
        if not await self._deps.image_generator.is_ready(wait_s=self._deps.ready_wait_s):
            self._waited_s = (self._deps.clock() - started).total_seconds()
            raise Starting()
        await library_settings.profile(self._deps)

    async def _record_image(self, job_image: JobImage, painting_ms: int) -> None:
        """Record usage, then save the job. An image counts as stored when both are done."""
        job = self._leased.job
        cost = job.cost_usd + painting_ms * self._deps.gpu_usd_per_hour / MS_PER_HOUR
        total_ms = job.timings.painting_ms + painting_ms
        await ledger.record_job(self._deps, job, images=len(job.stored) + 1, cost_usd=cost)
        now = self._deps.clock()
        await self._leased.save(
            lambda job: job.with_image(job_image.id, state="stored").evolve(
                # Only failures in a row end a job, so that a job of many images survives as many short outages.
                failures=0,
                interruptions=0,
                waits=0,
                cost_usd=cost,
                timings=job.timings.evolve(painting_ms=total_ms),
                updated_at=now,
            )
        )

    def _raise_if_canceled(self) -> None:
        if self._leased.job.cancel_requested:
            raise Canceled

    async def _finish(self) -> None:
        now = self._deps.clock()
        await self._leased.save(lambda job: finished(job, now=now))
        job = self._leased.job
        event("job.finished", job_id=job.id, status=job.status, pictures=len(job.stored), attempt=job.attempt)

    async def before_end(self) -> None:
        """Add images to the job whose originals are already stored, so that an ended job leaves no orphaned files."""
        for job_image in self._leased.job.pending:
            try:
                original = await stored_original(self._deps, job_image.id)
                if original is not None:
                    image = await self._save_image(original)
                    await self._record_image(job_image, image.timings.painting_ms)
            except AppError as exc:
                failure("image.not_recovered", exc, job_id=self._leased.job.id, image_id=job_image.id)

    def after_error(self, job: Job, error: AppError, *, now: datetime, jitter: float) -> retry.Retry:
        """Return the retry decision. Waiting for the inference service counts toward the job's deadline."""
        return retry.after_error(job, error, now=now, jitter=jitter, waited_s=self._waited_s)

    def waiting(self, job: Job) -> Job:
        """Return the job with the progress of a stage without generation."""
        return job.evolve(progress=stage_progress(job))
