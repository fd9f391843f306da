"""The studio: the one thread that owns the model and paints what the desk hands it, and the encoders beside it."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from inference_service.desk import Desk
from inference_service.engine import Abandoned, Engine, EngineBroken, Painting, Picture
from inference_service.errors import PaintingFailed, ServiceError
from inference_service.events import event
from inference_service.metrics import Metrics
from inference_service.schema import Order
from inference_service.tickets import Finished, Ticket

Encode = Callable[[Order, Picture, Painting], bytes]
"""Turns one painted picture of an order into the bytes of its file."""

ENCODERS = 2
JOIN_S = 10.0  # how long closing waits for the engine thread to see that nobody waits any more


class Studio:
    """Loads the model and paints, from `start` to `close`."""

    def __init__(self, engine: Engine, encode: Encode, desk: Desk, metrics: Metrics) -> None:
        self._engine, self._encode, self._desk, self._metrics = engine, encode, desk, metrics
        self._encoders = ThreadPoolExecutor(ENCODERS, thread_name_prefix="encoder")
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def drain(self, seconds: float) -> None:
        """Send away who waits, finish what is being painted if that takes no longer than this, and close."""
        self._desk.drains()
        self._thread.join(seconds)
        if not self._thread.is_alive():
            self._encoders.shutdown(wait=True)
        self.close()

    def close(self) -> None:
        """End what is open, and let the engine thread finish the step that it is in."""
        self._desk.closes()
        self._thread.join(JOIN_S)
        self._encoders.shutdown(wait=True, cancel_futures=True)

    def _run(self) -> None:
        began = time.monotonic()
        try:
            profile = self._engine.setup()
        except Exception as exc:
            reason = _first_line(exc)
            event("engine.failed", error=type(exc).__name__, reason=reason)
            self._desk.fails(f"The model could not be loaded: {reason}")
            return
        event("engine.ready", model=profile.model, revision=profile.revision, ms=round(_since(began) * 1000))
        self._desk.opens(profile)
        while (ticket := self._desk.take()) is not None:
            try:
                self._paint(ticket)
            except EngineBroken as exc:
                event("engine.broken", reason=_first_line(exc))
                self._desk.fails("The device failed and needs a restart.", broken=True)
                return

    def _paint(self, ticket: Ticket) -> None:
        waited_ms = round(_since(ticket.accepted_at) * 1000)
        done = 0
        for index, picture in enumerate(ticket.order.pictures):
            stopwatch = _Stopwatch(self._desk, ticket, picture, done)
            try:
                painting = self._engine.paint(picture, stopwatch.on_step)
            except Abandoned:
                return
            except EngineBroken:
                raise
            except ServiceError as exc:
                self._desk.fail(ticket, exc)
                return
            except Exception as exc:
                # The message may quote the prompt; the place does not.
                event("picture.failed", error=type(exc).__name__, at=_place(exc))
                self._desk.fail(ticket, PaintingFailed())
                return
            stopwatch.on_painted()
            done += picture.steps
            event(
                "picture.painted",
                ms=painting.ms,
                steps=picture.steps,
                size=ticket.order.size,
                sampler=painting.sampler,
                blocked=painting.blocked,
                waited_ms=waited_ms,
            )
            self._metrics.painting.observe(painting.ms / 1000)
            self._metrics.steps.inc(picture.steps)
            try:
                self._encoders.submit(self._deliver, ticket, index, painting)
            except RuntimeError:
                return  # closed meanwhile

    def _deliver(self, ticket: Ticket, index: int, painting: Painting) -> None:
        """Encode one picture and hand it to the desk.  Runs on an encoder thread."""
        began = time.monotonic()
        try:
            data = None
            if not painting.blocked:
                data = self._encode(ticket.order, ticket.order.pictures[index], painting)
        except Exception as exc:
            event("encoding.failed", error=type(exc).__name__, at=_place(exc))
            self._desk.fail(ticket, PaintingFailed())
            return
        self._metrics.encoding.observe(_since(began))
        self._desk.deliver(
            ticket,
            Finished(
                index=index,
                data=data,
                sampler=painting.sampler,
                text_tokens=painting.text_tokens,
                ms=painting.ms,
            ),
        )


class _Stopwatch:
    """Tells the desk of each step of one picture, and how long it took."""

    def __init__(self, desk: Desk, ticket: Ticket, picture: Picture, done: int) -> None:
        self._desk, self._ticket, self._picture, self._done = desk, ticket, picture, done
        self._last = time.monotonic()

    def on_step(self, step: int) -> None:
        self._desk.stepped(self._ticket, self._picture, self._done + step, self._lap())

    def on_painted(self) -> None:
        self._desk.painted(self._ticket, self._picture, self._lap())

    def _lap(self) -> float:
        last, self._last = self._last, time.monotonic()
        return self._last - last


def _since(moment: float) -> float:
    return time.monotonic() - moment


def _first_line(exc: Exception) -> str:
    lines = str(exc).strip().splitlines()
    return lines[0][:300] if lines else type(exc).__name__


def _place(exc: Exception) -> str:
    """File and line of the innermost frame."""
    frames = traceback.extract_tb(exc.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""
