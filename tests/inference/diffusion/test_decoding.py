"""Decoding of latents: batch sizes, and errors instead of black images."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from inference_service.config.settings import STARTER_MODEL
from inference_service.errors import GenerationFailed
from tests.inference.gaps import same
from tests.inference.side_by_side import FOX, SideBySide, load, nothing, pixels, without_gradients

pytestmark = [
    pytest.mark.model,
    # diffusers hands torch tensors to numpy 2 in its schedulers.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"),
]

SMALL = replace(FOX, width=64, height=64)


@pytest.fixture(scope="module", autouse=True)
def _no_gradients() -> Iterator[None]:
    with without_gradients():
        yield


@pytest.fixture(scope="module")
def starter() -> Any:
    return load(STARTER_MODEL)


def test_an_overflow_is_an_error_and_not_a_black_image(starter: SideBySide) -> None:
    """A numeric overflow fails the request with a remedy."""
    row = starter.runner.start(replace(SMALL, steps=1))
    starter.runner.step([row], nothing)
    row.sampling.latents[0, 0, 0, 0] = float("nan")

    with pytest.raises(GenerationFailed, match="Reduce guidance_scale"):
        starter.runner.decode([row])


def test_the_decode_batch_depends_on_device_and_size(starter: SideBySide) -> None:
    """On a GPU, four images of 1024 x 1024 are decoded at once, fewer larger ones, and more smaller ones."""
    runner, decoder = starter.runner, type(starter.runner._decoder)
    gpu = decoder(starter.pipe, device="cuda")
    rows = [runner.start(replace(FOX, steps=1, seed=seed)) for seed in (1, 2)]
    runner.step(rows, nothing)

    together = [decoded.image for decoded in runner.decode(rows)]

    assert runner.decode_cap(rows[0].bucket) == 1
    assert [gpu.cap(side, side) for side in (512, 768, 1024, 1536, 2048, 4096)] == [16, 7, 4, 1, 1, 1]
    assert [runner.decode([row])[0].sampler for row in rows] == ["ddim", "ddim"]
    assert all(
        same(pixels(image), pixels(runner.decode([row])[0].image)) for image, row in zip(together, rows, strict=True)
    )
