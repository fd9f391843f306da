"""Previews of images in progress, without the VAE."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from inference_service.config.settings import STARTER_MODEL
from inference_service.diffusion.runners.decoding import to_bytes
from tests.inference import tiny_models
from tests.inference.side_by_side import FOX, SideBySide, load, nothing, pixels, without_gradients
from tests.present import present

pytestmark = [
    pytest.mark.model,
    # diffusers hands torch tensors to numpy 2 in its schedulers.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"),
]


@pytest.fixture(scope="module", autouse=True)
def _no_gradients() -> Iterator[None]:
    with without_gradients():
        yield


@pytest.fixture(scope="module")
def starter() -> Any:
    return load(STARTER_MODEL)


def similarity(preview: Any, image: Any) -> Any:
    """Return the PSNR in decibels between a preview and the image at the preview's size."""
    small = image.resize(preview.size, Image.Resampling.BOX)
    return 10 * np.log10(255**2 / np.mean((pixels(preview) - pixels(small)) ** 2))


@pytest.mark.parametrize("sampler", ["default", "euler", "dpmpp_2m", "lcm"])
def test_previews_approach_the_image(starter: SideBySide, sampler: str) -> None:
    """A preview has an eighth of the size, is rough in the middle, and close to the image at the end."""
    runner = starter.runner
    row = runner.start(replace(FOX, sampler=sampler, width=192, height=128, steps=8))
    before = runner.preview(row)
    seen = []

    while row.forwards_left:
        runner.step([row], nothing)
        seen.append(present(runner.preview(row)))

    image = runner.decode([row])[0].image
    assert before is None
    assert {preview.size for preview in seen} == {(24, 16)}
    assert similarity(seen[-1], image) > 18
    assert similarity(seen[3], image) > 13
    assert similarity(seen[-1], image) > similarity(seen[0], image)


def test_noise_predictions_have_previews_too(tmp_path: Path) -> None:
    """The prediction of the last step of a noise-predicting model is its final image."""
    import torch

    tiny_models.save_sd(tmp_path)
    runner = load(tmp_path).runner
    row = runner.start(replace(FOX, sampler="euler", width=64, height=64))

    while row.forwards_left:
        runner.step([row], nothing)

    assert row.last_prediction is not None
    predicted: Any = row.sampling.predicted_original(row.last_prediction.scaled, row.last_prediction.prediction)
    assert torch.allclose(predicted, row.sampling.latents, atol=1e-3)


def test_bytes_are_rounded_and_clipped() -> None:
    """Values are rounded to 256 levels and clipped."""
    import torch

    values = torch.tensor([-1.5, -1.0, 0.0, 1.0, 1.5, 100.6 / 127.5 - 1]).view(1, 1, 1, 6).expand(1, 3, 1, 6)

    levels = to_bytes(values)

    assert levels.dtype == torch.uint8
    assert levels[0, 0, :, 0].tolist() == [0, 0, 128, 255, 255, 101]
