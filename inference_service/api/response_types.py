"""The shapes of everything that the service sends: OpenAI's, with what is known of each picture beside them.

The OpenAPI document is made from these types and from `request_body.GenerationRequest`.
"""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict  # pydantic reads no other before Python 3.12

from inference_service.errors import ErrorBody
from inference_service.models.profile import Profile

Format = Literal["png", "webp", "jpeg"]
State = Literal["queued", "painting", "succeeded", "failed", "cancelled"]


class TokenDetails(TypedDict):
    text_tokens: int
    image_tokens: int


class Usage(TypedDict):
    """Tokens of text that were read; pictures are not made of tokens here."""

    input_tokens: int
    input_tokens_details: TokenDetails
    output_tokens: int
    total_tokens: int


class LoraAnswer(TypedDict):
    name: str
    weight: float


class PictureAnswer(TypedDict):
    """One finished picture."""

    b64_json: str
    index: int
    seed: int
    steps: int
    guidance_scale: float
    sampler: str
    loras: list[LoraAnswer]
    model: str
    revision: str
    painting_ms: int


class BlockedAnswer(TypedDict):
    """A picture that the safety checker held back."""

    index: int
    category: str


class ImagesAnswer(TypedDict):
    """A finished request."""

    created: int
    data: list[PictureAnswer]
    background: Literal["opaque"]
    output_format: Format
    size: str
    usage: Usage
    blocked: NotRequired[list[BlockedAnswer]]


class Progress(TypedDict):
    """How far a request is."""

    step: int
    steps: int
    position: int
    seconds_left: float | None


class StatusAnswer(Progress):
    """How a named request stands."""

    id: str
    object: Literal["image.generation"]
    status: State
    result: NotRequired[ImagesAnswer]
    error: NotRequired[ErrorBody]


class EventFacts(TypedDict):
    created_at: int
    background: Literal["opaque"]
    output_format: Format
    quality: Literal["auto"]
    size: str


class PartialImageEvent(EventFacts):
    """What a picture seems to become: a small WebP."""

    type: Literal["image_generation.partial_image"]
    b64_json: str
    partial_image_index: int
    index: int


class CompletedEvent(EventFacts, PictureAnswer):
    """One finished picture."""

    type: Literal["image_generation.completed"]
    usage: Usage


class BlockedEvent(BlockedAnswer):
    """One picture held back while others of the request are shown; sent with `X-Progress: 1`."""

    type: Literal["image_generation.blocked"]


class ProgressEvent(Progress):
    """Sent with `X-Progress: 1`, at least each second."""

    type: Literal["image_generation.progress"]


class ErrorEvent(TypedDict):
    """A failure after the stream began."""

    type: Literal["error"]
    error: ErrorBody


class ErrorAnswer(TypedDict):
    """A failure; `error.code` says which one."""

    error: ErrorBody


class ModelAnswer(TypedDict):
    id: str
    object: Literal["model"]
    created: int
    owned_by: str
    profile: Profile


class ModelList(TypedDict):
    object: Literal["list"]
    data: list[ModelAnswer]


class Health(TypedDict):
    status: Literal["ok", "broken"]


class Readiness(TypedDict):
    """Whether a request would be taken now."""

    status: Literal["starting", "ready", "busy", "failed"]
    accepts: bool
    percent: int
    waiting: int
    running: int
    reason: str | None
