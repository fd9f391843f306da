"""What Prometheus reads.  One registry per app, so that two apps in one process do not collide.

A `bucket` is the text of an `engine.Bucket`, or of what is known of it before the prompt is read
(`Order.kind`), so that the one begins with the other.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from inference_service.requests.admission import Status
from inference_service.requests.request_queue import Desk

STATES = ("starting", "ready", "busy", "failed")
STEP_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
SECONDS = (0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120, 240)
ROWS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)
MOST_BUCKETS = 64  # callers choose sizes and weights, and each new label is memory for good
OTHERS = "others"


class Metrics:
    """Counters and timings of one app, and the desk's state when it is read.  Any thread may call."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._memory: Callable[[], Mapping[str, int]] = dict
        self._buckets: set[str] = set()
        self._lock, self._reading = threading.Lock(), threading.Lock()
        self._registry = registry = CollectorRegistry()

        def counter(name: str, meaning: str, *labels: str) -> Counter:
            return Counter(f"inference_{name}", meaning, labels, registry=registry)

        def histogram(name: str, meaning: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
            return Histogram(f"inference_{name}", meaning, labels, buckets=buckets, registry=registry)

        def gauge(name: str, meaning: str, *labels: str) -> Gauge:
            return Gauge(f"inference_{name}", meaning, labels, registry=registry)

        self._answers = counter("answers", "HTTP answers by route and status", "route", "status")
        self._requests = counter("requests", "Requests that were taken", "bucket", "priority")
        self._rejects = counter("rejects", "Requests that were refused, by the error's code", "bucket", "code")
        self._images = counter("images", "Painted pictures", "bucket")
        self._blocked = counter("blocked", "Pictures that the safety checker held back", "bucket", "category")
        self._steps = counter("steps", "Denoising steps of painted pictures", "bucket")
        self._out_of_memory = counter("out_of_memory", "Turns that the device had no room for", "bucket")
        self._turn = histogram("step_seconds", "One step of the rows of a turn", STEP_SECONDS, "bucket")
        self._rows = histogram("batch_rows", "Pictures that went through the denoiser together", ROWS, "bucket")
        self._lanes = counter("lanes", "Rows of the denoiser's batch, with and without guidance", "bucket")
        self._decode = histogram("decode_seconds", "One batch of latents to pixels", SECONDS, "bucket")
        self._painting = histogram("painting_seconds", "One picture from its first step to its pixels", SECONDS)
        self._encoding = histogram("encoding_seconds", "One picture from pixels to file", STEP_SECONDS, "format")
        self._waiting = gauge("waiting_requests", "Requests in the queue")
        self._running = gauge("running_requests", "Requests being painted")
        self._open = gauge("open_requests", "Requests that wait or are painted", "bucket", "state")
        self._callers = gauge("callers", "Callers that wait for a picture")
        self._state = gauge("state", "1 for the present state", "state")
        self._bytes = gauge("device_memory_bytes", "Memory of the device, by use", "use")

    def watch_memory(self, read: Callable[[], Mapping[str, int]]) -> None:
        """Ask this for the device's memory, in bytes by use, whenever the metrics are read."""
        self._memory = read

    def answered(self, route: str, status: int) -> None:
        """One HTTP answer, whatever it was."""
        self._answers.labels(route, status).inc()

    def accepted(self, bucket: str, priority: str) -> None:
        """A request was taken; joining a running one counts too."""
        self._requests.labels(self._known(bucket), priority).inc()

    def rejected(self, code: str, bucket: str = "") -> None:
        """A request was refused; without a bucket where its body did not become an order."""
        self._rejects.labels(self._known(bucket), code).inc()

    def observe_turn(self, bucket: str, rows: int, lanes: int, seconds: float) -> None:
        """One step of so many pictures of one bucket, which took so many rows of the denoiser's batch."""
        bucket = self._known(bucket)
        self._turn.labels(bucket).observe(seconds)
        self._rows.labels(bucket).observe(rows)
        self._lanes.labels(bucket).inc(lanes)

    def observe_decode(self, bucket: str, pictures: int, seconds: float) -> None:
        """So many pictures were decoded together."""
        self._decode.labels(self._known(bucket)).observe(seconds)

    def observe_encode(self, output_format: str, seconds: float) -> None:
        """One picture became a file."""
        self._encoding.labels(output_format).observe(seconds)

    def painted(self, bucket: str, steps: int, seconds: float) -> None:
        """A picture is done, in so many steps, so long after its first one began."""
        bucket = self._known(bucket)
        self._images.labels(bucket).inc()
        self._steps.labels(bucket).inc(steps)
        self._painting.observe(seconds)

    def blocked(self, bucket: str, category: str) -> None:
        """A painted picture must not be shown."""
        self._blocked.labels(self._known(bucket), category).inc()

    def out_of_memory(self, bucket: str) -> None:
        """A turn or a decode was too large for the device."""
        self._out_of_memory.labels(self._known(bucket)).inc()

    def text(self) -> bytes:
        """Everything in Prometheus' text format."""
        with self._reading:  # two readers would count what is open twice
            self._read(self._desk.status())
            return generate_latest(self._registry)

    def _read(self, status: Status) -> None:
        self._waiting.set(status.waiting)
        self._running.set(status.running)
        self._callers.set(status.callers)
        self._open.clear()
        for (bucket, state), count in status.kinds.items():
            self._open.labels(self._known(bucket), state).inc(count)
        for state in STATES:
            self._state.labels(state).set(float(state == status.state))
        for use, amount in self._memory().items():
            self._bytes.labels(use).set(amount)

    def _known(self, bucket: str) -> str:
        """The bucket as a label, or one for all those beyond the first few dozen."""
        with self._lock:
            if bucket not in self._buckets and len(self._buckets) >= MOST_BUCKETS:
                return OTHERS
            self._buckets.add(bucket)
            return bucket
