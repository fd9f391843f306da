"""A row: one picture on its way through a UNet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from inference_service.diffusion.runners.clip_prompts import Encoded, PromptTokens
from inference_service.diffusion.runners.sampling import Sampling
from inference_service.engine import Bucket, Picture


@dataclass(frozen=True)
class Foresight:
    """What one turn took and gave: enough to see what the picture seems to become."""

    scaled: Any
    prediction: Any


@dataclass(eq=False, kw_only=True)
class StepRow:
    """All that is the picture's own.  Between two turns only `sampling` and `foresight` change."""

    picture: Picture
    bucket: Bucket
    text_tokens: int
    prompt: Encoded
    negative: Encoded | None  # None: unguided, one lane
    guidance: Any  # [1, 1, 1, 1] float32, on the device
    sampling: Sampling = field(repr=False)
    time_ids: Any = None  # [1, 6], SDXL's
    guidance_embedding: Any = None  # [1, width], of models whose guidance is an input
    foresight: Foresight | None = field(default=None, repr=False)

    @property
    def turns_left(self) -> int:
        return self.sampling.turns_left

    @property
    def steps_done(self) -> int:
        turns = self.sampling.turn + self.turns_left
        return min(self.picture.steps, round(self.sampling.turn * self.picture.steps / turns))

    @property
    def lanes(self) -> int:
        return 1 if self.negative is None else 2


def bucket_of(picture: Picture, tokens: PromptTokens) -> Bucket:
    """Where a picture belongs; takes the tokenizers alone."""
    return Bucket(
        model=picture.model,
        loras=picture.loras,
        width=picture.width,
        height=picture.height,
        chunks=tokens.chunks(picture),
    )
