"""What Prometheus reads.  One registry per app, so that two apps in one process do not collide."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from inference_service.desk import Desk

STATES = ("starting", "ready", "busy", "failed")
SECONDS = (0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120, 240)


class Metrics:
    """Counters and timings of one app, and the desk's state when it is read."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._registry = registry = CollectorRegistry()
        self.answers = Counter(
            "inference_answers", "HTTP answers by route and status", ["route", "status"], registry=registry
        )
        self.painting = Histogram(
            "inference_painting_seconds", "One picture, from prompt to pixels", buckets=SECONDS, registry=registry
        )
        self.encoding = Histogram(
            "inference_encoding_seconds", "One picture, from pixels to file", buckets=SECONDS, registry=registry
        )
        self.steps = Counter("inference_steps", "Denoising steps of finished pictures", registry=registry)
        self._waiting = Gauge("inference_waiting_requests", "Requests in the queue", registry=registry)
        self._running = Gauge("inference_running_requests", "Requests being painted", registry=registry)
        self._callers = Gauge("inference_callers", "Callers that wait for a picture", registry=registry)
        self._state = Gauge("inference_state", "1 for the present state", ["state"], registry=registry)

    def text(self) -> bytes:
        """Everything in Prometheus' text format."""
        status = self._desk.status()
        self._waiting.set(status.waiting)
        self._running.set(status.running)
        self._callers.set(status.callers)
        for state in STATES:
            self._state.labels(state).set(float(state == status.state))
        return generate_latest(self._registry)
