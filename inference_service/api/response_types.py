"""Types of everything that the service sends: OpenAI's types, extended by details of each image.

The OpenAPI document is generated from these types and from `request_body.GenerationRequest`.
"""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict  # Pydantic requires this TypedDict before Python 3.12.

from inference_service.errors import ErrorBody
from inference_service.models.profile import Profile

Format = Literal["png", "webp", "jpeg"]
State = Literal["queued", "painting", "succeeded", "failed", "cancelled"]


class TokenDetails(TypedDict):
    text_tokens: int
    image_tokens: int


class Usage(TypedDict):
    """Number of prompt tokens. Image tokens are always 0."""

    input_tokens: int
    input_tokens_details: TokenDetails
    output_tokens: int
    total_tokens: int


class LoraResult(TypedDict):
    name: str
    weight: float


class ImageResult(TypedDict):
    """A generated image."""

    b64_json: str
    index: int
    seed: int
    steps: int
    guidance_scale: float
    sampler: str
    loras: list[LoraResult]
    model: str
    revision: str
    painting_ms: int


class BlockedImage(TypedDict):
    """An image that was blocked by the safety checker."""

    index: int
    category: str


class ImagesResponse(TypedDict):
    """Result of a completed request."""

    created: int
    data: list[ImageResult]
    background: Literal["opaque"]
    output_format: Format
    size: str
    usage: Usage
    blocked: NotRequired[list[BlockedImage]]


class Progress(TypedDict):
    """Progress of a request."""

    step: int
    steps: int
    position: int
    seconds_left: float | None


class StatusResponse(Progress):
    """Status of a request."""

    id: str
    object: Literal["image.generation"]
    status: State
    result: NotRequired[ImagesResponse]
    error: NotRequired[ErrorBody]


class EventBase(TypedDict):
    created_at: int
    background: Literal["opaque"]
    output_format: Format
    quality: Literal["auto"]
    size: str


class PartialImageEvent(EventBase):
    """A preview of the image being generated, as a small WebP image."""

    type: Literal["image_generation.partial_image"]
    b64_json: str
    partial_image_index: int
    index: int


class CompletedEvent(EventBase, ImageResult):
    """A generated image."""

    type: Literal["image_generation.completed"]
    usage: Usage


class BlockedEvent(BlockedImage):
    """An image of the request was blocked by the safety checker. Sent only with `X-Progress: 1`."""

    type: Literal["image_generation.blocked"]


class ProgressEvent(Progress):
    """Progress of the request, at least once per second. Sent only with `X-Progress: 1`."""

    type: Literal["image_generation.progress"]


class ErrorEvent(TypedDict):
    """An error that occurred after the stream started."""

    type: Literal["error"]
    error: ErrorBody


class ErrorResponse(TypedDict):
    """An error. `error.code` identifies it."""

    error: ErrorBody


class ModelResponse(TypedDict):
    id: str
    object: Literal["model"]
    created: int
    owned_by: str
    profile: Profile


class ModelList(TypedDict):
    object: Literal["list"]
    data: list[ModelResponse]


class Health(TypedDict):
    status: Literal["ok", "broken"]


class Readiness(TypedDict):
    """Readiness of the service."""

    status: Literal["starting", "ready", "busy", "failed"]
    accepts: bool
    percent: int
    waiting: int
    running: int
    reason: str | None
