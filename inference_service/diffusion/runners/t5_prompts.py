"""Prompts for models with a T5 text encoder, which are never truncated.

CLIP's encoders of these models only provide a summary of the first 75 tokens, as in diffusers' pipelines.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from inference_service.engine import Bucket, ImageSpec
from inference_service.errors import InvalidField
from inference_service.models.model_folder import ModelFolder

CLIP_LENGTH = 77
SHORT, LONG = 256, 512  # Tokens including the end token. SD3 and FLUX schnell were trained on 256, FLUX dev on 512.
CACHED_PROMPTS = 128  # Prompts.


class T5PromptLengths:
    """Prompt lengths of an SD3 or FLUX model, from its tokenizers."""

    def __init__(self, folder: ModelFolder, tokenizers: Mapping[str, Any]) -> None:
        flux = folder.pipeline.startswith("Flux")
        t5_number = "2" if flux else "3"
        has_t5 = folder.has(f"text_encoder_{t5_number}")
        self._tokenizer = tokenizers[f"tokenizer_{t5_number}" if has_t5 else "tokenizer"]
        self._negatives = not flux  # FLUX's guidance is an input of the denoiser.
        self._count = functools.lru_cache(CACHED_PROMPTS)(self._count_tokens)
        if not has_t5:
            self._lengths: tuple[int, ...] = (CLIP_LENGTH,)
        elif not flux:
            self._lengths = (SHORT, LONG)
        else:
            self._lengths = (LONG,) if folder.config("transformer").get("guidance_embeds") else (SHORT,)

    def guided(self, spec: ImageSpec) -> bool:
        """Return whether the image uses a second batch row, for the negative prompt."""
        return self._negatives and spec.guidance > 1

    def tokens(self, prompt: str) -> int:
        """Return the number of tokens of the prompt without special tokens."""
        return self._count(prompt) - self._special_tokens

    def length(self, spec: ImageSpec) -> int:
        """Return the tokens to pad both prompts to, or raise InvalidField if one is too long."""
        texts = {"prompt": spec.prompt}
        if self.guided(spec):
            texts["negative_prompt"] = spec.negative_prompt or ""
        longest_allowed = self._lengths[-1]
        for name, text in texts.items():
            if self._count(text) > longest_allowed:
                limit, count = longest_allowed - self._special_tokens, self.tokens(text)
                raise InvalidField(f"`{name}` has {count} tokens. This model accepts at most {limit}.", param=name)
        longest = max(map(self._count, texts.values()))
        return next(length for length in self._lengths if longest <= length)

    def bucket(self, spec: ImageSpec) -> Bucket:
        return Bucket(
            model=spec.model,
            loras=spec.loras,
            width=spec.width,
            height=spec.height,
            chunks=-(-self.length(spec) // SHORT),
            run=f"{spec.steps} {spec.guidance:g} {spec.sampler}",
        )

    @functools.cached_property
    def _special_tokens(self) -> int:
        return self._count("")

    def _count_tokens(self, text: str) -> int:
        return len(self._tokenizer(text, truncation=False, verbose=False).input_ids)
