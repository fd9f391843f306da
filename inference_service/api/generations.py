"""The routes of /v1/images/generations: ask for pictures, watch, join and cancel a named request."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable, Iterator

from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from inference_service.api import responses
from inference_service.config.settings import Settings
from inference_service.errors import BadField, ServiceError
from inference_service.metrics import Metrics
from inference_service.requests import validation
from inference_service.requests.queued_request import OPEN, View
from inference_service.requests.request_body import parse
from inference_service.requests.request_queue import Desk, Seat
from inference_service.requests.validation import Order
from inference_service.server.client_connection import arriving, drop_if_unread, watcher

POLL_S = 0.25  # how soon a hang-up is seen, and the least time between two progress events
PROGRESS_S = 1.0  # the longest time between two progress events
ALIVE_S = 10.0  # platforms cut connections that are silent for minutes
NAME = re.compile(r"[A-Za-z0-9_.:-]{1,128}")
CLOSED_BY_CALLER = 499  # nobody reads this answer; it is for the metrics


def blueprint(desk: Desk, settings: Settings, metrics: Metrics) -> Blueprint:
    """The routes over this desk."""
    routes = Blueprint("generations", __name__)

    @routes.post("/v1/images/generations")
    def generate() -> Response:
        kind = ""
        try:
            order = _order(desk, settings)
            kind = order.kind
            name, progress = _name(), _progress()
            seat = desk.submit(order, name)
        except ServiceError as refused:
            metrics.rejected(refused.code, kind)
            raise
        metrics.accepted(kind, order.priority)
        drop_if_unread(request.environ)
        hung_up = watcher(request.environ)
        if order.stream:
            events = _events(seat, hung_up, previews=order.partial_images, progress=progress)
            answer = Response(events, mimetype="text/event-stream")
            answer.headers.update({"Cache-Control": "no-cache", "X-Accel-Buffering": "no"})
            # Also called when the stream is cut before its first byte, which a generator's `finally` is not.
            answer.call_on_close(seat.leave)
        else:
            answer = _waited(seat, hung_up)
        answer.headers["X-Request-Id"] = name or uuid.uuid4().hex
        return answer

    @routes.get("/v1/images/generations/<name>")
    def find(name: str) -> Response:
        order, view = desk.find(name)
        return Response(responses.status(name, order, view), mimetype="application/json")

    @routes.delete("/v1/images/generations/<name>")
    def cancel(name: str) -> Response:
        desk.cancel(name)
        return Response(status=204)

    return routes


def _order(desk: Desk, settings: Settings) -> Order:
    """What the request in hand asks for."""
    if request.mimetype != "application/json":
        raise BadField("Send the header `Content-Type: application/json`.", param="Content-Type")
    asked = parse(_body())
    priority = validation.priority(request.headers.get("X-Priority"))
    return validation.order(asked, desk.profiles(), settings, priority=priority)


def _body() -> bytes:
    """The body, whole."""
    try:
        with arriving(request.environ.get("gunicorn.socket")):
            body = request.get_data()
    except RequestEntityTooLarge:
        raise
    except Exception:  # the server's own, for chunks that are none and for callers that stop sending
        raise BadField("The body did not come as its headers announce it; send it whole.", param="body") from None
    # One in chunks, whose length nobody said before, is only cut at the limit.
    if request.content_length is None and len(body) >= (request.max_content_length or 0):
        raise RequestEntityTooLarge()
    return body


def _name() -> str | None:
    """The caller's name for the request, if it gave one."""
    # A gateway may put an X-Request-Id of its own on what passes; the other header is the caller's alone.
    for header in ("Idempotency-Key", "X-Request-Id"):
        name = request.headers.get(header)
        if name is None:
            continue
        if not NAME.fullmatch(name):
            raise BadField(f"`{header}` must be 1 to 128 letters, digits or any of _ . : -", param=header)
        return name
    return None


def _progress() -> bool:
    """Whether the stream shall tell the steps."""
    asked = request.headers.get("X-Progress", "0")
    if asked not in ("0", "1"):
        raise BadField("`X-Progress` must be 1 or 0.", param="X-Progress")
    return asked == "1"


def _waited(seat: Seat, hung_up: Callable[[], bool]) -> Response:
    """The finished request as one answer."""
    try:
        view = seat.wait(POLL_S)
        while view.state in OPEN:
            if hung_up():
                return Response(status=CLOSED_BY_CALLER)
            view = seat.wait(POLL_S)
    finally:
        seat.leave()
    if view.error is not None:
        raise view.error
    return Response(responses.result(seat.ticket.order, view), mimetype="application/json")


def _events(seat: Seat, hung_up: Callable[[], bool], *, previews: int, progress: bool) -> Iterator[bytes]:
    """The request as server-sent events, until it ends or the caller hangs up.

    A caller that joined gets the previews that the first one asked for, and no more than it asked for itself.
    """
    yield responses.comment("accepted")
    order = seat.ticket.order
    sent_at = time.monotonic()
    shown = told = 0  # previews, pictures
    seen: tuple[int, int] | None = None  # step and position of the last progress event
    while True:
        view = seat.wait(POLL_S)
        for preview in view.previews[shown:]:
            if preview.number < previews:
                yield responses.partial_event(order, preview)
                sent_at = time.monotonic()
        for one in view.finished[told:]:
            if one.data is not None:
                yield responses.completed_event(order, one)
            elif progress:
                yield responses.blocked_event(one)
            sent_at = time.monotonic()
        shown, told = len(view.previews), len(view.finished)
        if view.state not in OPEN:
            break
        if hung_up():
            return
        now = time.monotonic()
        if progress and now - sent_at >= _pause(view, seen):
            yield responses.progress_event(view)
            sent_at, seen = now, (view.step, view.position)
        elif now - sent_at >= ALIVE_S:
            yield responses.comment("alive")
            sent_at = now
    if view.error is not None:
        yield responses.error_event(view.error.body())


def _pause(view: View, seen: tuple[int, int] | None) -> float:
    """Seconds of silence after which the next progress event is due: none before the first one."""
    if seen is None:
        return 0
    return POLL_S if (view.step, view.position) != seen else PROGRESS_S
