"""What the generation benchmark computes from its measurements, and that it runs at all."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.diffusion.runs import run
from benchmarks.diffusion.shapes import FULL, TINY
from benchmarks.diffusion.start import payback
from benchmarks.diffusion.throughput import rows, verdicts
from benchmarks.diffusion.work import work_of
from benchmarks.psnr import psnr

pytestmark = pytest.mark.model


def test_the_shapes_are_as_much_work_as_their_models() -> None:
    """One forward of Stable Diffusion 1.5 at 512 px is 0.80 TFLOP, one decoded image 2.51."""
    work = work_of(FULL["sd15"])

    assert work.forward == pytest.approx(0.80, abs=0.005)
    assert work.decode == pytest.approx(2.51, abs=0.005)
    assert work.per_image(FULL["sd15"]) == pytest.approx(20 * 2 * 0.803 + 2.51, abs=0.05)


def test_an_image_without_guidance_is_half_the_work() -> None:
    """A guided image takes two denoiser rows a step, an unguided one takes one."""
    shape = TINY["sdxl"]
    work = work_of(shape)

    unguided = work.per_image(replace(shape, guidance=0.0))

    assert work.per_image(shape) - work.decode == pytest.approx(2 * (unguided - work.decode))


def test_compiling_pays_after_enough_images() -> None:
    """60 s of compiling at 0.5 s saved per image pay off after 120 images, and never without savings."""
    assert payback(compile_s=60, eager_s=2.0, compiled_s=1.5) == 120
    assert payback(compile_s=60, eager_s=2.0, compiled_s=2.0) is None


def test_psnr_is_in_decibels_of_eight_bits() -> None:
    """One level everywhere is 48.13 dB, equality is infinite, and unsigned bytes do not wrap around."""
    dark, light = np.zeros((4, 4), np.uint8), np.ones((4, 4), np.uint8)

    assert psnr(dark, light) == pytest.approx(20 * math.log10(255))
    assert psnr(dark, light) == psnr(light, dark)
    assert psnr(dark, dark) == math.inf


def test_goals_compare_equal_batches() -> None:
    """Ours is the fastest way at that batch; what was not measured is not judged."""
    speeds = {
        ("eager", 1): 1.0,
        ("ours", 1): 1.1,
        ("whole", 1): 1.5,
        ("eager", 4): 2.0,
        ("whole", 4): 2.2,
        ("fp8", 4): 3.0,
    }

    assert list(verdicts(speeds)) == [
        "batch 1: ours over the eager pipeline 1.50, to be 1.25: met",
        "batch 4: ours over the eager pipeline 1.10, to be 1.25: MISSED",
        "batch 4: fp8 over ours 1.36, to be 1.15: met",
    ]


def test_a_tiny_model_is_measured_from_end_to_end(tmp_path: Path) -> None:
    """Making the model, a process of its own, and the sums: each row has a figure."""
    shape = replace(TINY["sd15"], batches=(2,), steps=2)

    found = {row.name: row.value for row in rows(shape, tmp_path, device="cpu", ways=["ours"])}

    assert found["tiny-sd15-shaped, batch 2, ours, eager"] > 0
    assert all(value > 0 for value in found.values())


def test_a_way_that_fails_says_why(tmp_path: Path) -> None:
    """A folder without a model is reported with the error of its process, and other rows continue."""
    found = run("ours", TINY["sd15"], tmp_path, batch=1, device="cpu")

    assert isinstance(found, str)
    assert str(tmp_path) in found
