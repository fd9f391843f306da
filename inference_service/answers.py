"""The shapes of answers: OpenAI's, with what is known of each picture beside them."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

from inference_service.schema import Order
from inference_service.tickets import Finished, State, View


def result(order: Order, view: View) -> dict[str, Any]:
    """The answer of a finished request: an `ImagesResponse`."""
    painted = sorted(view.finished, key=lambda one: one.index)
    answer: dict[str, Any] = {
        "created": int(time.time()),
        "data": [_picture(order, one) for one in painted if one.data is not None],
        "background": "opaque",
        "output_format": order.output_format,
        "size": order.size,
        "usage": _usage(*painted),
    }
    if blocked := [{"index": one.index} for one in painted if one.data is None]:
        answer["blocked"] = blocked
    return answer


def status(name: str, order: Order, view: View) -> dict[str, Any]:
    """How a named request stands, with its pictures or its error once it has ended."""
    answer: dict[str, Any] = {"id": name, "object": "image.generation", "status": view.state, **_progress(view)}
    if view.state is State.SUCCEEDED:
        answer["result"] = result(order, view)
    if view.error is not None:
        answer.update(view.error.body())
    return answer


def completed_event(order: Order, one: Finished) -> bytes:
    """OpenAI's event for one finished picture."""
    facts = {
        "type": "image_generation.completed",
        **_picture(order, one),
        "created_at": int(time.time()),
        "background": "opaque",
        "output_format": order.output_format,
        "quality": "auto",
        "size": order.size,
        "usage": _usage(one),
    }
    return _event("image_generation.completed", facts)


def blocked_event(one: Finished) -> bytes:
    """Our own event for a picture that the safety checker refused while others of the request passed."""
    return _event("image_generation.blocked", {"type": "image_generation.blocked", "index": one.index})


def progress_event(view: View) -> bytes:
    """Our own event: how far the request is."""
    return _event("image_generation.progress", {"type": "image_generation.progress", **_progress(view)})


def error_event(body: dict[str, Any]) -> bytes:
    """An error after the stream has begun; the openai client raises it."""
    return _event("error", {"type": "error", **body})


def comment(text: str) -> bytes:
    """A line that every reader skips: it keeps the connection alive."""
    return f": {text}\n\n".encode()


def _event(name: str, data: dict[str, Any]) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n".encode()


def _progress(view: View) -> dict[str, Any]:
    left = view.seconds_left
    return {
        "step": view.step,
        "steps": view.steps,
        "position": view.position,
        "seconds_left": None if left is None else round(left, 1),
    }


def _picture(order: Order, one: Finished) -> dict[str, Any]:
    return {
        "b64_json": base64.b64encode(one.data or b"").decode("ascii"),
        "index": one.index,
        "seed": order.pictures[one.index].seed,
        "steps": order.pictures[one.index].steps,
        "guidance_scale": order.pictures[one.index].guidance,
        "sampler": one.sampler,
        "model": order.model,
        "revision": order.revision,
        "painting_ms": one.ms,
    }


def _usage(*painted: Finished) -> dict[str, Any]:
    """Tokens of text that were read; pictures are not made of tokens here."""
    text = sum(one.text_tokens for one in painted)
    return {
        "input_tokens": text,
        "input_tokens_details": {"text_tokens": text, "image_tokens": 0},
        "output_tokens": 0,
        "total_tokens": text,
    }
