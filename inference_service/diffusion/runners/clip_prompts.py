"""Prompts for CLIP text encoders, in chunks of the encoder's length and never truncated.

The positive and the negative prompt of an image are padded to the same number of chunks, but not to those of other
images: padding changes an image by several levels.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from inference_service.diffusion.runners.sampling import to_device
from inference_service.engine import ImageSpec

LENGTH = 77  # Length of CLIP's text encoders. A tokenizer saved without its length reports 10**30.
CACHED_PROMPTS = 64  # Prompts. SDXL's take 315 KB each.


class PromptTokens:
    """A model's tokenizers, which determine the bucket of an image.

    `negatives` is False for models whose guidance is an input of the denoiser, because they read no negative prompt.
    Used by one thread: a fast tokenizer raises "Already borrowed" in two.
    """

    def __init__(self, tokenizers: Sequence[Any], *, negatives: bool = True) -> None:
        self._tokenizers = tuple(tokenizers)
        self._negatives = negatives
        self._chunk_length = min(int(self._tokenizers[0].model_max_length), LENGTH) - 2
        self._ids = functools.lru_cache(2 * CACHED_PROMPTS)(self._tokenized)

    def count(self, text: str) -> int:
        """Return the number of tokens without begin and end tokens."""
        return len(self._ids(text)[0])

    def guided(self, spec: ImageSpec) -> bool:
        """Return whether the image uses a second batch row, for the negative prompt."""
        return self._negatives and spec.guidance > 1

    def chunks(self, spec: ImageSpec) -> int:
        """Return the number of chunks of the image's longest prompt."""
        texts = [spec.prompt, spec.negative_prompt or ""] if self.guided(spec) else [spec.prompt]
        longest = max(len(ids) for text in texts for ids in self._ids(text))
        return max(1, -(-longest // self._chunk_length))

    def chunked(self, text: str, chunks: int) -> list[list[list[int]]]:
        """Return `chunks` rows of token IDs for each tokenizer, each with begin and end tokens."""
        length = self._chunk_length
        tables = []
        for tokenizer, ids in zip(self._tokenizers, self._ids(text), strict=True):
            rows = [
                [tokenizer.bos_token_id, *ids[number * length : (number + 1) * length], tokenizer.eos_token_id]
                for number in range(chunks)
            ]
            tables.append([row + [tokenizer.pad_token_id] * (length + 2 - len(row)) for row in rows])
        return tables

    def _tokenized(self, text: str) -> tuple[list[int], ...]:
        return tuple(
            tokenizer(text, add_special_tokens=False, truncation=False, verbose=False).input_ids
            for tokenizer in self._tokenizers
        )


@dataclass(frozen=True)
class Encoded:
    """An encoded prompt."""

    states: Any = field(repr=False)  # [1, chunks x 77, width], in the denoiser's dtype.
    pooled: Any = field(default=None, repr=False)  # [1, width], if the model uses pooled embeddings.


class PromptEncoder:
    """Encodes the prompts of images, and caches recent ones."""

    def __init__(self, pipe: Any, tokens: PromptTokens, *, dtype: Any) -> None:
        self._tokens = tokens
        encoders = TextEncoders(pipe, tokens, dtype=dtype)
        self._zeros_when_absent = encoders.summarise and bool(pipe.config.force_zeros_for_empty_prompt)
        # Caching a method of this class would create a reference cycle and keep an evicted model in memory.
        self._read = functools.lru_cache(CACHED_PROMPTS)(encoders.read)

    def encode(self, spec: ImageSpec, chunks: int) -> tuple[Encoded, Encoded | None]:
        """Return the encoded prompt and, for a guided image, the encoded negative prompt, each in `chunks` chunks."""
        import torch

        prompt = self._read(spec.prompt, chunks, spec.loras)
        if not self._tokens.guided(spec):
            return prompt, None
        # For these models an absent negative prompt is encoded as zeros, and an empty one as text.
        if spec.negative_prompt is None and self._zeros_when_absent:
            return prompt, Encoded(torch.zeros_like(prompt.states), torch.zeros_like(prompt.pooled))
        return prompt, self._read(spec.negative_prompt or "", chunks, spec.loras)


class TextEncoders:
    """A model's CLIP text encoders: one, or two for SDXL, which also return pooled embeddings."""

    def __init__(self, pipe: Any, tokens: PromptTokens, *, dtype: Any) -> None:
        second = getattr(pipe, "text_encoder_2", None)
        self._encoders = [one for one in (pipe.text_encoder, second) if one is not None]
        self._tokens = tokens
        self._dtype = dtype
        self.summarise = second is not None

    def read(self, text: str, chunks: int, loras: tuple[tuple[str, float], ...]) -> Encoded:
        """Encode a prompt in `chunks` chunks. `loras`, already merged, are only part of the cache key."""
        import torch

        columns, pooled = [], None
        for encoder, rows in zip(self._encoders, self._tokens.chunked(text, chunks), strict=True):
            ids = to_device(torch.tensor(rows), encoder.device)
            if self.summarise:
                output = encoder(ids, output_hidden_states=True)
                columns.append(output.hidden_states[-2])  # SDXL uses the last layer but one.
                # And the pooled output of the second encoder for the first chunk.
                pooled = output[0][:1].to(self._dtype)
            else:
                columns.append(encoder(ids)[0])
        states = torch.cat(columns, dim=-1)
        return Encoded(states.reshape(1, -1, states.shape[-1]).to(self._dtype), pooled)


def tokens_of(pipe: Any) -> PromptTokens:
    """Return the tokenizers of a loaded pipeline."""
    tokenizers = (pipe.tokenizer, getattr(pipe, "tokenizer_2", None))
    return PromptTokens(
        [one for one in tokenizers if one is not None], negatives=pipe.unet.config.time_cond_proj_dim is None
    )
