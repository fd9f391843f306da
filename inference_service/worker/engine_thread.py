"""The studio: the one thread that owns the device, and paints turn by turn what the schedule says."""

from __future__ import annotations

import threading
import time

from inference_service.engine import Engine, EngineBroken
from inference_service.events import event
from inference_service.metrics import Metrics
from inference_service.requests.request_queue import Desk
from inference_service.worker.encoder_pool import Delivery, Encode, EncodePreview, place
from inference_service.worker.executor import Easel

JOIN_S = 10.0  # how long closing waits for the engine thread to see that nobody waits any more
QUIET_S = 0.5  # without a request, after which the engine may do what can wait


class Studio:
    """Loads the models and paints, from `start` to `close`."""

    def __init__(
        self, engine: Engine, encode: Encode, encode_preview: EncodePreview, desk: Desk, metrics: Metrics
    ) -> None:
        self._engine, self._desk = engine, desk
        self._delivery = Delivery(engine.check, encode, encode_preview, desk, metrics)
        self._easel = Easel(engine, desk, self._delivery, metrics)
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def drain(self, seconds: float) -> None:
        """Send away who waits, finish what is being painted if that takes no longer than this, and close."""
        self._desk.drains()
        self._thread.join(seconds)
        if not self._thread.is_alive():
            self._delivery.close(finish=True)
        self.close()

    def close(self) -> None:
        """End what is open, and let the engine thread finish the turn that it is in."""
        self._desk.closes()
        self._thread.join(JOIN_S)
        self._delivery.close(finish=False)

    def _run(self) -> None:
        began = time.monotonic()
        try:
            profiles = self._engine.setup(self._desk.loads)
        except Exception as exc:
            reason = _first_line(exc)
            event("engine.failed", error=type(exc).__name__, reason=reason)
            self._desk.fails(f"The model could not be loaded: {reason}")
            return
        ms = round((time.monotonic() - began) * 1000)
        event("engine.ready", models=[f"{one.model}@{one.revision}" for one in profiles], ms=ms)
        self._desk.opens(profiles)
        try:
            self._paint()
        except EngineBroken as exc:
            event("engine.broken", reason=_first_line(exc))
            self._desk.fails("The device failed and needs a restart.", broken=True)
        except Exception as exc:
            # Not one request's failure: those are told to their callers, and the work goes on.
            event("engine.crashed", error=type(exc).__name__, at=place(exc))
            self._desk.fails("The service failed and needs a restart.", broken=True)

    def _paint(self) -> None:
        rests = False  # nothing is left that the engine could do while nobody asks
        while True:
            idle = self._easel.is_empty
            arrived = self._desk.arrivals((None if rests else QUIET_S) if idle else 0)
            self._easel.take(arrived)
            if not self._easel.is_empty:
                self._easel.turn()
                rests = False
            elif self._desk.is_closing:
                return
            elif not arrived and not rests:
                rests = not self._idle()

    def _idle(self) -> bool:
        """Do one piece of what can wait; False when nothing is left."""
        try:
            return self._engine.idle()
        except EngineBroken:
            raise
        except Exception as exc:
            event("idle.failed", error=type(exc).__name__, at=place(exc))
            return False


def _first_line(exc: Exception) -> str:
    lines = str(exc).strip().splitlines()
    return lines[0][:300] if lines else type(exc).__name__
