"""Validation: completes a request from the model's profile, and checks it against model and service limits."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from inference_service.config.samplers import SAMPLERS
from inference_service.config.settings import Settings
from inference_service.engine import ImageSpec
from inference_service.errors import InvalidField, ModelNotFound
from inference_service.models.profile import Profile
from inference_service.requests.request_body import MAX_SEED, GenerationRequest, expected

RANDOM_SEED_LIMIT = 2**32  # A random seed remains short enough to read aloud.
MIN_SIDE = 64
MAX_SIDE = 16_383  # WebP's limit, the lowest of all formats.
QUALITY = 90  # For WebP and JPEG.
IGNORED_FIELDS = {
    "stream",
    "partial_images",
    "response_format",
    "quality",
    "style",
    "moderation",
    "user",
    "safety_identifier",
}
"""Fields that don't change the images, so a repeated request may differ in them."""

OutputFormat = Literal["png", "webp", "jpeg"]
Priority = Literal["interactive", "batch"]
Loras = tuple[tuple[str, float], ...]


@dataclass(frozen=True, kw_only=True)
class ValidatedRequest:
    """A complete request. All its images have the same model, LoRA set, and size."""

    images: tuple[ImageSpec, ...]
    model: str
    revision: str
    output_format: OutputFormat
    quality: int  # For WebP and JPEG.
    stream: bool
    partial_images: int = 0  # Previews per image, evenly spaced over its steps.
    priority: Priority = "interactive"
    digest: str  # Hash of the requested fields, with or without a seed.

    @property
    def steps(self) -> int:
        return sum(spec.steps for spec in self.images)

    @property
    def size(self) -> str:
        return f"{self.images[0].width}x{self.images[0].height}"

    @property
    def bucket_name(self) -> str:
        """Text of the bucket, as far as it is known before the prompt is tokenized."""
        loras = "".join(f"+{name}:{weight:g}" for name, weight in self.images[0].loras)
        return f"{self.model}{loras} {self.size}"


def validate(
    request: GenerationRequest, profiles: Sequence[Profile], settings: Settings, *, priority: Priority = "interactive"
) -> ValidatedRequest:
    """Return the request completed from its model's profile, or raise InvalidField if it exceeds a limit.

    `profiles` are those of all available models, the default first.
    """
    profile = _profile(request.model, profiles)
    count = request.n or 1
    if count > settings.max_images:
        raise InvalidField(f"`n` must be at most {settings.max_images}.", param="n")
    width, height = _size(request.size, profile, settings)
    sampler = profile.sampler if request.sampler is None else request.sampler
    steps = _steps(request.steps or profile.steps, sampler, profile)
    loras = _loras(request, profile)
    seed = secrets.randbelow(RANDOM_SEED_LIMIT) if request.seed is None else request.seed
    if seed + count - 1 > MAX_SEED:
        raise InvalidField(f"`seed` must be at most {MAX_SEED - count + 1} for {count} images.", param="seed")
    guidance = profile.guidance if request.guidance_scale is None else float(request.guidance_scale)
    images = tuple(
        ImageSpec(
            model=profile.model,
            prompt=request.prompt,
            negative_prompt=request.negative_prompt,
            width=width,
            height=height,
            steps=steps,
            guidance=guidance,
            seed=seed + index,
            sampler=sampler,
            loras=loras,
        )
        for index in range(count)
    )
    return ValidatedRequest(
        images=images,
        model=profile.model,
        revision=profile.revision,
        output_format=request.output_format or "png",
        quality=QUALITY if request.output_compression is None else request.output_compression,
        stream=bool(request.stream),
        partial_images=(request.partial_images or 0) if request.stream else 0,
        priority=priority,
        digest=_digest(request),
    )


def parse_priority(header: str | None) -> Priority:
    """Return the priority in the header `X-Priority`, or raise InvalidField."""
    if header is None or header == "interactive":
        return "interactive"
    if header == "batch":
        return "batch"
    raise InvalidField("`X-Priority` must be interactive or batch.", param="X-Priority")


def _profile(model: str | None, profiles: Sequence[Profile]) -> Profile:
    if model is None:
        return profiles[0]
    for profile in profiles:
        if profile.model == model:
            return profile
    available = ", ".join(f"`{profile.model}`" for profile in profiles)
    raise ModelNotFound(f"The requested model isn't available. `model` must be one of {available}.", param="model")


def _size(size: str | None, profile: Profile, settings: Settings) -> tuple[int, int]:
    if size is None or size == "auto":
        return profile.width, profile.height
    match = re.fullmatch(r"(\d{1,5})x(\d{1,5})", size, re.ASCII)
    if match is None:
        raise InvalidField(f"`size` must be {expected('size')}.", param="size")
    width, height = int(match[1]), int(match[2])
    if width % profile.size_step or height % profile.size_step or min(width, height) < MIN_SIDE:
        rule = f"multiples of {profile.size_step} and at least {MIN_SIDE}"
        raise InvalidField(f"The width and height in `size` must be {rule}.", param="size")
    if max(width, height) > MAX_SIDE:
        raise InvalidField(f"The width and height in `size` must be at most {MAX_SIDE:,}.", param="size")
    if width * height > settings.max_pixels:
        raise InvalidField(f"`size` must not exceed {settings.max_pixels:,} pixels.", param="size")
    return width, height


def _steps(steps: int, sampler: str, profile: Profile) -> int:
    if sampler not in profile.samplers:
        raise InvalidField(f"`sampler` must be one of {', '.join(profile.samplers)} for this model.", param="sampler")
    max_steps = profile.max_steps
    if sampler in SAMPLERS:
        max_steps = min(max_steps, SAMPLERS[sampler].max_steps or max_steps)
    if steps > max_steps:
        raise InvalidField(f"`steps` must be at most {max_steps} for sampler {sampler}.", param="steps")
    return steps


def _loras(request: GenerationRequest, profile: Profile) -> Loras:
    """Return the LoRA set, sorted. Weights have two decimals, so that similar sets share a bucket."""
    requested = request.loras or []
    weights = {lora.name: round(lora.weight, 2) for lora in requested}
    if len(weights) < len(requested):
        raise InvalidField("`loras` can't contain the same LoRA twice.", param="loras")
    if not weights.keys() <= set(profile.loras):
        available = f"contain only {', '.join(profile.loras)}" if profile.loras else "be empty"
        raise InvalidField(f"`loras` must {available} for model `{profile.model}`.", param="loras")
    return tuple(sorted((name, weight) for name, weight in weights.items() if weight))


def _digest(request: GenerationRequest) -> str:
    """Return a hash that is equal for requests with the same image fields."""
    requested: dict[str, Any] = request.model_dump(exclude_none=True, exclude=IGNORED_FIELDS)
    return hashlib.sha256(json.dumps(requested, sort_keys=True).encode()).hexdigest()
