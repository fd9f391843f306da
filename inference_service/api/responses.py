"""What callers get for a request: the finished answer, its status, and the events of a stream."""

from __future__ import annotations

import base64
import json
import secrets
import time
from collections.abc import Mapping
from typing import Any

from inference_service.api.response_types import (
    BlockedAnswer,
    BlockedEvent,
    CompletedEvent,
    ErrorEvent,
    EventFacts,
    Format,
    ImagesAnswer,
    PartialImageEvent,
    PictureAnswer,
    Progress,
    ProgressEvent,
    StatusAnswer,
    Usage,
)
from inference_service.engine import Picture
from inference_service.errors import ErrorBody
from inference_service.requests.queued_request import Finished, Preview, State, View
from inference_service.requests.validation import Order

PLACE = f"picture-{secrets.token_hex(8)}-"
"""Stands in the JSON where a picture goes, followed by its index."""

# Pictures, in base64, by what stands for them.
Pictures = dict[str, bytes]


def result(order: Order, view: View) -> bytes:
    """The answer of a finished request: an `ImagesAnswer`, as JSON."""
    pictures: Pictures = {}
    return _packed(_result(order, view, pictures), pictures)


def status(name: str, order: Order, view: View) -> bytes:
    """How a named request stands, with its pictures or its error once it has ended, as JSON."""
    pictures: Pictures = {}
    progress = _progress(view)
    answer: StatusAnswer = {
        "id": name,
        "object": "image.generation",
        "status": view.state.value,
        "step": progress["step"],
        "steps": progress["steps"],
        "position": progress["position"],
        "seconds_left": progress["seconds_left"],
    }
    if view.state is State.SUCCEEDED:
        answer["result"] = _result(order, view, pictures)
    if view.error is not None:
        answer["error"] = view.error.body()
    return _packed(answer, pictures)


def partial_event(order: Order, preview: Preview) -> bytes:
    """OpenAI's event for one preview."""
    pictures: Pictures = {}
    event: PartialImageEvent = {
        "type": "image_generation.partial_image",
        "b64_json": _place(pictures, preview.index, preview.data),
        "partial_image_index": preview.number,
        "index": preview.index,
        **_facts(order, "webp"),
    }
    return _event(event["type"], event, pictures)


def completed_event(order: Order, one: Finished) -> bytes:
    """OpenAI's event for one finished picture."""
    pictures: Pictures = {}
    event: CompletedEvent = {
        "type": "image_generation.completed",
        **_picture(order, one, pictures),
        **_facts(order, order.output_format),
        "usage": _usage(one),
    }
    return _event(event["type"], event, pictures)


def blocked_event(one: Finished) -> bytes:
    """Our own event for a picture that the safety checker refused while others of the request passed."""
    event: BlockedEvent = {"type": "image_generation.blocked", **_blocked(one)}
    return _event(event["type"], event)


def progress_event(view: View) -> bytes:
    """Our own event: how far the request is."""
    event: ProgressEvent = {"type": "image_generation.progress", **_progress(view)}
    return _event(event["type"], event)


def error_event(error: ErrorBody) -> bytes:
    """An error after the stream has begun; the openai client raises it."""
    event: ErrorEvent = {"type": "error", "error": error}
    return _event(event["type"], event)


def comment(text: str) -> bytes:
    """A line that every reader skips: it keeps the connection alive."""
    return f": {text}\n\n".encode()


def _event(name: str, data: Mapping[str, Any], pictures: Pictures | None = None) -> bytes:
    return f"event: {name}\ndata: ".encode() + _packed(data, pictures or {}) + b"\n\n"


def _packed(answer: Mapping[str, Any], pictures: Pictures) -> bytes:
    """The answer as JSON, with the pictures put in last.

    Base64 needs no escaping, and looking for what does would hold the interpreter for 3 ms per megabyte.
    """
    rest = json.dumps(answer, separators=(",", ":")).encode()
    parts: list[bytes] = []
    for place, picture in pictures.items():
        before, _, rest = rest.partition(place.encode())
        parts += [before, picture]
    return b"".join([*parts, rest])


def _place(pictures: Pictures, index: int, data: bytes) -> str:
    place = f"{PLACE}{index}."
    pictures[place] = base64.b64encode(data)
    return place


def _result(order: Order, view: View, pictures: Pictures) -> ImagesAnswer:
    painted = sorted(view.finished, key=lambda one: one.index)
    answer: ImagesAnswer = {
        "created": int(time.time()),
        "data": [_picture(order, one, pictures) for one in painted if one.data is not None],
        "background": "opaque",
        "output_format": order.output_format,
        "size": order.size,
        "usage": _usage(*painted),
    }
    if blocked := [_blocked(one) for one in painted if one.data is None]:
        answer["blocked"] = blocked
    return answer


def _picture(order: Order, one: Finished, pictures: Pictures) -> PictureAnswer:
    picture: Picture = order.pictures[one.index]
    return {
        "b64_json": _place(pictures, one.index, one.data or b""),
        "index": one.index,
        "seed": picture.seed,
        "steps": picture.steps,
        "guidance_scale": picture.guidance,
        "sampler": one.sampler,
        "loras": [{"name": name, "weight": weight} for name, weight in picture.loras],
        "model": order.model,
        "revision": order.revision,
        "painting_ms": one.ms,
    }


def _blocked(one: Finished) -> BlockedAnswer:
    return {"index": one.index, "category": one.blocked.category if one.blocked is not None else "unknown"}


def _facts(order: Order, output_format: Format) -> EventFacts:
    return {
        "created_at": int(time.time()),
        "background": "opaque",
        "output_format": output_format,
        "quality": "auto",
        "size": order.size,
    }


def _progress(view: View) -> Progress:
    left = view.seconds_left
    return {
        "step": view.step,
        "steps": view.steps,
        "position": view.position,
        "seconds_left": None if left is None else round(left, 1),
    }


def _usage(*painted: Finished) -> Usage:
    text = sum(one.text_tokens for one in painted)
    return {
        "input_tokens": text,
        "input_tokens_details": {"text_tokens": text, "image_tokens": 0},
        "output_tokens": 0,
        "total_tokens": text,
    }
