"""Request queue: accepts, joins, reports, and cancels requests, and keeps their results.

Has no threads of its own and depends neither on HTTP nor on models. The batch scheduler decides the order.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterable, Sequence

from inference_service.errors import Canceled, ContentBlocked, QueueFull, RequestIdReused, RequestNotFound, ServiceError
from inference_service.events import event
from inference_service.models.profile import Profile
from inference_service.requests.admission import Admission, ServiceStatus
from inference_service.requests.queued_request import (
    CompletionEstimate,
    FinishedImage,
    Preview,
    QueuedRequest,
    RequestIndex,
    RequestSnapshot,
    State,
)
from inference_service.requests.validation import ValidatedRequest

MAX_RESULT_BYTES = 256 * 2**20  # Ended requests and their images, over all IDs.
FULL_RETRY_S = 5.0  # Used before any estimate exists.


class Subscription:
    """One caller waiting for a request. An unfinished request is canceled when its last subscription closes."""

    def __init__(self, queue: RequestQueue, request: QueuedRequest) -> None:
        self._queue, self.request = queue, request
        self._seen = -1
        self._closed = False

    def wait(self, timeout_s: float) -> RequestSnapshot:
        """Return the request's state when it differs from the last call or when the timeout expires.

        A new step isn't a change: it would wake up every caller after each batch.
        """
        with self.request.changed:
            self.request.changed.wait_for(lambda: self.request.version != self._seen, timeout_s)
            self._seen = self.request.version
            return self._queue.snapshot(self.request)

    def close(self) -> None:
        """Stop waiting. Closing twice has no further effect."""
        with self.request.changed:
            if not self._closed:
                self._closed = True
                self._queue.unsubscribe(self.request)


class RequestQueue:
    """All requests of this process. Any thread may call the public methods."""

    def __init__(self, *, queue_limit: int, caller_limit: int, ttl_s: float) -> None:
        self._queue_limit, self._caller_limit = queue_limit, caller_limit
        self._lock = threading.Lock()
        self._new_request = threading.Condition(self._lock)
        self._new_requests: list[QueuedRequest] = []  # Not yet taken by the engine thread.
        self._open: set[QueuedRequest] = set()
        self._index = RequestIndex(ttl_s=ttl_s, max_bytes=MAX_RESULT_BYTES)
        self._callers = 0
        self._admission = Admission()

    # Methods for callers.

    def status(self) -> ServiceStatus:
        with self._lock:
            running = sum(request.state is State.GENERATING for request in self._open)
            return ServiceStatus(
                state=self._admission.state(busy=bool(self._open)),
                accepts=self._admission.is_accepting and not self._is_full(),
                percent=self._admission.percent,
                waiting=len(self._open) - running,
                running=running,
                callers=self._callers,
                open_requests=Counter((request.validated.bucket_name, request.state.value) for request in self._open),
                reason=self._admission.failure,
                broken=self._admission.broken,
            )

    def profiles(self) -> tuple[Profile, ...]:
        """Return the profiles of all models, the default first, or raise ServiceUnavailable."""
        with self._lock:
            return self._admission.require_ready()

    def submit(self, validated: ValidatedRequest, request_id: str | None = None) -> Subscription:
        """Subscribe to the open or completed request with this ID, or to a new request.

        Raises QueueFull, RequestIdReused if the ID belongs to a request with another body, or ServiceUnavailable.
        """
        with self._lock:
            self._admission.require_ready()
            request = self._index.get(request_id) if request_id is not None else None
            if request is not None and request.state in (State.FAILED, State.CANCELED):
                request = None  # A failed or canceled request is repeated.
            if request is not None and request.validated.digest != validated.digest:
                raise RequestIdReused(param="X-Request-Id")
            if self._callers >= self._caller_limit or (request is None and self._is_full()):
                raise QueueFull(retry_after_s=self._seconds_until_free())
            if request is None:
                request = QueuedRequest(validated, self._lock)
                self._open.add(request)
                self._new_requests.append(request)
                self._new_request.notify()
                if request_id is not None:
                    self._index.put(request_id, request)
            request.callers += 1
            self._callers += 1
            return Subscription(self, request)

    def find(self, request_id: str) -> tuple[ValidatedRequest, RequestSnapshot]:
        """Return the state of the request with this ID, or raise RequestNotFound."""
        with self._lock:
            request = self._index.get(request_id)
            if request is None:
                raise RequestNotFound()
            return request.validated, self.snapshot(request)

    def cancel(self, request_id: str) -> None:
        """Cancel the request with this ID for all callers and delete its result, or raise RequestNotFound."""
        with self._lock:
            request = self._index.get(request_id)
            if request is None:
                raise RequestNotFound()
            self._end(request, State.CANCELED, Canceled())
            self._index.remove(request_id)

    # Methods for the engine thread and the encoders.

    def set_load_progress(self, percent: int) -> None:
        """Set the loading progress."""
        with self._lock:
            self._admission.percent = percent

    def set_ready(self, profiles: tuple[Profile, ...]) -> None:
        """Set the loaded models, and accept requests from now on."""
        with self._lock:
            self._admission.profiles, self._admission.percent = profiles, 100

    def set_failed(self, reason: str, *, broken: bool = False) -> None:
        """Refuse requests from now on, and end open requests with an error."""
        with self._lock:
            self._admission.failure, self._admission.broken = reason, broken
            self._end_all(self._open, self._admission.model_failed())

    def drain(self) -> None:
        """Refuse requests from now on, and end queued requests with an error."""
        with self._lock:
            self._admission.draining = True
            queued = (request for request in self._open if request.state is State.QUEUED)
            self._end_all(queued, self._admission.shutting_down())
            self._new_request.notify_all()

    def close(self) -> None:
        """Drain, and also end running requests with an error."""
        self.drain()
        with self._lock:
            self._end_all(self._open, self._admission.shutting_down())

    def take_new_requests(self, timeout_s: float | None) -> list[QueuedRequest]:
        """Return requests added since the last call.

        Waits up to `timeout_s`, or if it is None, until a request arrives or the queue drains.
        """
        with self._lock:
            if timeout_s != 0:
                self._new_request.wait_for(lambda: self._new_requests or self._admission.draining, timeout_s)
            new_requests, self._new_requests = self._new_requests, []
            return [request for request in new_requests if request.is_open]

    @property
    def is_draining(self) -> bool:
        return self._admission.draining

    def mark_started(self, request: QueuedRequest) -> bool:
        """Set the request's state before its first row starts. Return False if the request has ended."""
        with self._lock:
            if request.state is State.QUEUED:
                request.set_state(State.GENERATING)
            return request.is_open

    def update_estimates(self, seconds: Sequence[tuple[QueuedRequest, float]]) -> None:
        """Set the estimates of all open requests, given in order of completion with the remaining seconds."""
        now = time.monotonic()
        for position, (request, left_s) in enumerate(seconds):
            request.estimate = CompletionEstimate(position, now + left_s)

    def add_preview(self, request: QueuedRequest, preview: Preview) -> None:
        """Add an encoded preview, unless its image is finished."""
        with self._lock:
            if request.is_open and all(image.index != preview.index for image in request.finished):
                request.previews.append(preview)
                request.notify()

    def add_image(self, request: QueuedRequest, image: FinishedImage) -> None:
        """Add an encoded image. The last one completes the request."""
        with self._lock:
            if not request.is_open:
                return
            request.finished.append(image)
            if len(request.finished) < len(request.validated.images):
                request.notify()
            elif any(image.data for image in request.finished):
                self._end(request, State.SUCCEEDED)
            else:
                self._end(request, State.FAILED, ContentBlocked())

    def fail(self, request: QueuedRequest, error: ServiceError) -> None:
        """End the request with this error."""
        with self._lock:
            self._end(request, State.FAILED, error)

    # Methods for subscriptions. They hold the lock.

    def snapshot(self, request: QueuedRequest) -> RequestSnapshot:
        position, seconds_left = 0, None
        if request.is_open and request.estimate is not None:
            seconds_left = max(0.0, request.estimate.ready_at - time.monotonic())
        if request.state is State.QUEUED:
            estimate = request.estimate
            position = estimate.position if estimate is not None else len(self._open) - 1
        return RequestSnapshot(
            state=request.state,
            step=request.step,
            steps=request.validated.steps,
            position=position,
            seconds_left=seconds_left,
            previews=tuple(request.previews),
            finished=tuple(request.finished),
            error=request.error,
        )

    def unsubscribe(self, request: QueuedRequest) -> None:
        request.callers -= 1
        self._callers -= 1
        if request.callers == 0 and request.is_open:
            event("request.abandoned", state=request.state, step=request.step, steps=request.validated.steps)
            self._end(request, State.CANCELED, Canceled())

    def _is_full(self) -> bool:
        return len(self._open) > self._queue_limit

    def _seconds_until_free(self) -> float:
        """Return the seconds until an open request is likely to complete."""
        ends = [request.estimate.ready_at for request in self._open if request.estimate is not None]
        return min(ends) - time.monotonic() if ends else FULL_RETRY_S

    def _end(self, request: QueuedRequest, state: State, error: ServiceError | None = None) -> None:
        if request.is_open:
            self._open.discard(request)
            request.set_state(state, error)

    def _end_all(self, requests: Iterable[QueuedRequest], error: ServiceError) -> None:
        for request in list(requests):
            self._end(request, State.FAILED, error)
