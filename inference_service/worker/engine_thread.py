"""Engine thread: owns the device and runs the batches that the scheduler selects."""

from __future__ import annotations

import threading
import time

from inference_service.engine import Engine, EngineBroken
from inference_service.events import event
from inference_service.metrics import Metrics
from inference_service.requests.request_queue import RequestQueue
from inference_service.worker.encoder_pool import Encode, EncodePreview, EncoderPool, location
from inference_service.worker.executor import Executor

JOIN_S = 10.0  # Maximum seconds that closing waits for the current batch.


class EngineThread:
    """Loads the models and generates images, from `start` to `close`.

    After `idle_s` seconds without a request, the engine may run background tasks.
    """

    def __init__(
        self,
        engine: Engine,
        encode: Encode,
        encode_preview: EncodePreview,
        queue: RequestQueue,
        metrics: Metrics,
        *,
        idle_s: float,
    ) -> None:
        self._engine, self._queue, self._idle_s = engine, queue, idle_s
        self._encoder_pool = EncoderPool(engine.check, encode, encode_preview, queue, metrics)
        self._executor = Executor(engine, queue, self._encoder_pool, metrics)
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def drain(self, seconds: float) -> None:
        """Refuse queued requests, finish running ones within `seconds`, and close."""
        self._queue.drain()
        self._thread.join(seconds)
        if not self._thread.is_alive():
            self._encoder_pool.close(finish=True)
        self.close()

    def close(self) -> None:
        """End open requests, and wait for the current batch."""
        self._queue.close()
        self._thread.join(JOIN_S)
        self._encoder_pool.close(finish=False)

    def _run(self) -> None:
        began = time.monotonic()
        try:
            profiles = self._engine.setup(self._queue.set_load_progress)
        except Exception as exc:  # noqa: BLE001 - the thread must outlive what it runs
            reason = _first_line(exc)
            event("engine.failed", error=type(exc).__name__, reason=reason)
            self._queue.set_failed(f"Couldn't load the model: {reason}")
            return
        ms = round((time.monotonic() - began) * 1000)
        event("engine.ready", models=[f"{one.model}@{one.revision}" for one in profiles], ms=ms)
        self._queue.set_ready(profiles)
        try:
            self._run_batches()
        except EngineBroken as exc:
            event("device.failed", reason=_first_line(exc))
            self._queue.set_failed("The device failed. Restart the service.", broken=True)
        except Exception as exc:  # noqa: BLE001 - the thread must outlive what it runs
            # This isn't the failure of a single request. Those are reported to their callers and don't end the loop.
            event("engine.crashed", error=type(exc).__name__, at=location(exc))
            self._queue.set_failed("The service failed. Restart it.", broken=True)

    def _run_batches(self) -> None:
        idle_work_done = False  # No background task is left until the next request.
        while True:
            is_idle = self._executor.is_empty
            new_requests = self._queue.take_new_requests((None if idle_work_done else self._idle_s) if is_idle else 0)
            self._executor.admit(new_requests)
            if not self._executor.is_empty:
                self._executor.run_batch()
                idle_work_done = False
            elif self._queue.is_draining:
                return
            elif not new_requests and not idle_work_done:
                idle_work_done = not self._run_background_task()

    def _run_background_task(self) -> bool:
        """Run one background task. Return False if none is left."""
        try:
            return self._engine.idle()
        except EngineBroken:
            raise
        except Exception as exc:  # noqa: BLE001 - the thread must outlive what it runs
            event("background_task.failed", error=type(exc).__name__, at=location(exc))
            return False


def _first_line(exc: Exception) -> str:
    lines = str(exc).strip().splitlines()
    return lines[0][:300] if lines else type(exc).__name__
