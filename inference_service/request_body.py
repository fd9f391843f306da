"""The body of POST /v1/images/generations: what it may hold.

The fields and their limits are OpenAI's where OpenAI has the field.  Those that only steer OpenAI's own
models (`quality`, `style`, `moderation`, `user`, `safety_identifier`) are accepted and change nothing.
"""

from __future__ import annotations

import json
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from inference_service.errors import BadField

PROMPT_LENGTH = 4_000  # characters; some fifty times what a text encoder of 77 tokens reads at once
LARGEST_SEED = 2**53 - 1  # the largest whole number that every JSON reader keeps exact
GUIDANCE = 30.0
LORA_WEIGHT = 2.0  # far beyond what a picture survives, and both signs are in use
MOST_LORAS = 8
MOST_PREVIEWS = 3

Text = Annotated[str, Field(max_length=PROMPT_LENGTH)]


class LoraRequest(BaseModel):
    """One LoRA of those that the model's profile lists, and how strongly it acts."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    name: Annotated[str, Field(min_length=1, max_length=200)]
    weight: Annotated[float, Field(ge=-LORA_WEIGHT, le=LORA_WEIGHT, allow_inf_nan=False)] = 1.0


class GenerationRequest(BaseModel):
    """What a caller may send.  A null counts as absent, as the openai client means it."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    prompt: Annotated[str, Field(min_length=1, max_length=PROMPT_LENGTH, pattern=r"\S")]
    model: str | None = None
    n: Annotated[int, Field(ge=1)] | None = None
    size: str | None = None
    response_format: Literal["b64_json"] | None = None
    output_format: Literal["png", "webp", "jpeg"] | None = None
    output_compression: Annotated[int, Field(ge=0, le=100)] | None = None
    background: Literal["auto", "opaque"] | None = None
    stream: bool | None = None
    partial_images: Annotated[int, Field(ge=0, le=MOST_PREVIEWS)] | None = None
    negative_prompt: Text | None = None
    steps: Annotated[int, Field(ge=1)] | None = None
    guidance_scale: Annotated[float, Field(ge=0, le=GUIDANCE, allow_inf_nan=False)] | None = None
    seed: Annotated[int, Field(ge=0, le=LARGEST_SEED)] | None = None
    sampler: str | None = None
    loras: Annotated[list[LoraRequest], Field(max_length=MOST_LORAS)] | None = None
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
    "output_format": "png, webp or jpeg",
    "output_compression": "a whole number from 0 to 100",
    "background": "auto or opaque",
    "stream": "true or false",
    "partial_images": f"a whole number from 0 to {MOST_PREVIEWS}",
    "steps": "a whole number of at least 1",
    "guidance_scale": f"a number from 0 to {GUIDANCE:g}",
    "seed": f"a whole number from 0 to {LARGEST_SEED}",
    "loras": f"a list of at most {MOST_LORAS} objects, each with a `name` and a `weight` from -2 to 2",
}


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
    if error["type"] == "missing" and len(error["loc"]) == 1:
        return BadField(f"The field `{name}` is missing.", param=name)
    return BadField(f"`{name}` must be {EXPECTED.get(name, 'a text')}.", param=name)
