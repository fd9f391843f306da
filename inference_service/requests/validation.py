"""The order that a request becomes: complete, and within what the model and the service can do."""

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
from inference_service.engine import Picture
from inference_service.errors import BadField, UnknownModel
from inference_service.models.profile import Profile
from inference_service.requests.request_body import LARGEST_SEED, GenerationRequest, expected

DRAWN_SEED = 2**32  # a drawn seed stays short enough to read aloud
SMALLEST_SIDE = 64
LARGEST_SIDE = 16_383  # WebP's limit, the lowest of the formats'
QUALITY = 90  # of WebP and JPEG
UNREAD = {"stream", "partial_images", "response_format", "quality", "style", "moderation", "user", "safety_identifier"}
"""Fields that change nothing about the pictures, so that a repeat may differ in them."""

OutputFormat = Literal["png", "webp", "jpeg"]
Priority = Literal["interactive", "batch"]
Loras = tuple[tuple[str, float], ...]


@dataclass(frozen=True, kw_only=True)
class Order:
    """A request that can be painted.  All its pictures are of one model, one LoRA set and one size."""

    pictures: tuple[Picture, ...]
    model: str
    revision: str
    output_format: OutputFormat
    quality: int  # of WebP and JPEG
    stream: bool
    partial_images: int = 0  # previews of each picture, evenly spaced over its steps
    priority: Priority = "interactive"
    digest: str  # of what was asked, seed drawn or not

    @property
    def steps(self) -> int:
        return sum(picture.steps for picture in self.pictures)

    @property
    def size(self) -> str:
        return f"{self.pictures[0].width}x{self.pictures[0].height}"

    @property
    def kind(self) -> str:
        """The bucket as far as it is known before the prompt is read, in the same words."""
        loras = "".join(f"+{name}:{weight:g}" for name, weight in self.pictures[0].loras)
        return f"{self.model}{loras} {self.size}"


def order(
    request: GenerationRequest, profiles: Sequence[Profile], settings: Settings, *, priority: Priority = "interactive"
) -> Order:
    """The request completed from its model's profile, or `BadField` where model or service cannot do it.

    `profiles` are those of the served models, the default one first.
    """
    profile = _profile(request.model, profiles)
    count = request.n or 1
    if count > settings.max_images:
        raise BadField(f"`n` must be at most {settings.max_images}.", param="n")
    width, height = _size(request.size, profile, settings)
    sampler = profile.sampler if request.sampler is None else request.sampler
    steps = _steps(request.steps or profile.steps, sampler, profile)
    loras = _loras(request, profile)
    seed = secrets.randbelow(DRAWN_SEED) if request.seed is None else request.seed
    if seed + count - 1 > LARGEST_SEED:
        raise BadField(f"`seed` must be at most {LARGEST_SEED - count + 1} with {count} pictures.", param="seed")
    guidance = profile.guidance if request.guidance_scale is None else float(request.guidance_scale)
    pictures = tuple(
        Picture(
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
    return Order(
        pictures=pictures,
        model=profile.model,
        revision=profile.revision,
        output_format=request.output_format or "png",
        quality=QUALITY if request.output_compression is None else request.output_compression,
        stream=bool(request.stream),
        partial_images=(request.partial_images or 0) if request.stream else 0,
        priority=priority,
        digest=_digest(request),
    )


def priority(header: str | None) -> Priority:
    """What the header `X-Priority` asks for, or `BadField`."""
    if header is None or header == "interactive":
        return "interactive"
    if header == "batch":
        return "batch"
    raise BadField("`X-Priority` must be interactive or batch.", param="X-Priority")


def _profile(model: str | None, profiles: Sequence[Profile]) -> Profile:
    if model is None:
        return profiles[0]
    for profile in profiles:
        if profile.model == model:
            return profile
    served = ", ".join(f"`{profile.model}`" for profile in profiles)
    raise UnknownModel(f"This service does not serve that model; `model` must be {served}.", param="model")


def _size(size: str | None, profile: Profile, settings: Settings) -> tuple[int, int]:
    if size is None or size == "auto":
        return profile.width, profile.height
    match = re.fullmatch(r"(\d{1,5})x(\d{1,5})", size, re.ASCII)
    if match is None:
        raise BadField(f"`size` must be {expected('size')}.", param="size")
    width, height = int(match[1]), int(match[2])
    if width % profile.size_step or height % profile.size_step or min(width, height) < SMALLEST_SIDE:
        rule = f"multiples of {profile.size_step} from {SMALLEST_SIDE}"
        raise BadField(f"`size` must have a width and a height that are {rule}.", param="size")
    if max(width, height) > LARGEST_SIDE:
        raise BadField(f"`size` must have a width and a height of at most {LARGEST_SIDE:,}.", param="size")
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


def _loras(request: GenerationRequest, profile: Profile) -> Loras:
    """The LoRA set, sorted; weights to two decimals, so that nearly equal ones share a bucket."""
    asked = request.loras or []
    weights = {lora.name: round(lora.weight, 2) for lora in asked}
    if len(weights) < len(asked):
        raise BadField("`loras` must name each LoRA once.", param="loras")
    if not weights.keys() <= set(profile.loras):
        served = f"be among {', '.join(profile.loras)}" if profile.loras else "be empty"
        raise BadField(f"`loras` must {served} for the model `{profile.model}`.", param="loras")
    return tuple(sorted((name, weight) for name, weight in weights.items() if weight))


def _digest(request: GenerationRequest) -> str:
    """The same for two requests that ask for the same pictures in the same words."""
    asked: dict[str, Any] = request.model_dump(exclude_none=True, exclude=UNREAD)
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
