"""Responses for a request: the result, its status, and the events of a stream."""

from __future__ import annotations

import base64
import json
import secrets
import time
from collections.abc import Mapping
from typing import Any

from inference_service.api.response_types import (
    BlockedEvent,
    BlockedImage,
    CompletedEvent,
    ErrorEvent,
    EventBase,
    Format,
    ImageResult,
    ImagesResponse,
    PartialImageEvent,
    Progress,
    ProgressEvent,
    StatusResponse,
    Usage,
)
from inference_service.engine import ImageSpec
from inference_service.errors import ErrorBody
from inference_service.requests.queued_request import FinishedImage, Preview, RequestSnapshot, State
from inference_service.requests.validation import ValidatedRequest

PLACEHOLDER = f"image-{secrets.token_hex(8)}-"
"""Stands in the JSON for an image, followed by the image's index."""

# Base64 data of images by placeholder.
EncodedImages = dict[str, bytes]


def result(validated: ValidatedRequest, snapshot: RequestSnapshot) -> bytes:
    """Return the result of a completed request, an `ImagesResponse` as JSON."""
    images: EncodedImages = {}
    return _packed(_result(validated, snapshot, images), images)


def status(request_id: str, validated: ValidatedRequest, snapshot: RequestSnapshot) -> bytes:
    """Return the status of a request as JSON, with its images or its error if it has ended."""
    images: EncodedImages = {}
    progress = _progress(snapshot)
    response: StatusResponse = {
        "id": request_id,
        "object": "image.generation",
        "status": snapshot.state.value,
        "step": progress["step"],
        "steps": progress["steps"],
        "position": progress["position"],
        "seconds_left": progress["seconds_left"],
    }
    if snapshot.state is State.SUCCEEDED:
        response["result"] = _result(validated, snapshot, images)
    if snapshot.error is not None:
        response["error"] = snapshot.error.body()
    return _packed(response, images)


def partial_event(validated: ValidatedRequest, preview: Preview) -> bytes:
    """Return OpenAI's event for a preview."""
    images: EncodedImages = {}
    event: PartialImageEvent = {
        "type": "image_generation.partial_image",
        "b64_json": _placeholder(images, preview.index, preview.data),
        "partial_image_index": preview.number,
        "index": preview.index,
        **_event_base(validated, "webp"),
    }
    return _event(event["type"], event, images)


def completed_event(validated: ValidatedRequest, image: FinishedImage) -> bytes:
    """Return OpenAI's event for a finished image."""
    images: EncodedImages = {}
    event: CompletedEvent = {
        "type": "image_generation.completed",
        **_image_result(validated, image, images),
        **_event_base(validated, validated.output_format),
        "usage": _usage(image),
    }
    return _event(event["type"], event, images)


def blocked_event(image: FinishedImage) -> bytes:
    """Return the event for an image blocked by the safety checker while others of the request passed."""
    event: BlockedEvent = {"type": "image_generation.blocked", **_blocked(image)}
    return _event(event["type"], event)


def progress_event(snapshot: RequestSnapshot) -> bytes:
    """Return the event for the progress of the request."""
    event: ProgressEvent = {"type": "image_generation.progress", **_progress(snapshot)}
    return _event(event["type"], event)


def error_event(error: ErrorBody) -> bytes:
    """Return the event for an error after the stream has started. The openai client raises it."""
    event: ErrorEvent = {"type": "error", "error": error}
    return _event(event["type"], event)


def comment(text: str) -> bytes:
    """Return a comment line, which clients ignore. It keeps the connection alive."""
    return f": {text}\n\n".encode()


def _event(name: str, data: Mapping[str, Any], images: EncodedImages | None = None) -> bytes:
    return f"event: {name}\ndata: ".encode() + _packed(data, images or {}) + b"\n\n"


def _packed(response: Mapping[str, Any], images: EncodedImages) -> bytes:
    """Return the response as JSON, with the images inserted last.

    Base64 needs no escaping. The JSON encoder would scan it for that and hold the interpreter lock for 3 ms per
    megabyte.
    """
    rest = json.dumps(response, separators=(",", ":")).encode()
    chunks: list[bytes] = []
    for placeholder, encoded in images.items():
        before, _, rest = rest.partition(placeholder.encode())
        chunks += [before, encoded]
    return b"".join([*chunks, rest])


def _placeholder(images: EncodedImages, index: int, data: bytes) -> str:
    placeholder = f"{PLACEHOLDER}{index}."
    images[placeholder] = base64.b64encode(data)
    return placeholder


def _result(validated: ValidatedRequest, snapshot: RequestSnapshot, images: EncodedImages) -> ImagesResponse:
    finished = sorted(snapshot.finished, key=lambda image: image.index)
    response: ImagesResponse = {
        "created": int(time.time()),
        "data": [_image_result(validated, image, images) for image in finished if image.data is not None],
        "background": "opaque",
        "output_format": validated.output_format,
        "size": validated.size,
        "usage": _usage(*finished),
    }
    if blocked := [_blocked(image) for image in finished if image.data is None]:
        response["blocked"] = blocked
    return response


def _image_result(validated: ValidatedRequest, image: FinishedImage, images: EncodedImages) -> ImageResult:
    spec: ImageSpec = validated.images[image.index]
    return {
        "b64_json": _placeholder(images, image.index, image.data or b""),
        "index": image.index,
        "seed": spec.seed,
        "steps": spec.steps,
        "guidance_scale": spec.guidance,
        "sampler": image.sampler,
        "loras": [{"name": name, "weight": weight} for name, weight in spec.loras],
        "model": validated.model,
        "revision": validated.revision,
        "painting_ms": image.ms,
    }


def _blocked(image: FinishedImage) -> BlockedImage:
    return {"index": image.index, "category": image.blocked.category if image.blocked is not None else "unknown"}


def _event_base(validated: ValidatedRequest, output_format: Format) -> EventBase:
    return {
        "created_at": int(time.time()),
        "background": "opaque",
        "output_format": output_format,
        "quality": "auto",
        "size": validated.size,
    }


def _progress(snapshot: RequestSnapshot) -> Progress:
    left = snapshot.seconds_left
    return {
        "step": snapshot.step,
        "steps": snapshot.steps,
        "position": snapshot.position,
        "seconds_left": None if left is None else round(left, 1),
    }


def _usage(*finished: FinishedImage) -> Usage:
    text = sum(image.text_tokens for image in finished)
    return {
        "input_tokens": text,
        "input_tokens_details": {"text_tokens": text, "image_tokens": 0},
        "output_tokens": 0,
        "total_tokens": text,
    }
