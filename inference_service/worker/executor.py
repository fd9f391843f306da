"""The easel: carries out the schedule's turns with the engine, and sees to it that a failure stays its request's."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from inference_service.engine import Abandoned, Bucket, Engine, EngineBroken, Occupied
from inference_service.errors import OutOfMemory, PaintingFailed, ServiceError
from inference_service.events import event
from inference_service.metrics import Metrics
from inference_service.requests.queued_request import Ticket
from inference_service.requests.request_queue import Desk
from inference_service.scheduler.request_job import Canvas, job_of
from inference_service.scheduler.scheduler import Schedule, Turn
from inference_service.worker.encoder_pool import Delivery, place

FORESEE_S = 0.25  # how often the requests' ends are foreseen anew; callers look no more often
LIMIT_S = 0.25  # how long it holds what the engine says of the room for a bucket's rows

T = TypeVar("T")


class Easel:
    """Open requests on the device's thread, between their arrival and their decoded pictures."""

    def __init__(self, engine: Engine, desk: Desk, delivery: Delivery, metrics: Metrics) -> None:
        self._engine, self._desk, self._delivery, self._metrics = engine, desk, delivery, metrics
        self._schedule = Schedule()
        self._foreseen_at = 0.0
        self._weights: object = None  # those of the row that was entered last
        self._limited: Bucket | None = None
        self._limited_at = 0.0

    @property
    def is_empty(self) -> bool:
        return not self._schedule.jobs

    def take(self, arrived: Sequence[Ticket]) -> None:
        """Requests to paint, admitted between two turns."""
        for ticket in arrived:
            try:
                bucket = self._engine.bucket(ticket.order.pictures[0])
            except EngineBroken:
                raise
            except Exception as exc:
                self._fail(ticket, exc)
                continue
            self._schedule.add(job_of(ticket, bucket))
            self._foreseen_at = 0.0

    def turn(self) -> None:
        """Let go of what nobody waits for any more, and have one turn."""
        for job in self._schedule.jobs:
            if not job.ticket.is_open:
                self._schedule.remove(job)
        now = time.monotonic()
        turn = self._schedule.next(now)
        if turn is None:
            return
        if now - self._foreseen_at >= FORESEE_S and self._schedule.pace.is_known:
            self._foreseen_at = now
            self._desk.foresee([(job.ticket, left_s) for job, left_s in self._schedule.outlook(now)])
        if turn.decodes:
            self._decode(turn)
        else:
            self._step(turn)

    def _step(self, turn: Turn) -> None:
        canvases = self._entered(turn)
        if not canvases:
            return
        turn = replace(turn, canvases=canvases)
        rows = [canvas.row for canvas in canvases if canvas.row is not None]
        steps = [canvas.steps_done for canvas in canvases]
        began = time.monotonic()

        def step() -> bool:
            self._engine.step(rows, lambda: self._between(canvases))
            return True

        if not self._tried(turn, step):
            return
        seconds = time.monotonic() - began
        for canvas in canvases:
            canvas.step()
        # A whole run is as many forwards as it had steps.
        forwards = max(canvas.steps_done - before for canvas, before in zip(canvases, steps, strict=True))
        self._schedule.took(turn, seconds, forwards=max(1, forwards))
        self._limit(turn)
        self._metrics.observe_turn(str(turn.bucket), len(canvases), turn.lanes, seconds)
        for canvas in canvases:
            self._preview(canvas)

    def _decode(self, turn: Turn) -> None:
        rows = [canvas.row for canvas in turn.canvases if canvas.row is not None]
        began = time.monotonic()
        paintings = self._tried(turn, lambda: self._engine.decode(rows))
        if paintings is None:
            return
        now = time.monotonic()
        bucket = str(turn.bucket)
        self._schedule.took(turn, now - began)
        self._limit(turn)
        self._metrics.observe_decode(bucket, len(rows), now - began)
        for canvas, painting in zip(turn.canvases, paintings, strict=True):
            job, ticket, seconds = canvas.job, canvas.job.ticket, now - canvas.entered_at
            self._delivery.picture(ticket, canvas.index, painting, bucket=bucket, ms=round(seconds * 1000))
            event(
                "picture.painted",
                ms=round(seconds * 1000),
                steps=canvas.picture.steps,
                bucket=bucket,
                sampler=painting.sampler,
                waited_ms=round((canvas.entered_at - ticket.accepted_at) * 1000),
            )
            self._metrics.painted(bucket, canvas.picture.steps, seconds)
            job.drop(canvas)
            if job.is_done:
                self._schedule.remove(job)

    def _entered(self, turn: Turn) -> list[Canvas]:
        """The turn's canvases with their rows made; those that cannot be entered now stay behind.

        Entering takes no more time than a turn, so that rows which are on their way need not wait for many.
        """
        entered: list[Canvas] = []
        room_s = self._schedule.pace.line(turn.bucket).seconds(turn.lanes)
        for canvas in turn.canvases:
            if canvas.row is None:
                if entered and room_s <= 0:
                    break
                began = time.monotonic()
                if not self._enter(canvas):
                    continue
                room_s -= time.monotonic() - began
            entered.append(canvas)
        return entered

    def _enter(self, canvas: Canvas) -> bool:
        ticket, flow = canvas.job.ticket, canvas.job.flow
        if not self._desk.begin(ticket):
            return False
        alone = Turn(bucket=flow.bucket, canvases=[canvas], decodes=False)
        began = time.monotonic()
        try:
            row = self._tried(alone, lambda: self._engine.enter(canvas.picture))
        except Occupied:
            if not self._schedule.refused(flow):
                gc.collect()  # no row is open, but one may still be held in a cycle
                self._no_room(alone)
            return False
        if row is None:
            return False
        now = time.monotonic()
        self._schedule.charge(canvas, now - began)
        if self._weights != flow.weights:
            self._weights = flow.weights
            self._schedule.pace.learn_switch(now - began)
        canvas.enter(row, now=now)
        return True

    def _between(self, canvases: Sequence[Canvas]) -> None:
        """Within a turn that is a whole run: tell how far it is, and end it when nobody waits for it."""
        for canvas in canvases:
            canvas.step()
            self._preview(canvas)
        if not any(canvas.job.ticket.is_open for canvas in canvases):
            raise Abandoned

    def _preview(self, canvas: Canvas) -> None:
        """Take one, if one is due."""
        if canvas.row is None or not canvas.preview_is_due:
            return
        number, canvas.previews = canvas.previews, canvas.previews + 1
        try:
            image = self._engine.preview(canvas.row)
        except EngineBroken:
            raise
        except Exception as exc:
            event("preview.failed", error=type(exc).__name__, at=place(exc))
            return
        if image is not None:
            self._delivery.preview(canvas.job.ticket, canvas.index, number, image)

    def _limit(self, turn: Turn) -> None:
        """Ask what fits.  On a GPU that is a question to the driver, so not at every turn."""
        bucket, now = turn.bucket, time.monotonic()
        if bucket == self._limited and now - self._limited_at < LIMIT_S:
            return
        self._limited, self._limited_at = bucket, now
        self._schedule.limit(bucket, step=self._engine.row_cap(bucket), decode=self._engine.decode_cap(bucket))

    def _tried(self, turn: Turn, work: Callable[[], T]) -> T | None:
        """What the work gives; None where it failed, and what follows from that was done."""
        try:
            return work()
        except (EngineBroken, Occupied):
            raise
        except Abandoned:
            pass
        except OutOfMemory as exc:
            self._metrics.out_of_memory(str(turn.bucket))
            event("memory.full", bucket=str(turn.bucket), rows=len(turn.canvases), decodes=turn.decodes)
            self._no_room(turn, exc)
        except Exception as exc:
            if len(turn.canvases) == 1:
                self._fail(turn.canvases[0].job.ticket, exc)
            else:
                # No row has moved: each goes on without company, and the one that fails again is at fault.
                event("turn.failed", error=type(exc).__name__, at=place(exc), rows=len(turn.canvases))
                for canvas in turn.canvases:
                    canvas.alone = True
        return None

    def _no_room(self, turn: Turn, error: ServiceError | None = None) -> None:
        if not self._schedule.found_no_room(turn, time.monotonic()):
            self._desk.fail(turn.canvases[0].job.ticket, error or OutOfMemory(param="size"))

    def _fail(self, ticket: Ticket, exc: Exception) -> None:
        if isinstance(exc, ServiceError):
            self._desk.fail(ticket, exc)
            return
        # The message may quote the prompt; the place does not.
        event("picture.failed", error=type(exc).__name__, at=place(exc))
        self._desk.fail(ticket, PaintingFailed())
