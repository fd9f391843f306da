"""From latents to pictures: how many at once, and none that is black for want of numbers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from inference_service.config.settings import STARTER_MODEL
from inference_service.errors import PaintingFailed
from tests.inference.gaps import same
from tests.inference.side_by_side import FOX, load, nothing, pixels, without_gradients

pytestmark = [
    # diffusers hands torch tensors to numpy 2 in its schedulers.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"),
]

SMALL = replace(FOX, width=64, height=64)


@pytest.fixture(scope="module", autouse=True)
def _no_gradients():
    with without_gradients():
        yield


@pytest.fixture(scope="module")
def starter():
    return load(STARTER_MODEL)


def test_a_picture_out_of_all_numbers_is_refused_rather_than_black(starter):
    """
    Where a number overflowed on the way, the request fails and says what helps.
    """
    row = starter.painter.enter(replace(SMALL, steps=1))
    starter.painter.step([row], nothing)
    row.sampling.latents[0, 0, 0, 0] = float("nan")

    with pytest.raises(PaintingFailed, match="less guidance"):
        starter.painter.decode([row])


def test_pictures_are_decoded_one_by_one_on_a_cpu_and_by_pixels_on_a_gpu(starter):
    """
    Four of 1024 x 1024 at most, fewer of larger ones, more of smaller ones; several come out in order.
    """
    painter, decoder = starter.painter, type(starter.painter._decoder)
    gpu = decoder(starter.pipe, device="cuda")
    rows = [painter.enter(replace(FOX, steps=1, seed=seed)) for seed in (1, 2)]
    painter.step(rows, nothing)

    together = [painting.image for painting in painter.decode(rows)]

    assert painter.decode_cap(rows[0].bucket) == 1
    assert [gpu.cap(side, side) for side in (512, 768, 1024, 1536, 2048, 4096)] == [16, 7, 4, 1, 1, 1]
    assert [painter.decode([row])[0].sampler for row in rows] == ["ddim", "ddim"]
    assert all(
        same(pixels(image), pixels(painter.decode([row])[0].image)) for image, row in zip(together, rows, strict=True)
    )
