"""Routes of /v1/images/generations: generate images, and get or cancel a request by its ID."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable, Iterator

from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from inference_service.api import responses
from inference_service.config.intervals import Intervals
from inference_service.config.settings import Settings
from inference_service.errors import InvalidField, ServiceError
from inference_service.metrics import Metrics
from inference_service.requests import validation
from inference_service.requests.queued_request import OPEN_STATES, RequestSnapshot
from inference_service.requests.request_body import parse
from inference_service.requests.request_queue import RequestQueue, Subscription
from inference_service.requests.validation import ValidatedRequest
from inference_service.server.client_connection import disconnect_watcher, receive_timeout, set_send_timeout

POLL_S = 0.25  # How soon a disconnect is detected, and the minimum time between two progress events.
REQUEST_ID = re.compile(r"[A-Za-z0-9_.:-]{1,128}")
CLOSED_BY_CALLER = 499  # The client is gone and doesn't receive this status. It is recorded in the metrics.


def blueprint(queue: RequestQueue, settings: Settings, metrics: Metrics, intervals: Intervals) -> Blueprint:
    """Return the routes for this queue."""
    routes = Blueprint("generations", __name__)

    @routes.post("/v1/images/generations")
    def create_image() -> Response:
        bucket_name = ""
        try:
            validated = _validated_request(queue, settings)
            bucket_name = validated.bucket_name
            request_id, progress = _request_id(), _progress()
            subscription = queue.submit(validated, request_id)
        except ServiceError as rejected:
            metrics.record_rejected(rejected.code, bucket_name)
            raise
        metrics.record_accepted(bucket_name, validated.priority)
        set_send_timeout(request.environ)
        disconnected = disconnect_watcher(request.environ)
        if validated.stream:
            previews = validated.partial_images
            events = _events(subscription, disconnected, intervals, previews=previews, progress=progress)
            response = Response(events, mimetype="text/event-stream")
            response.headers.update({"Cache-Control": "no-cache", "X-Accel-Buffering": "no"})
            # Also called if the stream ends before its first byte, unlike the `finally` of a generator.
            response.call_on_close(subscription.close)
        else:
            response = _wait_for_result(subscription, disconnected)
        response.headers["X-Request-Id"] = request_id or uuid.uuid4().hex
        return response

    @routes.get("/v1/images/generations/<request_id>")
    def get_request(request_id: str) -> Response:
        validated, snapshot = queue.find(request_id)
        return Response(responses.status(request_id, validated, snapshot), mimetype="application/json")

    @routes.delete("/v1/images/generations/<request_id>")
    def cancel_request(request_id: str) -> Response:
        queue.cancel(request_id)
        return Response(status=204)

    return routes


def _validated_request(queue: RequestQueue, settings: Settings) -> ValidatedRequest:
    """Return the validated request, or raise InvalidField."""
    if request.mimetype != "application/json":
        raise InvalidField("`Content-Type` must be `application/json`.", param="Content-Type")
    body = parse(_body())
    priority = validation.parse_priority(request.headers.get("X-Priority"))
    return validation.validate(body, queue.profiles(), settings, priority=priority)


def _body() -> bytes:
    """Return the complete body of the request."""
    try:
        with receive_timeout(request.environ.get("gunicorn.socket")):
            body = request.get_data()
    except RequestEntityTooLarge:
        raise
    except Exception:  # noqa: BLE001 - The server raises its own exceptions for malformed chunks and for callers that stop sending.
        raise InvalidField("The request body is incomplete. Send it again.", param="body") from None
    # A chunked body has no announced length. Flask cuts it at the limit without an error.
    if request.content_length is None and len(body) >= (request.max_content_length or 0):
        raise RequestEntityTooLarge()
    return body


def _request_id() -> str | None:
    """Return the request ID given by the caller, or None."""
    # A gateway may add its own X-Request-Id. Only the caller sets Idempotency-Key.
    for header in ("Idempotency-Key", "X-Request-Id"):
        request_id = request.headers.get(header)
        if request_id is None:
            continue
        if not REQUEST_ID.fullmatch(request_id):
            raise InvalidField(
                f"`{header}` must have 1 to 128 characters: letters, digits, or any of `_.:-`.", param=header
            )
        return request_id
    return None


def _progress() -> bool:
    """Return whether the stream includes progress events."""
    value = request.headers.get("X-Progress", "0")
    if value not in ("0", "1"):
        raise InvalidField("`X-Progress` must be 1 or 0.", param="X-Progress")
    return value == "1"


def _wait_for_result(subscription: Subscription, disconnected: Callable[[], bool]) -> Response:
    """Wait until the request ends, and return its result."""
    try:
        snapshot = subscription.wait(POLL_S)
        while snapshot.state in OPEN_STATES:
            if disconnected():
                return Response(status=CLOSED_BY_CALLER)
            snapshot = subscription.wait(POLL_S)
    finally:
        subscription.close()
    if snapshot.error is not None:
        raise snapshot.error
    return Response(responses.result(subscription.request.validated, snapshot), mimetype="application/json")


def _events(
    subscription: Subscription, disconnected: Callable[[], bool], intervals: Intervals, *, previews: int, progress: bool
) -> Iterator[bytes]:
    """Yield the request's server-sent events until it ends or the caller disconnects.

    A caller that joins a running request receives the previews requested by the first caller, at most as many as it
    requested itself.
    """
    yield responses.comment("accepted")
    validated = subscription.request.validated
    sent_at = time.monotonic()
    previews_sent = images_sent = 0
    last_progress: tuple[int, int] | None = None  # Step and position of the last progress event.
    while True:
        snapshot = subscription.wait(POLL_S)
        for preview in snapshot.previews[previews_sent:]:
            if preview.number < previews:
                yield responses.partial_event(validated, preview)
                sent_at = time.monotonic()
        for image in snapshot.finished[images_sent:]:
            if image.data is not None:
                yield responses.completed_event(validated, image)
            elif progress:
                yield responses.blocked_event(image)
            sent_at = time.monotonic()
        previews_sent, images_sent = len(snapshot.previews), len(snapshot.finished)
        if snapshot.state not in OPEN_STATES:
            break
        if disconnected():
            return
        now = time.monotonic()
        if progress and now - sent_at >= _progress_interval(snapshot, last_progress, intervals.progress_s):
            yield responses.progress_event(snapshot)
            sent_at, last_progress = now, (snapshot.step, snapshot.position)
        elif now - sent_at >= intervals.keep_alive_s:
            yield responses.comment("alive")
            sent_at = now
    if snapshot.error is not None:
        yield responses.error_event(snapshot.error.body())


def _progress_interval(snapshot: RequestSnapshot, last_progress: tuple[int, int] | None, longest_s: float) -> float:
    """Return the seconds without an event after which the next progress event is due; 0 for the first one."""
    if last_progress is None:
        return 0
    return POLL_S if (snapshot.step, snapshot.position) != last_progress else longest_s
