"""Rows of a UNet's batch, one per image in progress."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from inference_service.diffusion.runners.clip_prompts import Encoded, PromptTokens
from inference_service.diffusion.runners.sampling import Sampling
from inference_service.engine import Bucket, ImageSpec


@dataclass(frozen=True)
class LastPrediction:
    """Input and output of the last forward, from which a preview is computed."""

    scaled: Any
    prediction: Any


@dataclass(eq=False, kw_only=True)
class StepRow:
    """State of one image. Between two steps only `sampling` and `last_prediction` change."""

    spec: ImageSpec
    bucket: Bucket
    text_tokens: int
    prompt: Encoded
    negative: Encoded | None  # None for an unguided image, which uses one batch row.
    guidance: Any  # [1, 1, 1, 1] float32, on the device.
    sampling: Sampling = field(repr=False)
    time_ids: Any = None  # [1, 6], for SDXL.
    guidance_embedding: Any = None  # [1, width], for models whose guidance is an input.
    last_prediction: LastPrediction | None = field(default=None, repr=False)

    @property
    def forwards_left(self) -> int:
        return self.sampling.forwards_left

    @property
    def steps_done(self) -> int:
        forwards = self.sampling.forwards_done + self.forwards_left
        return min(self.spec.steps, round(self.sampling.forwards_done * self.spec.steps / forwards))

    @property
    def batch_rows(self) -> int:
        return 1 if self.negative is None else 2


def bucket_of(spec: ImageSpec, tokens: PromptTokens) -> Bucket:
    """Return the bucket of an image, which requires only the tokenizers."""
    return Bucket(
        model=spec.model,
        loras=spec.loras,
        width=spec.width,
        height=spec.height,
        chunks=tokens.chunks(spec),
    )
