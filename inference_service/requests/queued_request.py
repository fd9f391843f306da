"""A request in the queue, its images, and the index of requests by ID."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from enum import StrEnum

from inference_service.engine import SafetyVerdict
from inference_service.errors import ServiceError
from inference_service.requests.validation import ValidatedRequest


class State(StrEnum):
    QUEUED = "queued"
    GENERATING = "painting"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "cancelled"


TRANSITIONS = {
    State.QUEUED: {State.GENERATING, State.FAILED, State.CANCELED},
    State.GENERATING: {State.SUCCEEDED, State.FAILED, State.CANCELED},
}
OPEN_STATES = frozenset(TRANSITIONS)
REQUEST_BYTES = 8 * 1024  # Upper bound for a request without its texts and images.
SWEEP_S = 1.0  # Minimum time between two searches for expired requests.


@dataclass(frozen=True, kw_only=True)
class FinishedImage:
    """An encoded image of a request. `data` is None if the safety checker blocked the image."""

    index: int
    data: bytes | None = field(repr=False)
    sampler: str
    text_tokens: int
    ms: int  # Share of the device's time.
    blocked: SafetyVerdict | None = None


@dataclass(frozen=True, kw_only=True)
class Preview:
    """A preview of one image of a request."""

    index: int  # Index of the image.
    number: int  # Number of the preview, from 0.
    data: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class RequestSnapshot:
    """State of a request at one point in time."""

    state: State
    step: int
    steps: int
    position: int
    seconds_left: float | None
    previews: tuple[Preview, ...]
    finished: tuple[FinishedImage, ...]
    error: ServiceError | None


@dataclass(frozen=True)
class CompletionEstimate:
    """Estimated completion of a request."""

    position: int  # Number of requests that are likely to complete earlier.
    ready_at: float  # Monotonic clock.


class QueuedRequest:
    """A request from its acceptance to its result. The lock of the queue guards what callers wait for.

    Only the engine thread writes `step` and `estimate`, without notifying callers.
    """

    def __init__(self, validated: ValidatedRequest, lock: threading.Lock) -> None:
        self.validated = validated
        self.state = State.QUEUED
        self.step = 0  # Over all images.
        self.estimate: CompletionEstimate | None = None
        self.finished: list[FinishedImage] = []
        self.previews: list[Preview] = []
        self.error: ServiceError | None = None
        self.callers = 0
        self.version = 0
        self.changed = threading.Condition(lock)
        self.accepted_at = time.monotonic()
        self.ended_at: float | None = None

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def bytes(self) -> int:
        """Approximate memory used by the request in bytes, also for one without a result."""
        spec = self.validated.images[0]
        texts = 4 * (len(spec.prompt) + len(spec.negative_prompt or ""))
        images = sum(len(image.data or b"") for image in self.finished)
        return REQUEST_BYTES + texts + images + sum(len(preview.data) for preview in self.previews)

    def set_state(self, state: State, error: ServiceError | None = None) -> None:
        """Change to another state, if the transition is valid, and notify callers."""
        if state not in TRANSITIONS.get(self.state, ()):
            raise RuntimeError(f"A request that is {self.state} can't change to {state}.")
        self.state, self.error = state, error
        if state not in OPEN_STATES:
            self.ended_at = time.monotonic()
        self.notify()

    def notify(self) -> None:
        """Wake up all callers that wait for this request."""
        self.version += 1
        self.changed.notify_all()


class RequestIndex:
    """Requests by the ID that their caller gave. Ended requests are kept for `ttl_s`, within `max_bytes`."""

    def __init__(self, *, ttl_s: float, max_bytes: int) -> None:
        self._ttl_s, self._max_bytes = ttl_s, max_bytes
        self._requests: dict[str, QueuedRequest] = {}
        self._swept_at = 0.0

    def get(self, request_id: str) -> QueuedRequest | None:
        now = time.monotonic()
        self._sweep(now)
        request = self._requests.get(request_id)
        return None if request is None or self._is_expired(request, now) else request

    def put(self, request_id: str, request: QueuedRequest) -> None:
        self._sweep(time.monotonic())
        self._requests.pop(request_id, None)  # Moves the newest request to the end.
        self._requests[request_id] = request

    def remove(self, request_id: str) -> None:
        self._requests.pop(request_id, None)

    def _is_expired(self, request: QueuedRequest, now: float) -> bool:
        return request.ended_at is not None and now - request.ended_at > self._ttl_s

    def _sweep(self, now: float) -> None:
        """Remove expired requests and those beyond the size limit. There can be thousands, so not on every call."""
        if now - self._swept_at < SWEEP_S:
            return
        self._swept_at = now
        ended = [
            (request_id, each, each.ended_at)
            for request_id, each in self._requests.items()
            if each.ended_at is not None
        ]
        ended.sort(key=lambda item: item[2])
        total_bytes = sum(request.bytes for _, request, _ in ended)
        for request_id, request, _ in ended:
            if total_bytes > self._max_bytes or self._is_expired(request, now):
                total_bytes -= request.bytes
                del self._requests[request_id]
