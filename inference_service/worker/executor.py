"""Executor: runs the scheduler's batches with the engine, and limits a failure to the request that caused it."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from inference_service.engine import Bucket, Engine, EngineBroken, RequestsCanceled, WeightsInUse
from inference_service.errors import GenerationFailed, OutOfMemory, ServiceError
from inference_service.events import event
from inference_service.metrics import Metrics
from inference_service.requests.queued_request import QueuedRequest
from inference_service.requests.request_queue import RequestQueue
from inference_service.scheduler.request_job import ImageTask, create_job
from inference_service.scheduler.scheduler import Batch, BatchScheduler
from inference_service.worker.encoder_pool import EncoderPool, location

ESTIMATE_INTERVAL_S = 0.25  # Seconds between two updates of the estimates. Callers read them no more often.
CAPS_INTERVAL_S = 0.25  # Seconds for which the engine's row limits of a bucket are reused.

Result = TypeVar("Result")


class Executor:
    """Open requests on the engine thread, from their arrival to their decoded images."""

    def __init__(self, engine: Engine, queue: RequestQueue, encoder_pool: EncoderPool, metrics: Metrics) -> None:
        self._engine, self._queue, self._encoder_pool, self._metrics = engine, queue, encoder_pool, metrics
        self._scheduler = BatchScheduler()
        self._estimated_at = 0.0
        self._weights: object = None  # Weights of the last started row.
        self._caps_bucket: Bucket | None = None
        self._caps_read_at = 0.0

    @property
    def is_empty(self) -> bool:
        return not self._scheduler.jobs

    def admit(self, new_requests: Sequence[QueuedRequest]) -> None:
        """Add new requests between two batches."""
        for request in new_requests:
            try:
                bucket = self._engine.bucket(request.validated.images[0])
            except EngineBroken:
                raise
            except Exception as exc:  # noqa: BLE001 - one request's failure ends no turn
                self._fail(request, exc)
                continue
            self._scheduler.add(create_job(request, bucket))
            self._estimated_at = 0.0

    def run_batch(self) -> None:
        """Remove ended requests, and run one batch."""
        for job in self._scheduler.jobs:
            if not job.request.is_open:
                self._scheduler.remove(job)
        now = time.monotonic()
        batch = self._scheduler.next(now)
        if batch is None:
            return
        if now - self._estimated_at >= ESTIMATE_INTERVAL_S and self._scheduler.cost_model.has_samples:
            self._estimated_at = now
            self._queue.update_estimates(
                [(job.request, left_s) for job, left_s in self._scheduler.completion_estimates(now)]
            )
        if batch.decodes:
            self._decode(batch)
        else:
            self._step(batch)

    def _step(self, batch: Batch) -> None:
        tasks = self._started_tasks(batch)
        if not tasks:
            return
        batch = replace(batch, tasks=tasks)
        rows = [task.row for task in tasks if task.row is not None]
        steps = [task.steps_done for task in tasks]
        began = time.monotonic()

        def step() -> bool:
            self._engine.step(rows, lambda: self._on_step(tasks))
            return True

        if not self._run_guarded(batch, step):
            return
        seconds = time.monotonic() - began
        batch.share_out(seconds)
        for task in tasks:
            task.advance()
        # A pipeline that runs as a whole has as many forwards as steps.
        forwards = max(task.steps_done - steps_before for task, steps_before in zip(tasks, steps, strict=True))
        self._scheduler.record_duration(batch, seconds, forwards=max(1, forwards))
        self._update_caps(batch)
        self._metrics.observe_batch(str(batch.bucket), len(tasks), batch.batch_rows, seconds)
        for task in tasks:
            self._preview(task)

    def _decode(self, batch: Batch) -> None:
        rows = [task.row for task in batch.tasks if task.row is not None]
        began = time.monotonic()
        decoded_images = self._run_guarded(batch, lambda: self._engine.decode(rows))
        if decoded_images is None:
            return
        now = time.monotonic()
        bucket = str(batch.bucket)
        self._scheduler.record_duration(batch, now - began)
        batch.share_out(now - began)
        self._update_caps(batch)
        self._metrics.observe_decode(bucket, len(rows), now - began)
        for task, decoded in zip(batch.tasks, decoded_images, strict=True):
            job, request, seconds = task.job, task.job.request, now - task.started_at
            self._encoder_pool.submit_image(request, task.index, decoded, bucket=bucket, ms=round(task.device_s * 1000))
            event(
                "image.generated",
                ms=round(seconds * 1000),
                steps=task.spec.steps,
                bucket=bucket,
                sampler=decoded.sampler,
                waited_ms=round((task.started_at - request.accepted_at) * 1000),
            )
            self._metrics.record_image(bucket, task.spec.steps, seconds)
            job.remove_task(task)
            if job.is_done:
                self._scheduler.remove(job)

    def _started_tasks(self, batch: Batch) -> list[ImageTask]:
        """Return the batch's tasks whose rows are started or could be started now.

        Starting rows takes at most as long as the batch itself, so that rows in progress don't wait for many others.
        """
        started: list[ImageTask] = []
        budget_s = self._scheduler.cost_model.step_cost(batch.bucket).seconds(batch.batch_rows)
        for task in batch.tasks:
            if task.row is None:
                if started and budget_s <= 0:
                    break
                began = time.monotonic()
                if not self._start(task):
                    continue
                budget_s -= time.monotonic() - began
            started.append(task)
        return started

    def _start(self, task: ImageTask) -> bool:
        request, flow = task.job.request, task.job.flow
        if not self._queue.mark_started(request):
            return False
        single = Batch(bucket=flow.bucket, tasks=[task], decodes=False)
        began = time.monotonic()
        try:
            row = self._run_guarded(single, lambda: self._engine.start(task.spec))
        except WeightsInUse:
            if not self._scheduler.defer_flow(flow):
                gc.collect()  # No row is open, but a reference cycle may still hold one.
                self._handle_out_of_memory(single)
            return False
        if row is None:
            return False
        now = time.monotonic()
        self._scheduler.charge(task, now - began)
        task.device_s += now - began
        if self._weights != flow.weights:
            self._weights = flow.weights
            self._scheduler.cost_model.record_switch(now - began)
        task.start(row, now=now)
        return True

    def _on_step(self, tasks: Sequence[ImageTask]) -> None:
        """Update the progress during a pipeline that runs as a whole, and stop it if all requests have ended."""
        for task in tasks:
            task.advance()
            self._preview(task)
        if not any(task.job.request.is_open for task in tasks):
            raise RequestsCanceled

    def _preview(self, task: ImageTask) -> None:
        """Take a preview if one is due."""
        if task.row is None or not task.is_preview_due:
            return
        number, task.previews = task.previews, task.previews + 1
        try:
            image = self._engine.preview(task.row)
        except EngineBroken:
            raise
        except Exception as exc:  # noqa: BLE001 - one request's failure ends no turn
            event("preview.failed", error=type(exc).__name__, at=location(exc))
            return
        if image is not None:
            self._encoder_pool.submit_preview(task.job.request, task.index, number, image)

    def _update_caps(self, batch: Batch) -> None:
        """Update the row limits. On a GPU this is a driver call, so not after every batch."""
        bucket, now = batch.bucket, time.monotonic()
        if bucket == self._caps_bucket and now - self._caps_read_at < CAPS_INTERVAL_S:
            return
        self._caps_bucket, self._caps_read_at = bucket, now
        self._scheduler.set_caps(bucket, step=self._engine.row_cap(bucket), decode=self._engine.decode_cap(bucket))

    def _run_guarded(self, batch: Batch, operation: Callable[[], Result]) -> Result | None:
        """Return the operation's result, or None after handling its failure."""
        try:
            return operation()
        except (EngineBroken, WeightsInUse):
            raise
        except RequestsCanceled:
            pass
        except OutOfMemory as exc:
            self._metrics.record_out_of_memory(str(batch.bucket))
            event("device.out_of_memory", bucket=str(batch.bucket), rows=len(batch.tasks), decodes=batch.decodes)
            self._handle_out_of_memory(batch, exc)
        except Exception as exc:  # noqa: BLE001 - one request's failure ends no turn
            if len(batch.tasks) == 1:
                self._fail(batch.tasks[0].job.request, exc)
            else:
                # No row has advanced. Each continues alone, so the row at fault is the one that fails again.
                event("batch.failed", error=type(exc).__name__, at=location(exc), rows=len(batch.tasks))
                for task in batch.tasks:
                    task.runs_alone = True
        return None

    def _handle_out_of_memory(self, batch: Batch, error: ServiceError | None = None) -> None:
        if not self._scheduler.handle_out_of_memory(batch, time.monotonic()):
            self._queue.fail(batch.tasks[0].job.request, error or OutOfMemory(param="size"))

    def _fail(self, request: QueuedRequest, exc: Exception) -> None:
        if isinstance(exc, ServiceError):
            self._queue.fail(request, exc)
            return
        # The message may contain the prompt. The location doesn't.
        event("image.failed", error=type(exc).__name__, at=location(exc))
        self._queue.fail(request, GenerationFailed())
