"""The body of POST /v1/images/generations: what it may hold.

The fields and their limits are OpenAI's where OpenAI has the field.  Those that only steer OpenAI's own
models (`quality`, `style`, `moderation`, `user`, `safety_identifier`) are accepted and change nothing.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from inference_service.errors import BadField

PROMPT_LENGTH = 4_000  # characters; some fifty times what a text encoder of 77 tokens reads at once
LARGEST_SEED = 2**53 - 1  # the largest whole number that every JSON reader keeps exact
GUIDANCE = 30.0
LORA_WEIGHT = 2.0  # far beyond what a picture survives, and both signs are in use
MOST_LORAS = 8
MOST_PREVIEWS = 3


def rule(expected: str, **limits: Any) -> Any:
    """A field whose refusal says "must be" and then `expected`."""
    return Field(description=expected, **limits)


Loras = f"a list of at most {MOST_LORAS} objects, each with a `name` of the profile's and a `weight` from -2 to 2"
Ignored = Annotated[str | None, rule("a text; accepted for OpenAI's sake, changes nothing")]


class LoraRequest(BaseModel):
    """One LoRA of those that the model's profile lists, and how strongly it acts."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    name: Annotated[str, Field(min_length=1, max_length=200)]
    weight: Annotated[float, Field(ge=-LORA_WEIGHT, le=LORA_WEIGHT, allow_inf_nan=False)] = 1.0


class GenerationRequest(BaseModel):
    """What a caller may send.  A null counts as absent, as the openai client means it."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    prompt: Annotated[
        str,
        rule(f"a text of 1 to {PROMPT_LENGTH:,} characters", min_length=1, max_length=PROMPT_LENGTH, pattern=r"\S"),
    ]
    model: Annotated[str | None, rule("a text: one of the served models; absent: the first one")] = None
    n: Annotated[int | None, rule("a whole number of at least 1", ge=1)] = None
    size: Annotated[str | None, rule("a text such as 512x512, or auto", pattern=r"^(auto|[0-9]{1,5}x[0-9]{1,5})$")] = (
        None
    )
    response_format: Annotated[
        Literal["b64_json"] | None, rule("b64_json; this service keeps no pictures behind URLs")
    ] = None
    output_format: Annotated[Literal["png", "webp", "jpeg"] | None, rule("png, webp or jpeg")] = None
    output_compression: Annotated[
        int | None, rule("a whole number from 0 to 100, the quality of WebP and JPEG", ge=0, le=100)
    ] = None
    background: Annotated[Literal["auto", "opaque"] | None, rule("auto or opaque")] = None
    stream: Annotated[bool | None, rule("true or false")] = None
    partial_images: Annotated[
        int | None, rule(f"a whole number from 0 to {MOST_PREVIEWS}: previews in a stream", ge=0, le=MOST_PREVIEWS)
    ] = None
    negative_prompt: Annotated[
        str | None, rule(f"a text of at most {PROMPT_LENGTH:,} characters", max_length=PROMPT_LENGTH)
    ] = None
    steps: Annotated[int | None, rule("a whole number of at least 1", ge=1)] = None
    guidance_scale: Annotated[
        float | None, rule(f"a number from 0 to {GUIDANCE:g}", ge=0, le=GUIDANCE, allow_inf_nan=False)
    ] = None
    seed: Annotated[int | None, rule(f"a whole number from 0 to {LARGEST_SEED}", ge=0, le=LARGEST_SEED)] = None
    sampler: Annotated[str | None, rule("a text: one of the samplers in the model's profile")] = None
    loras: Annotated[list[LoraRequest] | None, rule(Loras, max_length=MOST_LORAS)] = None
    quality: Ignored = None
    style: Ignored = None
    moderation: Ignored = None
    user: Ignored = None
    safety_identifier: Ignored = None


def parse(body: bytes) -> GenerationRequest:
    """The request that the body holds, or `BadField` with the first field that is wrong."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise BadField("The body must be a JSON object; this is not JSON.", param="body") from None
    if not isinstance(data, dict):
        raise BadField("The body must be a JSON object.", param="body")
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


def expected(name: str) -> str:
    """What the field of that name must be."""
    return GenerationRequest.model_fields[name].description or "right"


def _bad_field(error: ErrorDetails) -> BadField:
    name = str(error["loc"][0])
    if error["type"] == "missing" and len(error["loc"]) == 1:
        return BadField(f"The field `{name}` is missing.", param=name)
    return BadField(f"`{name}` must be {expected(name)}.", param=name)
