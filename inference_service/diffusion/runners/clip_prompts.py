"""Prompts as the denoiser reads them: in chunks of the text encoder's length, never cut.

The positive and the negative prompt of one picture are padded to the same number of chunks, and never to
a neighbour's: padding moves a picture by several levels.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from inference_service.diffusion.runners.sampling import sent
from inference_service.engine import Picture

LENGTH = 77  # of CLIP's text encoders; a tokenizer saved without its length says 10**30
REMEMBERED = 64  # prompts; SDXL's take 315 KB each


class PromptTokens:
    """A model's tokenizers: all that is needed to say which bucket a picture belongs to.

    `negatives` is False for models whose guidance is an input of the denoiser: they read no negative prompt.
    For the use of one thread (a fast tokenizer raises "Already borrowed" in two).
    """

    def __init__(self, tokenizers: Sequence[Any], *, negatives: bool = True) -> None:
        self._tokenizers = tuple(tokenizers)
        self._negatives = negatives
        self._room = min(int(self._tokenizers[0].model_max_length), LENGTH) - 2
        self._ids = functools.lru_cache(2 * REMEMBERED)(self._tokenized)

    def count(self, text: str) -> int:
        """How many tokens the text is, without those that only mark its ends."""
        return len(self._ids(text)[0])

    def guided(self, picture: Picture) -> bool:
        """Whether the picture takes a second lane, of the negative prompt."""
        return self._negatives and picture.guidance > 1

    def chunks(self, picture: Picture) -> int:
        """How many chunks the longer one of the picture's prompts takes."""
        texts = [picture.prompt, picture.negative_prompt or ""] if self.guided(picture) else [picture.prompt]
        longest = max(len(ids) for text in texts for ids in self._ids(text))
        return max(1, -(-longest // self._room))

    def chunked(self, text: str, chunks: int) -> list[list[list[int]]]:
        """For each tokenizer the text's ids as `chunks` rows of full length, each with its own begin and end."""
        room = self._room
        tables = []
        for tokenizer, ids in zip(self._tokenizers, self._ids(text), strict=True):
            rows = [
                [tokenizer.bos_token_id, *ids[number * room : (number + 1) * room], tokenizer.eos_token_id]
                for number in range(chunks)
            ]
            tables.append([row + [tokenizer.pad_token_id] * (room + 2 - len(row)) for row in rows])
        return tables

    def _tokenized(self, text: str) -> tuple[list[int], ...]:
        return tuple(
            tokenizer(text, add_special_tokens=False, truncation=False, verbose=False).input_ids
            for tokenizer in self._tokenizers
        )


@dataclass(frozen=True)
class Encoded:
    """One prompt, read."""

    states: Any = field(repr=False)  # [1, chunks x 77, width], in the denoiser's dtype
    pooled: Any = field(default=None, repr=False)  # [1, width] where the model wants a summary


class PromptEncoder:
    """Reads a picture's prompts, and remembers those read last."""

    def __init__(self, pipe: Any, tokens: PromptTokens, *, dtype: Any) -> None:
        self._tokens = tokens
        encoders = TextEncoders(pipe, tokens, dtype=dtype)
        self._zeros_when_absent = encoders.summarise and bool(pipe.config.force_zeros_for_empty_prompt)
        # Not of a method of its own: with a circle of references a model given up would stay in memory.
        self._read = functools.lru_cache(REMEMBERED)(encoders.read)

    def encode(self, picture: Picture, chunks: int) -> tuple[Encoded, Encoded | None]:
        """The prompt and, for a guided picture, the negative prompt, each in `chunks` chunks."""
        import torch

        prompt = self._read(picture.prompt, chunks, picture.loras)
        if not self._tokens.guided(picture):
            return prompt, None
        # To such a model an absent negative prompt is zeros, and an empty one is a text.
        if picture.negative_prompt is None and self._zeros_when_absent:
            return prompt, Encoded(torch.zeros_like(prompt.states), torch.zeros_like(prompt.pooled))
        return prompt, self._read(picture.negative_prompt or "", chunks, picture.loras)


class TextEncoders:
    """A model's CLIP text encoders: one, or SDXL's two, which also summarise a prompt."""

    def __init__(self, pipe: Any, tokens: PromptTokens, *, dtype: Any) -> None:
        second = getattr(pipe, "text_encoder_2", None)
        self._encoders = [one for one in (pipe.text_encoder, second) if one is not None]
        self._tokens = tokens
        self._dtype = dtype
        self.summarise = second is not None

    def read(self, text: str, chunks: int, loras: tuple[tuple[str, float], ...]) -> Encoded:
        """A prompt in `chunks` chunks; `loras`, already in the encoders, tell apart what is remembered."""
        import torch

        columns, pooled = [], None
        for encoder, rows in zip(self._encoders, self._tokens.chunked(text, chunks), strict=True):
            ids = sent(torch.tensor(rows), encoder.device)
            if self.summarise:
                output = encoder(ids, output_hidden_states=True)
                columns.append(output.hidden_states[-2])  # SDXL reads the last layer but one
                pooled = output[0][:1].to(self._dtype)  # and the second encoder's summary of the first chunk
            else:
                columns.append(encoder(ids)[0])
        states = torch.cat(columns, dim=-1)
        return Encoded(states.reshape(1, -1, states.shape[-1]).to(self._dtype), pooled)


def tokens_of(pipe: Any) -> PromptTokens:
    """The tokenizers of a loaded pipeline."""
    tokenizers = (pipe.tokenizer, getattr(pipe, "tokenizer_2", None))
    return PromptTokens(
        [one for one in tokenizers if one is not None], negatives=pipe.unet.config.time_cond_proj_dim is None
    )
