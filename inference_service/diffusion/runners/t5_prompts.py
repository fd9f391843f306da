"""Prompts for models with a T5 text encoder, which reads them whole: as long as it was trained to, never cut.

CLIP's encoders beside it give only a summary, of the first 75 tokens, as the pipelines have it.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from inference_service.engine import Bucket, Picture
from inference_service.errors import BadField
from inference_service.models.model_folder import ModelFolder

CLIP_LENGTH = 77
SHORT, LONG = 256, 512  # tokens, the end included; SD3 and FLUX schnell were trained on 256, FLUX dev on 512
REMEMBERED = 128  # prompts


class PromptLengths:
    """What the tokenizers of an SD3 or FLUX model say of a picture's prompts."""

    def __init__(self, folder: ModelFolder, tokenizers: Mapping[str, Any]) -> None:
        flux = folder.pipeline.startswith("Flux")
        reader = "2" if flux else "3"
        reads = folder.has(f"text_encoder_{reader}")
        self._tokenizer = tokenizers[f"tokenizer_{reader}" if reads else "tokenizer"]
        self._negatives = not flux  # its guidance is an input of the denoiser
        self._count = functools.lru_cache(REMEMBERED)(self._counted)
        if not reads:
            self._lengths: tuple[int, ...] = (CLIP_LENGTH,)
        elif not flux:
            self._lengths = (SHORT, LONG)
        else:
            self._lengths = (LONG,) if folder.config("transformer").get("guidance_embeds") else (SHORT,)

    def guided(self, picture: Picture) -> bool:
        """Whether the picture takes a second lane, of the negative prompt."""
        return self._negatives and picture.guidance > 1

    def tokens(self, prompt: str) -> int:
        """How many tokens the prompt is, without those that only mark its ends."""
        return self._count(prompt) - self._marks

    def length(self, picture: Picture) -> int:
        """The tokens to pad both prompts to, or `BadField` where one is longer than the model reads."""
        asked = {"prompt": picture.prompt}
        if self.guided(picture):
            asked["negative_prompt"] = picture.negative_prompt or ""
        most = self._lengths[-1]
        for name, text in asked.items():
            if self._count(text) > most:
                room, has = most - self._marks, self.tokens(text)
                raise BadField(f"`{name}` has {has} tokens, and this model reads at most {room}.", param=name)
        longest = max(map(self._count, asked.values()))
        return next(length for length in self._lengths if longest <= length)

    def bucket(self, picture: Picture) -> Bucket:
        return Bucket(
            model=picture.model,
            loras=picture.loras,
            width=picture.width,
            height=picture.height,
            chunks=-(-self.length(picture) // SHORT),
            run=f"{picture.steps} {picture.guidance:g} {picture.sampler}",
        )

    @functools.cached_property
    def _marks(self) -> int:
        return self._count("")

    def _counted(self, text: str) -> int:
        return len(self._tokenizer(text, truncation=False, verbose=False).input_ids)
