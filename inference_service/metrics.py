"""Metrics for Prometheus, with one registry per app so that two apps in one process don't collide.

The label `bucket` is the text of an `engine.Bucket`, or its prefix `ValidatedRequest.bucket_name`, which is known
before the prompt is tokenized.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from inference_service.requests.admission import ServiceStatus
from inference_service.requests.request_queue import RequestQueue

STATES = ("starting", "ready", "busy", "failed")
STEP_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
SECONDS = (0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120, 240)
ROWS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)
MAX_BUCKETS = 64  # Callers choose sizes and weights, and each label value uses memory permanently.
OTHERS = "others"


class Metrics:
    """Counters and timings of one app, and the state of its queue when read. Any thread may call."""

    def __init__(self, queue: RequestQueue) -> None:
        self._queue = queue
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

        self._http_responses = counter("http_responses", "HTTP responses by route and status", "route", "status")
        self._requests = counter("requests", "Accepted requests", "bucket", "priority")
        self._rejects = counter("rejects", "Rejected requests by error code", "bucket", "code")
        self._images = counter("images", "Generated images", "bucket")
        self._blocked = counter("blocked", "Images blocked by the safety checker", "bucket", "category")
        self._steps = counter("steps", "Denoising steps of generated images", "bucket")
        self._out_of_memory = counter("out_of_memory", "Batches that ran out of device memory", "bucket")
        self._step_time = histogram("step_seconds", "Duration of one denoising step of a batch", STEP_SECONDS, "bucket")
        self._batch_images = histogram("batch_images", "Images per denoiser batch", ROWS, "bucket")
        self._batch_rows = counter("batch_rows", "Denoiser batch rows, including rows added by guidance", "bucket")
        self._decode_time = histogram("decode_seconds", "Duration of decoding one batch", SECONDS, "bucket")
        self._generation_time = histogram(
            "generation_seconds", "Duration of generating one image, from first step to pixels", SECONDS
        )
        self._encoding_time = histogram("encoding_seconds", "Duration of encoding one image", STEP_SECONDS, "format")
        self._queued = gauge("queued_requests", "Requests in the queue")
        self._running = gauge("running_requests", "Requests in progress")
        self._open = gauge("open_requests", "Requests queued or in progress", "bucket", "state")
        self._callers = gauge("callers", "Connected callers waiting for an image")
        self._state = gauge("state", "1 for the current state, 0 otherwise", "state")
        self._bytes = gauge("device_memory_bytes", "Device memory in bytes by use", "use")

    def watch_memory(self, read: Callable[[], Mapping[str, int]]) -> None:
        """Read the device memory, in bytes by use, with this function whenever the metrics are read."""
        self._memory = read

    def record_response(self, route: str, status: int) -> None:
        """Record an HTTP response."""
        self._http_responses.labels(route, status).inc()

    def record_accepted(self, bucket: str, priority: str) -> None:
        """Record an accepted request, including one that joined a running request."""
        self._requests.labels(self._label(bucket), priority).inc()

    def record_rejected(self, code: str, bucket: str = "") -> None:
        """Record a rejected request. The bucket is empty if the body was invalid."""
        self._rejects.labels(self._label(bucket), code).inc()

    def observe_batch(self, bucket: str, rows: int, batch_rows: int, seconds: float) -> None:
        """Record one step of a batch: its images, its denoiser rows, and its duration."""
        bucket = self._label(bucket)
        self._step_time.labels(bucket).observe(seconds)
        self._batch_images.labels(bucket).observe(rows)
        self._batch_rows.labels(bucket).inc(batch_rows)

    def observe_decode(self, bucket: str, images: int, seconds: float) -> None:
        """Record the decoding of a batch of images."""
        self._decode_time.labels(self._label(bucket)).observe(seconds)

    def observe_encode(self, output_format: str, seconds: float) -> None:
        """Record the encoding of an image."""
        self._encoding_time.labels(output_format).observe(seconds)

    def record_image(self, bucket: str, steps: int, seconds: float) -> None:
        """Record a generated image with its steps and its duration since its first step."""
        bucket = self._label(bucket)
        self._images.labels(bucket).inc()
        self._steps.labels(bucket).inc(steps)
        self._generation_time.observe(seconds)

    def record_blocked(self, bucket: str, category: str) -> None:
        """Record an image blocked by the safety checker."""
        self._blocked.labels(self._label(bucket), category).inc()

    def record_out_of_memory(self, bucket: str) -> None:
        """Record a step or decode that ran out of device memory."""
        self._out_of_memory.labels(self._label(bucket)).inc()

    def text(self) -> bytes:
        """Return all metrics in Prometheus text format."""
        with self._reading:  # Two concurrent readers would count open requests twice.
            self._read(self._queue.status())
            return generate_latest(self._registry)

    def _read(self, status: ServiceStatus) -> None:
        self._queued.set(status.waiting)
        self._running.set(status.running)
        self._callers.set(status.callers)
        self._open.clear()
        for (bucket, state), count in status.open_requests.items():
            self._open.labels(self._label(bucket), state).inc(count)
        for state in STATES:
            self._state.labels(state).set(float(state == status.state))
        for use, amount in self._memory().items():
            self._bytes.labels(use).set(amount)

    def _label(self, bucket: str) -> str:
        """Return the bucket as a label value, or a shared value if there are too many buckets."""
        with self._lock:
            if bucket not in self._buckets and len(self._buckets) >= MAX_BUCKETS:
                return OTHERS
            self._buckets.add(bucket)
            return bucket
