"""Previews: what a picture seems to become, without the VAE."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from inference_service.config.settings import STARTER_MODEL
from inference_service.diffusion.runners.decoding import in_bytes
from tests.inference import tiny_models
from tests.inference.side_by_side import FOX, load, nothing, pixels, without_gradients

pytestmark = [
    # diffusers hands torch tensors to numpy 2 in its schedulers.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"),
]


@pytest.fixture(scope="module", autouse=True)
def _no_gradients():
    with without_gradients():
        yield


@pytest.fixture(scope="module")
def starter():
    return load(STARTER_MODEL)


def likeness(preview, picture):
    """Decibels (PSNR) between a preview and the picture at the preview's size."""
    small = picture.resize(preview.size, Image.Resampling.BOX)
    return 10 * np.log10(255**2 / np.mean((pixels(preview) - pixels(small)) ** 2))


@pytest.mark.parametrize("sampler", ["default", "euler", "dpmpp_2m", "lcm"])
def test_a_preview_comes_to_look_like_the_picture(starter, sampler):
    """
    An eighth of its size; nothing before the first step, rough in the middle, close after the last.
    """
    painter = starter.painter
    row = painter.enter(replace(FOX, sampler=sampler, width=192, height=128, steps=8))
    before = painter.preview(row)
    seen = []

    while row.turns_left:
        painter.step([row], nothing)
        seen.append(painter.preview(row))

    picture = painter.decode([row])[0].image
    assert before is None
    assert {preview.size for preview in seen} == {(24, 16)}
    assert likeness(seen[-1], picture) > 18
    assert likeness(seen[3], picture) > 13
    assert likeness(seen[-1], picture) > likeness(seen[0], picture)


def test_noise_predictions_are_foreseen_too(tmp_path):
    """
    The picture that the last step of a noise-predicting model foresaw is the one that it then has.
    """
    import torch

    tiny_models.save_sd(tmp_path)
    painter = load(tmp_path).painter
    row = painter.enter(replace(FOX, sampler="euler", width=64, height=64))

    while row.turns_left:
        painter.step([row], nothing)

    foreseen = row.sampling.foreseen(row.foresight.scaled, row.foresight.prediction)
    assert torch.allclose(foreseen, row.sampling.latents, atol=1e-3)


def test_bytes_are_rounded_and_never_wrap():
    """
    The nearest of 256 levels; what lies outside is black or white.
    """
    import torch

    values = torch.tensor([-1.5, -1.0, 0.0, 1.0, 1.5, 100.6 / 127.5 - 1]).view(1, 1, 1, 6).expand(1, 3, 1, 6)

    levels = in_bytes(values)

    assert levels.dtype == torch.uint8
    assert levels[0, 0, :, 0].tolist() == [0, 0, 128, 255, 255, 101]
