"""Prompts longer than a CLIP text encoder reads at once: encoded in chunks, never cut.

Short prompts are left to the pipeline, which then does exactly what it always does.  The positive and
the negative prompt of one picture are padded to the same number of chunks.
"""

from __future__ import annotations

from typing import Any

CHUNKED = frozenset({"StableDiffusionPipeline", "StableDiffusionXLPipeline"})


def token_count(pipe: Any, prompt: str) -> int:
    """How many tokens the prompt is, without those that only mark its ends."""
    tokenizer = getattr(pipe, "tokenizer", None)
    return len(_ids(tokenizer, prompt)) if tokenizer is not None else 0


def embeddings(pipe: Any, prompt: str, negative: str | None, *, guided: bool) -> dict[str, Any]:
    """What the pipeline is called with: the texts, or where they are too long for it, their embeddings."""
    texts = {"prompt": prompt, "negative_prompt": negative}
    if type(pipe).__name__ not in CHUNKED:
        return texts
    longest = max(len(_ids(pipe.tokenizer, text)) for text in (prompt, negative or ""))
    room = _length(pipe.tokenizer) - 2
    if longest <= room:
        return texts
    chunks = -(-longest // room)
    if type(pipe).__name__ == "StableDiffusionXLPipeline":
        return _two_encoders(pipe, prompt, negative, chunks, guided=guided)
    encoded = {"prompt_embeds": _last_states(pipe, prompt, chunks)}
    if guided:
        encoded["negative_prompt_embeds"] = _last_states(pipe, negative or "", chunks)
    return encoded


def _last_states(pipe: Any, text: str, chunks: int) -> Any:
    import torch

    rows = [pipe.text_encoder(ids.to(pipe.device))[0] for ids in _chunked(pipe.tokenizer, text, chunks)]
    return torch.cat(rows, dim=1)


def _two_encoders(pipe: Any, prompt: str, negative: str | None, chunks: int, *, guided: bool) -> dict[str, Any]:
    """SDXL reads the last but one layer of two encoders, and the second one's summary of the first chunk."""
    import torch

    states, pooled = _both_states(pipe, prompt, chunks)
    encoded = {"prompt_embeds": states, "pooled_prompt_embeds": pooled}
    if guided:
        if negative is None and pipe.config.force_zeros_for_empty_prompt:
            negative_states, negative_pooled = torch.zeros_like(states), torch.zeros_like(pooled)
        else:
            negative_states, negative_pooled = _both_states(pipe, negative or "", chunks)
        encoded |= {"negative_prompt_embeds": negative_states, "negative_pooled_prompt_embeds": negative_pooled}
    return encoded


def _both_states(pipe: Any, text: str, chunks: int) -> tuple[Any, Any]:
    import torch

    columns, pooled = [], None
    for tokenizer, encoder in ((pipe.tokenizer, pipe.text_encoder), (pipe.tokenizer_2, pipe.text_encoder_2)):
        outputs = [encoder(ids.to(pipe.device), output_hidden_states=True) for ids in _chunked(tokenizer, text, chunks)]
        columns.append(torch.cat([output.hidden_states[-2] for output in outputs], dim=1))
        pooled = outputs[0][0]
    return torch.cat(columns, dim=-1), pooled


def _chunked(tokenizer: Any, text: str, chunks: int) -> list[Any]:
    """The text's tokens as rows of the encoder's full length, each with its own begin and end."""
    import torch

    ids, length = _ids(tokenizer, text), _length(tokenizer)
    room = length - 2
    rows = []
    for number in range(chunks):
        row = [tokenizer.bos_token_id, *ids[number * room : (number + 1) * room], tokenizer.eos_token_id]
        row += [tokenizer.pad_token_id] * (length - len(row))
        rows.append(torch.tensor([row]))
    return rows


def _length(tokenizer: Any) -> int:
    # A tokenizer saved without its length says 10**30; CLIP's is 77 everywhere.
    return min(int(tokenizer.model_max_length), 77)


def _ids(tokenizer: Any, text: str) -> list[int]:
    ids: list[int] = tokenizer(text, add_special_tokens=False, truncation=False).input_ids
    return ids
