"""Body of POST /v1/images/generations.

Fields and their limits follow OpenAI's API. Fields that only affect OpenAI's own models (`quality`, `style`,
`moderation`, `user`, `safety_identifier`) are accepted and ignored.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from inference_service.errors import InvalidField

MAX_PROMPT_LENGTH = 4_000  # Characters. About 50 times the 77 tokens that a text encoder reads at once.
MAX_SEED = 2**53 - 1  # Largest integer that every JSON parser represents exactly.
MAX_GUIDANCE = 30.0
MAX_LORA_WEIGHT = 2.0  # Far beyond useful weights. Both signs are in use.
MAX_LORAS = 8
MAX_PREVIEWS = 3


def rule(expected: str, **limits: Any) -> Any:
    """Return a field whose error message is "must be", followed by `expected`."""
    return Field(description=expected, **limits)


Loras = (
    f"an array of at most {MAX_LORAS} objects, each with a `name` from the model's profile and a `weight` from -2 to 2"
)
Ignored = Annotated[str | None, rule("a string; accepted for OpenAI compatibility and ignored")]


class LoraRequest(BaseModel):
    """A LoRA from the model's profile and its weight."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    name: Annotated[str, Field(min_length=1, max_length=200)]
    weight: Annotated[float, Field(ge=-MAX_LORA_WEIGHT, le=MAX_LORA_WEIGHT, allow_inf_nan=False)] = 1.0


class GenerationRequest(BaseModel):
    """An image generation request. Null has the same meaning as an omitted field."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    prompt: Annotated[
        str,
        rule(
            f"a string of 1 to {MAX_PROMPT_LENGTH:,} characters",
            min_length=1,
            max_length=MAX_PROMPT_LENGTH,
            pattern=r"\S",
        ),
    ]
    model: Annotated[str | None, rule("a string, the name of an available model; the first one by default")] = None
    n: Annotated[int | None, rule("an integer of at least 1", ge=1)] = None
    size: Annotated[
        str | None, rule("a string such as 512x512, or auto", pattern=r"^(auto|[0-9]{1,5}x[0-9]{1,5})$")
    ] = None
    response_format: Annotated[Literal["b64_json"] | None, rule("b64_json; image URLs aren't supported")] = None
    output_format: Annotated[Literal["png", "webp", "jpeg"] | None, rule("png, webp or jpeg")] = None
    output_compression: Annotated[
        int | None, rule("an integer from 0 to 100, the WebP or JPEG quality", ge=0, le=100)
    ] = None
    background: Annotated[Literal["auto", "opaque"] | None, rule("auto or opaque")] = None
    stream: Annotated[bool | None, rule("true or false")] = None
    partial_images: Annotated[
        int | None,
        rule(f"an integer from 0 to {MAX_PREVIEWS}, the number of previews in a stream", ge=0, le=MAX_PREVIEWS),
    ] = None
    negative_prompt: Annotated[
        str | None, rule(f"a string of at most {MAX_PROMPT_LENGTH:,} characters", max_length=MAX_PROMPT_LENGTH)
    ] = None
    steps: Annotated[int | None, rule("an integer of at least 1", ge=1)] = None
    guidance_scale: Annotated[
        float | None, rule(f"a number from 0 to {MAX_GUIDANCE:g}", ge=0, le=MAX_GUIDANCE, allow_inf_nan=False)
    ] = None
    seed: Annotated[int | None, rule(f"an integer from 0 to {MAX_SEED}", ge=0, le=MAX_SEED)] = None
    sampler: Annotated[str | None, rule("a string, one of the samplers in the model's profile")] = None
    loras: Annotated[list[LoraRequest] | None, rule(Loras, max_length=MAX_LORAS)] = None
    quality: Ignored = None
    style: Ignored = None
    moderation: Ignored = None
    user: Ignored = None
    safety_identifier: Ignored = None


def parse(body: bytes) -> GenerationRequest:
    """Return the request in the body, or raise InvalidField for the first invalid field."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise InvalidField("The request body isn't valid JSON. Send a JSON object.", param="body") from None
    if not isinstance(data, dict):
        raise InvalidField("The request body must be a JSON object.", param="body")
    known = GenerationRequest.model_fields
    # An unknown field comes first, because a misspelled name explains the missing field.
    for name in data:
        if name not in known:
            shown = name[:60].encode("utf-8", "replace").decode()  # JSON can escape characters that UTF-8 can't encode.
            raise InvalidField(f"Unknown field `{shown}`. Available fields: {', '.join(known)}.", param=shown)
    try:
        return GenerationRequest.model_validate(data)
    except ValidationError as exc:
        raise _invalid_field(exc.errors(include_input=False)[0]) from None


def expected(name: str) -> str:
    """Return the requirement for the field with this name."""
    return GenerationRequest.model_fields[name].description or "right"


def _invalid_field(error: ErrorDetails) -> InvalidField:
    name = str(error["loc"][0])
    if error["type"] == "missing" and len(error["loc"]) == 1:
        return InvalidField(f"`{name}` is required.", param=name)
    return InvalidField(f"`{name}` must be {expected(name)}.", param=name)
