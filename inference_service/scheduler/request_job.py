"""What is to be done: requests as jobs, their pictures as canvases, and the flows that share the device."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from inference_service.engine import Bucket, Picture, Row
from inference_service.requests.queued_request import Ticket
from inference_service.requests.validation import Priority


@dataclass(frozen=True)
class Flow:
    """Who shares the device with whom: the requests of one bucket and one priority."""

    bucket: Bucket
    priority: Priority

    @property
    def weights(self) -> tuple[str, tuple[tuple[str, float], ...]]:
        """The model and LoRA set that must be on the device."""
        return self.bucket.model, self.bucket.loras


@dataclass(eq=False, kw_only=True, slots=True)
class Canvas:
    """One picture of a request, from before its first turn until it is decoded."""

    job: Job = field(repr=False)
    index: int
    picture: Picture
    turns_left: int
    lanes: int
    row: Row | None = field(default=None, repr=False)  # once it was entered
    entered_at: float = 0.0
    steps_done: int = 0
    previews: int = 0  # taken so far
    alone: bool = False  # it was there when a turn failed, so that it goes on without company
    misfits: int = 0  # times that the device had no room for it alone

    def enter(self, row: Row, *, now: float) -> None:
        """The row is made; from here on it says how much is left."""
        self.row, self.lanes, self.turns_left, self.entered_at = row, row.lanes, row.turns_left, now

    def step(self) -> None:
        """Take over how far the row has come."""
        assert self.row is not None, "only entered rows step"  # noqa: S101
        self.job.ticket.step += self.row.steps_done - self.steps_done
        self.steps_done, self.turns_left = self.row.steps_done, self.row.turns_left
        if self.turns_left == 0 and self in self.job.painting:
            self.job.painting.remove(self)
            self.job.painted.append(self)

    @property
    def preview_is_due(self) -> bool:
        """Whether another one of the order's previews is to be taken: evenly spaced, between first and last step."""
        steps, wanted = self.picture.steps, self.job.ticket.order.partial_images
        if self.previews >= wanted or not 0 < self.steps_done < steps:
            return False
        moments = {-(-steps * number // (wanted + 1)) for number in range(1, wanted + 1)}
        return sum(moment <= self.steps_done for moment in moments) > self.previews


@dataclass(eq=False, kw_only=True, slots=True)
class Job:
    """One request as the planner sees it: its pictures are rows of their own, and it is done with the last."""

    ticket: Ticket
    flow: Flow
    came_at: float  # on the monotonic clock
    size: float = 0.0  # lanes times turns of all its pictures, as it came
    painting: list[Canvas] = field(default_factory=list)
    painted: list[Canvas] = field(default_factory=list)  # to be decoded

    @property
    def canvases(self) -> Sequence[Canvas]:
        return (*self.painting, *self.painted)

    @property
    def is_done(self) -> bool:
        return not self.painting and not self.painted

    def drop(self, canvas: Canvas) -> None:
        """The canvas is decoded; its row is given up."""
        self.painted.remove(canvas)
        canvas.row = None

    def give_up(self) -> None:
        """Let go of all rows: the engine may need their place."""
        for canvas in self.canvases:
            canvas.row = None
        self.painting.clear()
        self.painted.clear()


def job_of(ticket: Ticket, bucket: Bucket) -> Job:
    """The job that a taken request is.  All its pictures share the bucket: they differ in their seeds alone."""
    order = ticket.order
    job = Job(ticket=ticket, flow=Flow(bucket, order.priority), came_at=ticket.accepted_at)
    for index, picture in enumerate(order.pictures):
        lanes = 2 if picture.guidance > 1 else 1  # until the row says so itself
        job.painting.append(Canvas(job=job, index=index, picture=picture, turns_left=picture.steps, lanes=lanes))
        job.size += picture.steps * lanes
    return job
