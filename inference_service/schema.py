"""The body of POST /v1/images/generations: what it may hold, and the order that it becomes.

The fields and their limits are OpenAI's where OpenAI has the field.  Those that only steer OpenAI's own
models (`quality`, `style`, `moderation`, `user`, `safety_identifier`) are accepted and change nothing.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from inference_service.engine import Picture
from inference_service.errors import BadField, UnknownModel
from inference_service.profile import Profile
from inference_service.samplers import SAMPLERS
from inference_service.settings import Settings

PROMPT_LENGTH = 4_000  # characters; some fifty times what a text encoder of 77 tokens reads at once
LARGEST_SEED = 2**53 - 1  # the largest whole number that every JSON reader keeps exact
DRAWN_SEED = 2**32  # a drawn seed stays short enough to read aloud
GUIDANCE = 30.0
SMALLEST_SIDE = 64
WEBP_QUALITY = 90

Text = Annotated[str, Field(max_length=PROMPT_LENGTH)]


class GenerationRequest(BaseModel):
    """What a caller may send.  A null counts as absent, as the openai client means it."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    prompt: Annotated[str, Field(min_length=1, max_length=PROMPT_LENGTH, pattern=r"\S")]
    model: str | None = None
    n: Annotated[int, Field(ge=1)] | None = None
    size: str | None = None
    response_format: Literal["b64_json"] | None = None
    output_format: Literal["png", "webp"] | None = None
    output_compression: Annotated[int, Field(ge=0, le=100)] | None = None
    background: Literal["auto", "opaque"] | None = None
    stream: bool | None = None
    partial_images: Annotated[int, Field(ge=0, le=3)] | None = None
    negative_prompt: Text | None = None
    steps: Annotated[int, Field(ge=1)] | None = None
    guidance_scale: Annotated[float, Field(ge=0, le=GUIDANCE, allow_inf_nan=False)] | None = None
    seed: Annotated[int, Field(ge=0, le=LARGEST_SEED)] | None = None
    sampler: str | None = None
    quality: str | None = None
    style: str | None = None
    moderation: str | None = None
    user: str | None = None
    safety_identifier: str | None = None


EXPECTED = {
    "prompt": f"a text of 1 to {PROMPT_LENGTH:,} characters",
    "negative_prompt": f"a text of at most {PROMPT_LENGTH:,} characters",
    "n": "a whole number of at least 1",
    "size": "a text such as 512x512, or auto",
    "response_format": "b64_json; this service keeps no pictures behind URLs",
    "output_format": "png or webp",
    "output_compression": "a whole number from 0 to 100",
    "background": "auto or opaque",
    "stream": "true or false",
    "partial_images": "a whole number from 0 to 3",
    "steps": "a whole number of at least 1",
    "guidance_scale": f"a number from 0 to {GUIDANCE:g}",
    "seed": f"a whole number from 0 to {LARGEST_SEED}",
}
UNREAD = {"stream", "partial_images", "response_format", "quality", "style", "moderation", "user", "safety_identifier"}
"""Fields that change nothing about the pictures, so that a repeat may differ in them."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """A request that can be painted: complete, and within the model's and the service's limits."""

    pictures: tuple[Picture, ...]
    model: str
    revision: str
    output_format: Literal["png", "webp"]
    quality: int  # of WebP
    stream: bool
    digest: str  # of what was asked, seed drawn or not

    @property
    def steps(self) -> int:
        return sum(picture.steps for picture in self.pictures)

    @property
    def size(self) -> str:
        return f"{self.pictures[0].width}x{self.pictures[0].height}"


def parse(body: bytes) -> GenerationRequest:
    """The request that the body holds, or `BadField` with the first field that is wrong."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise BadField("The body must be a JSON object; this is not JSON.") from None
    if not isinstance(data, dict):
        raise BadField("The body must be a JSON object.")
    known = GenerationRequest.model_fields
    # An unknown field comes first: a misspelt name explains the missing one.
    for name in data:
        if name not in known:
            shown = name[:60].encode("utf-8", "replace").decode()  # JSON can escape what UTF-8 cannot hold
            raise BadField(f"There is no field `{shown}`; the fields are {', '.join(known)}.", param=shown)
    try:
        return GenerationRequest.model_validate(data)
    except ValidationError as exc:
        raise _bad_field(exc.errors(include_input=False)[0]) from None


def _bad_field(error: ErrorDetails) -> BadField:
    name = str(error["loc"][0])
    if error["type"] == "missing":
        return BadField(f"The field `{name}` is missing.", param=name)
    return BadField(f"`{name}` must be {EXPECTED.get(name, 'a text')}.", param=name)


def order(request: GenerationRequest, profile: Profile, settings: Settings) -> Order:
    """The request completed from the profile, or `BadField` where model or service cannot do it."""
    if request.model not in (None, profile.model):
        raise UnknownModel(f"This service serves the model `{profile.model}` only.", param="model")
    count = request.n or 1
    if count > settings.max_images:
        raise BadField(f"`n` must be at most {settings.max_images}.", param="n")
    width, height = _size(request.size, profile, settings)
    sampler = request.sampler or profile.sampler
    steps = _steps(request.steps or profile.steps, sampler, profile)
    seed = secrets.randbelow(DRAWN_SEED) if request.seed is None else request.seed
    guidance = profile.guidance if request.guidance_scale is None else float(request.guidance_scale)
    pictures = tuple(
        Picture(
            prompt=request.prompt,
            negative_prompt=request.negative_prompt,
            width=width,
            height=height,
            steps=steps,
            guidance=guidance,
            seed=seed + index,
            sampler=sampler,
        )
        for index in range(count)
    )
    return Order(
        pictures=pictures,
        model=profile.model,
        revision=profile.revision,
        output_format=request.output_format or "png",
        quality=WEBP_QUALITY if request.output_compression is None else request.output_compression,
        stream=bool(request.stream),
        digest=_digest(request),
    )


def _size(size: str | None, profile: Profile, settings: Settings) -> tuple[int, int]:
    if size is None or size == "auto":
        return profile.width, profile.height
    match = re.fullmatch(r"(\d{1,5})x(\d{1,5})", size)
    if match is None:
        raise BadField(f"`size` must be {EXPECTED['size']}.", param="size")
    width, height = int(match[1]), int(match[2])
    if width % profile.size_step or height % profile.size_step or min(width, height) < SMALLEST_SIDE:
        rule = f"multiples of {profile.size_step} from {SMALLEST_SIDE}"
        raise BadField(f"`size` must have a width and a height that are {rule}.", param="size")
    if width * height > settings.max_pixels:
        raise BadField(f"`size` must have at most {settings.max_pixels:,} pixels.", param="size")
    return width, height


def _steps(steps: int, sampler: str, profile: Profile) -> int:
    if sampler not in profile.samplers:
        raise BadField(f"`sampler` must be one of {', '.join(profile.samplers)} for this model.", param="sampler")
    most = profile.max_steps
    if sampler in SAMPLERS:
        most = min(most, SAMPLERS[sampler].max_steps or most)
    if steps > most:
        raise BadField(f"`steps` must be at most {most} with the sampler {sampler}.", param="steps")
    return steps


def _digest(request: GenerationRequest) -> str:
    """The same for two requests that ask for the same pictures in the same words."""
    asked: dict[str, Any] = request.model_dump(exclude_none=True, exclude=UNREAD)
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
