"""Work of the scheduler: requests as jobs, their images as tasks, and the flows that share the device."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from inference_service.engine import Bucket, ImageSpec, Row
from inference_service.requests.queued_request import QueuedRequest
from inference_service.requests.validation import Priority


@dataclass(frozen=True)
class Flow:
    """Requests of one bucket and one priority, which share the device with other flows."""

    bucket: Bucket
    priority: Priority

    @property
    def weights(self) -> tuple[str, tuple[tuple[str, float], ...]]:
        """Model and LoRA set required on the device."""
        return self.bucket.model, self.bucket.loras


@dataclass(eq=False, kw_only=True, slots=True)
class ImageTask:
    """One image of a request, from before its first step until it is decoded."""

    job: RequestJob = field(repr=False)
    index: int
    spec: ImageSpec
    forwards_left: int
    batch_rows: int
    row: Row | None = field(default=None, repr=False)  # None until the row is started.
    started_at: float = 0.0
    device_s: float = 0.0  # Share of the device's time: in a batch, in proportion to the task's rows.
    steps_done: int = 0
    previews: int = 0  # Number of previews taken.
    runs_alone: bool = False  # Set if a batch with this row failed. The row continues alone.
    out_of_memory_count: int = 0  # Number of times that the row alone ran out of memory.

    def start(self, row: Row, *, now: float) -> None:
        """Set the started row, whose properties replace the estimates."""
        self.row, self.batch_rows, self.forwards_left, self.started_at = row, row.batch_rows, row.forwards_left, now

    def advance(self) -> None:
        """Update the progress from the row."""
        assert self.row is not None, "only entered rows step"  # noqa: S101
        self.job.request.step += self.row.steps_done - self.steps_done
        self.steps_done, self.forwards_left = self.row.steps_done, self.row.forwards_left
        if self.forwards_left == 0 and self in self.job.active:
            self.job.active.remove(self)
            self.job.finished.append(self)

    @property
    def is_preview_due(self) -> bool:
        """Whether a preview is due. Previews are evenly spaced between the first and the last step."""
        steps, wanted = self.spec.steps, self.job.request.validated.partial_images
        if self.previews >= wanted or not 0 < self.steps_done < steps:
            return False
        due_steps = {-(-steps * number // (wanted + 1)) for number in range(1, wanted + 1)}
        return sum(due_step <= self.steps_done for due_step in due_steps) > self.previews


@dataclass(eq=False, kw_only=True, slots=True)
class RequestJob:
    """One request in the scheduler. Each image is a task, and the job is done after its last task."""

    request: QueuedRequest
    flow: Flow
    arrived_at: float  # Monotonic clock.
    size: float = 0.0  # Batch rows times steps of all images at arrival.
    active: list[ImageTask] = field(default_factory=list)
    finished: list[ImageTask] = field(default_factory=list)  # Waiting to be decoded.

    @property
    def tasks(self) -> Sequence[ImageTask]:
        return (*self.active, *self.finished)

    @property
    def is_done(self) -> bool:
        return not self.active and not self.finished

    def remove_task(self, task: ImageTask) -> None:
        """Remove a decoded task and release its row."""
        self.finished.remove(task)
        task.row = None

    def release_rows(self) -> None:
        """Release all rows, because the engine may need their memory."""
        for task in self.tasks:
            task.row = None
        self.active.clear()
        self.finished.clear()


def create_job(request: QueuedRequest, bucket: Bucket) -> RequestJob:
    """Return the job of a request. Its images differ only in their seeds, so they share a bucket."""
    validated = request.validated
    job = RequestJob(request=request, flow=Flow(bucket, validated.priority), arrived_at=request.accepted_at)
    for index, spec in enumerate(validated.images):
        batch_rows = 2 if spec.guidance > 1 else 1  # Estimate until the row is started.
        job.active.append(ImageTask(job=job, index=index, spec=spec, forwards_left=spec.steps, batch_rows=batch_rows))
        job.size += spec.steps * batch_rows
    return job
