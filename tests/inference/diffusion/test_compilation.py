"""Compiled shapes: which are made, and that nobody waits for one."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from inference_service.config.settings import Settings
from inference_service.diffusion.compilation.ahead_of_time import compiled_files
from inference_service.diffusion.compilation.compile_queue import (
    MOST_SIGNATURES,
    WORTH,
    Task,
    found_tasks,
    wanted_tasks,
)
from inference_service.diffusion.compilation.signatures import Signature
from inference_service.diffusion.engine import DiffusionEngine
from inference_service.engine import Picture
from tests.inference import tiny_models

ROOT = Path(__file__).parents[3]

pytestmark = [
    # diffusers hands torch tensors to numpy 2 in its schedulers.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"),
]

FOX = Picture(
    model="tiny",
    prompt="a fox",
    negative_prompt=None,
    width=64,
    height=64,
    steps=3,
    guidance=4.0,
    seed=7,
    sampler="euler",
)


def test_what_is_asked_for_most_is_compiled_first():
    """
    Signatures by their calls, sizes by theirs, each rounded up to one that is compiled; rare ones not at all.
    """
    often, seldom, rare = (Signature(f'"{name}"') for name in ("often", "seldom", "rare"))
    asked = Counter({(often, 2): 50, (often, 3): 60, (seldom, 9): WORTH, (rare, 2): WORTH - 1})

    tasks = list(wanted_tasks("unet", asked, (2, 4)))

    assert tasks == [Task("unet", often, 4), Task("unet", often, 2), Task("unet", seldom, 4)]


def test_callers_cannot_have_endless_shapes_compiled():
    """
    However many sizes they ask for, only the most asked are made.
    """
    asked = Counter({(Signature(f'"{number}"'), 2): 100 + number for number in range(50)})

    assert len(list(wanted_tasks("unet", asked, (2,)))) == MOST_SIGNATURES


def test_files_of_another_model_torch_or_device_are_not_found(tmp_path):
    """
    Each has a folder of its own, and a file without its signature counts for nothing.
    """
    import torch

    mine = compiled_files(str(tmp_path), "cpu", "org/model", "abc", "float32 off")
    signature = Signature('"one"')
    mine.keep("unet", signature)
    mine.file("unet", signature, 2).touch()
    (mine.folder / "unet-0123456789abcdef-4.aot").touch()

    found = found_tasks(mine, ["unet", "decoder"])

    assert found == [Task("unet", signature, 2)]
    assert torch.__version__.partition("+")[0] in str(mine.folder)
    for other in (("cpu", "org/model", "def", "float32 off"), ("cpu", "org/model", "abc", "bfloat16 fp8")):
        assert found_tasks(compiled_files(str(tmp_path), *other), ["unet"]) == []


def save_minute_sd(folder):
    """A denoiser and a decoder of so few layers that a C++ compiler is done with them soon."""
    from diffusers import AutoencoderKL, UNet2DConditionModel

    tiny_models.save_sd(folder)
    blocks = {"down_block_types": ("DownBlock2D",), "up_block_types": ("UpBlock2D",), "mid_block_type": None}
    few = {"block_out_channels": (32,), "layers_per_block": 0}
    UNet2DConditionModel(**blocks, **few, sample_size=64, cross_attention_dim=32).save_pretrained(folder / "unet")
    AutoencoderKL(**few, latent_channels=4, mid_block_add_attention=False).save_pretrained(folder / "vae")


def painted(engine, steps=FOX.steps):
    row = engine.enter(replace(FOX, steps=steps))
    while row.turns_left:
        engine.step([row], lambda: None)
    return np.asarray(engine.decode([row])[0].image).astype(int)


def compiled_sizes(engine):
    """Of the denoiser and of the decoder."""
    sizes = []
    for module in engine._models.resident("tiny").modules:
        sizes.append(set().union(*(module.sizes(signature) for signature, _ in module.asked)))
    return sizes


@pytest.mark.timeout(900)  # a C++ compiler, on a machine that may have other work
def test_shapes_are_compiled_beside_the_painting_and_found_by_the_next_start(tmp_path, monkeypatch):
    """
    When idle another process compiles what was asked for; pictures go on meanwhile and stay the same.  The command
    that compiles ahead adds what is missing, and the next start loads it all without ever being idle.
    """
    save_minute_sd(tmp_path / "tiny")
    environment = {
        "MODEL_ID": str(tmp_path / "tiny"),
        "DEVICE": "cpu",
        "COMPILE": "on",
        "COMPILE_CACHE_DIR": str(tmp_path / "compiled"),
        "COMPILE_LANES": "2",
        "TORCHINDUCTOR_CACHE_DIR": str(tmp_path / "compiled" / "inductor"),
        # Trying out which vector instructions there are takes a C++ compiler as long as the denoiser does.
        "TORCHINDUCTOR_VEC_ISA_OK": "0",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    engine = DiffusionEngine(Settings.from_env(environment))
    engine.setup(lambda percent: None)
    painted(engine, steps=WORTH)
    before = painted(engine)

    meanwhile, deadline = 0, time.monotonic() + 800
    while engine.idle() and not any(compiled_sizes(engine)):
        if meanwhile < WORTH // 2:  # else the decoder would be worth it too
            assert np.array_equal(before, painted(engine)) or any(compiled_sizes(engine))
            meanwhile += 1
        assert time.monotonic() < deadline
        time.sleep(0.5)

    assert compiled_sizes(engine) == [{2}, set()]
    assert meanwhile > 1
    assert np.abs(before - painted(engine)).max() <= 2

    warmed = subprocess.run(
        [sys.executable, "-m", "inference_service.precompile"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    again = DiffusionEngine(Settings.from_env(environment))
    again.setup(lambda percent: None)
    while not all(compiled_sizes(again)):
        assert time.monotonic() < deadline
        painted(again)

    assert re.fullmatch(r"tiny unet x 2: is there\ntiny decoder x 1: \d+ s\n", warmed.stdout)
    assert np.abs(before - painted(again)).max() <= 2


def test_warming_without_a_cache_says_what_to_set():
    """
    The command ends with a sentence rather than in vain.
    """
    environment = {**os.environ, "COMPILE_CACHE_DIR": "", "DEVICE": "cpu"}

    ended = subprocess.run(
        [sys.executable, "-m", "inference_service.precompile"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )

    assert ended.returncode == 1
    assert ended.stderr.strip() == (
        "Nothing is compiled: set COMPILE_CACHE_DIR, and COMPILE=on where there is no CUDA."
    )
