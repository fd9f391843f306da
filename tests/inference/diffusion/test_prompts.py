"""Prompts: read completely in chunks, padded per request, and cached."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from inference_service.config.settings import STARTER_MODEL
from inference_service.diffusion.runners.clip_prompts import CACHED_PROMPTS, PromptEncoder, PromptTokens, tokens_of
from tests.inference import tiny_models
from tests.inference.gaps import far_apart, same
from tests.inference.side_by_side import FOX, SideBySide, load, without_gradients

pytestmark = [
    pytest.mark.model,
    # diffusers hands torch tensors to numpy 2 in its schedulers.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"),
]

LONG = "a fox in the snow, " * 20  # About 100 tokens.


@pytest.fixture(scope="module", autouse=True)
def _no_gradients() -> Iterator[None]:
    with without_gradients():
        yield


@pytest.fixture(scope="module")
def starter() -> Any:
    return load(STARTER_MODEL)


@pytest.fixture(scope="module")
def sdxl(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("sdxl")
    tiny_models.save_sdxl(folder)
    return load(folder)


class Watched:
    """A text encoder that records its inputs."""

    def __init__(self, encoder: Any) -> None:
        self.encoder = encoder
        self.device = encoder.device
        self.read: list[Any] = []

    def __call__(self, ids: Any, **options: Any) -> Any:
        self.read.append(ids)
        return self.encoder(ids, **options)


class OneEncoder:
    """The part of a pipeline that prompts need."""

    def __init__(self, encoder: Any) -> None:
        self.text_encoder = encoder


@pytest.fixture
def watched(starter: SideBySide) -> tuple[PromptEncoder, Watched]:
    """A prompt encoder with a recording text encoder."""
    import torch

    encoder = Watched(starter.pipe.text_encoder)
    return PromptEncoder(OneEncoder(encoder), tokens_of(starter.pipe), dtype=torch.float32), encoder


def test_a_long_prompt_is_read_completely(starter: SideBySide) -> None:
    """A prompt is split into chunks of 75 tokens with begin and end tokens, and the last chunk is padded."""
    tokenizer = starter.pipe.tokenizer
    tokens = PromptTokens([tokenizer])
    chunks = tokens.chunks(replace(FOX, prompt=LONG))

    (rows,) = tokens.chunked(LONG, chunks)

    start_blocked, end = tokenizer.bos_token_id, tokenizer.eos_token_id
    assert (chunks, tokens.count(LONG)) == (2, len(tokenizer(LONG, add_special_tokens=False).input_ids))
    assert [len(row) for row in rows] == [77, 77]
    assert all(row[0] == start_blocked and row[-1] == end for row in rows)
    read = [number for row in rows for number in row if number not in (start_blocked, end)]
    assert read == tokenizer(LONG, add_special_tokens=False).input_ids


@pytest.mark.parametrize(("words", "chunks"), [(0, 1), (75, 1), (76, 2), (150, 2), (151, 3)])
def test_chunks_are_as_many_as_the_longer_prompt_needs(starter: SideBySide, words: int, chunks: int) -> None:
    """A chunk has 75 tokens, and a negative prompt counts if it is read."""
    tokens = PromptTokens([starter.pipe.tokenizer])
    text = " ".join(["fox"] * words)

    assert tokens.count(text) == words
    assert tokens.chunks(replace(FOX, prompt=text)) == chunks
    assert tokens.chunks(replace(FOX, negative_prompt=text)) == chunks
    assert tokens.chunks(replace(FOX, negative_prompt=text, guidance=1.0)) == 1
    assert PromptTokens([starter.pipe.tokenizer], negatives=False).chunks(replace(FOX, negative_prompt=text)) == 1


@pytest.mark.parametrize("where", ["prompt", "negative_prompt"])
def test_the_last_words_of_a_long_prompt_count_and_none_is_logged(
    starter: SideBySide, where: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Words after token 77 of both prompts change the image, and no library prints them."""
    caplog.set_level(logging.DEBUG)
    night: dict[str, Any] = {where: LONG + "a black castle at night"}
    sunset: dict[str, Any] = {where: LONG + "a red sky at sunset"}
    at_night, at_sunset = replace(FOX, steps=2, **night), replace(FOX, steps=2, **sunset)

    images = [starter.alone(at_night), starter.alone(at_sunset), starter.in_batch(at_night, [at_sunset] * 2)]

    assert far_apart(images[0], images[1])
    assert same(images[0], images[2])
    assert "fox" not in caplog.text
    assert "fox" not in "".join(capfd.readouterr())


def test_both_prompts_are_padded_to_the_same_length(watched: Any) -> None:
    """The shorter prompt gets an empty chunk, independently of other images."""
    prompts, encoder = watched

    prompt, negative = prompts.encode(replace(FOX, negative_prompt=LONG), 2)
    alone, _ = prompts.encode(FOX, 1)

    assert prompt.states.shape == negative.states.shape == (1, 154, 192)
    assert alone.states.shape == (1, 77, 192)
    assert [tuple(ids.shape) for ids in encoder.read[:2]] == [(2, 77), (2, 77)]
    assert encoder.read[0][1].unique().tolist() == sorted({6209, 6210})  # A begin token, an end token, and padding.


def test_recent_prompts_are_cached_per_lora_set(watched: Any) -> None:
    """A prompt is encoded once, and again for other LoRAs, which change the encoder."""
    prompts, encoder = watched

    first, _ = prompts.encode(FOX, 1)
    again, _ = prompts.encode(replace(FOX, seed=8, steps=9), 1)
    reads = len(encoder.read)
    prompts.encode(replace(FOX, loras=(("ink", 0.5),)), 1)

    assert again is first
    assert reads == 2  # The prompt and the empty negative prompt.
    assert len(encoder.read) == 4


def test_the_number_of_cached_prompts_is_limited(watched: Any) -> None:
    """The least recently used prompt is encoded again."""
    prompts, encoder = watched
    unguided = replace(FOX, guidance=1.0)

    for number in range(CACHED_PROMPTS + 1):
        prompts.encode(replace(unguided, prompt=f"fox {number}"), 1)
    prompts.encode(replace(unguided, prompt=f"fox {CACHED_PROMPTS}"), 1)
    before = len(encoder.read)
    prompts.encode(replace(unguided, prompt="fox 0"), 1)

    assert before == CACHED_PROMPTS + 1
    assert len(encoder.read) == before + 1


def test_sdxl_reads_both_encoders_and_the_summary_of_the_first_chunk(sdxl: Any) -> None:
    """The states of both encoders are concatenated as in the pipeline, and an absent negative prompt is zeros."""
    import torch

    pipe, prompts = sdxl.pipe, sdxl.runner._prompts
    states, zeros, pooled, no_summary = pipe.encode_prompt(FOX.prompt)

    prompt, absent = prompts.encode(FOX, 1)
    _, empty = prompts.encode(replace(FOX, negative_prompt=""), 1)
    long, _ = prompts.encode(replace(FOX, prompt=LONG), 2)

    assert torch.equal(prompt.states, states)
    assert torch.equal(prompt.pooled, pooled)
    assert torch.equal(absent.states, zeros)
    assert torch.equal(absent.pooled, no_summary)
    assert empty.states.abs().max() > 0
    assert (long.states.shape, long.pooled.shape) == ((1, 154, 64), (1, 32))


def test_the_repr_of_a_row_contains_no_prompt(starter: SideBySide) -> None:
    """The repr of a row, which may be logged, contains no prompt."""
    row = starter.runner.start(replace(FOX, negative_prompt="a castle"))

    assert "fox" not in repr(row)
    assert "castle" not in repr(row)
