"""Compiled shapes: which are compiled, and that no request waits for them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inference_service import precompile
from inference_service.config.settings import Settings
from inference_service.diffusion.compilation.ahead_of_time import compiled_files
from inference_service.diffusion.compilation.compile_queue import (
    MAX_SIGNATURES,
    MIN_CALLS,
    CompileTask,
    compile_tasks,
    compiled_tasks,
)
from inference_service.diffusion.compilation.signatures import Signature
from inference_service.diffusion.engine import DiffusionEngine
from inference_service.engine import ImageSpec
from tests.inference import tiny_models

ROOT = Path(__file__).parents[3]

pytestmark = [
    pytest.mark.model,
    # diffusers hands torch tensors to numpy 2 in its schedulers.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"),
]

FOX = ImageSpec(
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


def test_the_most_frequent_shapes_are_compiled_first() -> None:
    """Signatures and sizes are ordered by calls, rounded up to configured sizes, and rare ones are left out."""
    often, seldom, rare = (Signature(f'"{name}"') for name in ("often", "seldom", "rare"))
    calls = Counter({(often, 2): 50, (often, 3): 60, (seldom, 9): MIN_CALLS, (rare, 2): MIN_CALLS - 1})

    tasks = list(compile_tasks("unet", calls, (2, 4)))

    assert tasks == [CompileTask("unet", often, 4), CompileTask("unet", often, 2), CompileTask("unet", seldom, 4)]


def test_the_number_of_compiled_shapes_is_limited() -> None:
    """Only the most frequent signatures are compiled, however many sizes callers request."""
    calls = Counter({(Signature(f'"{number}"'), 2): 100 + number for number in range(50)})

    assert len(list(compile_tasks("unet", calls, (2,)))) == MAX_SIGNATURES


def test_files_of_other_models_versions_and_devices_are_ignored(tmp_path: Path) -> None:
    """Each model, version, and device has its own folder, and files without a signature are ignored."""
    import torch

    mine = compiled_files(str(tmp_path), "cpu", "org/model", "abc", "float32 off")
    signature = Signature('"one"')
    mine.save_signature("unet", signature)
    mine.file("unet", signature, 2).touch()
    (mine.folder / "unet-0123456789abcdef-4.aot").touch()

    available = compiled_tasks(mine, ["unet", "decoder"])

    assert available == [CompileTask("unet", signature, 2)]
    assert torch.__version__.partition("+")[0] in str(mine.folder)
    for other in (("cpu", "org/model", "def", "float32 off"), ("cpu", "org/model", "abc", "bfloat16 fp8")):
        assert compiled_tasks(compiled_files(str(tmp_path), *other), ["unet"]) == []


def save_minute_sd(folder: Any) -> None:
    """Save a model with so few layers that a C++ compiler is fast."""
    from diffusers import AutoencoderKL, UNet2DConditionModel

    tiny_models.save_sd(folder)
    blocks: dict[str, Any] = {
        "down_block_types": ("DownBlock2D",),
        "up_block_types": ("UpBlock2D",),
        "mid_block_type": None,
    }
    few: dict[str, Any] = {"block_out_channels": (32,), "layers_per_block": 0}
    unet: Any = UNet2DConditionModel(**blocks, **few, sample_size=64, cross_attention_dim=32)
    vae: Any = AutoencoderKL(**few, latent_channels=4, mid_block_add_attention=False)
    unet.save_pretrained(folder / "unet")
    vae.save_pretrained(folder / "vae")


def generate(engine: Any, steps: Any = FOX.steps) -> Any:
    row = engine.start(replace(FOX, steps=steps))
    while row.forwards_left:
        engine.step([row], lambda: None)
    return np.asarray(engine.decode([row])[0].image).astype(int)


def compiled_sizes(engine: Any) -> Any:
    """Return the compiled batch sizes of the denoiser and of the decoder."""
    sizes = []
    for module in engine._models.loaded("tiny").modules:
        sizes.append(set().union(*(module.sizes(signature) for signature, _ in module.calls)))
    return sizes


@pytest.mark.filterwarnings("ignore:.torch.jit.script_method. is deprecated:DeprecationWarning")  # By Inductor itself.
@pytest.mark.timeout(900)  # Runs a C++ compiler, on a machine that may have other work.
def test_shapes_are_compiled_in_the_background_and_reused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Another process compiles frequent shapes while images stay the same, and later starts load them."""
    save_minute_sd(tmp_path / "tiny")
    environment = {
        "MODEL_ID": str(tmp_path / "tiny"),
        "DEVICE": "cpu",
        "COMPILE": "on",
        "COMPILE_CACHE_DIR": str(tmp_path / "compiled"),
        "COMPILE_BATCH_SIZES": "2",
        "TORCHINDUCTOR_CACHE_DIR": str(tmp_path / "compiled" / "inductor"),
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    engine = DiffusionEngine(Settings.from_env(environment))
    engine.setup(lambda percent: None)
    generate(engine, steps=MIN_CALLS)
    before = generate(engine)

    meanwhile, deadline = 0, time.monotonic() + 800
    while engine.idle() and not any(compiled_sizes(engine)):
        if meanwhile < MIN_CALLS // 2:  # More calls would also start the compilation of the decoder.
            assert np.array_equal(before, generate(engine)) or any(compiled_sizes(engine))
            meanwhile += 1
        assert time.monotonic() < deadline
        time.sleep(0.5)

    assert compiled_sizes(engine) == [{2}, set()]
    assert meanwhile > 1
    assert np.abs(before - generate(engine)).max() <= 2

    precompile.main([])
    precompiled = capsys.readouterr().out
    again = DiffusionEngine(Settings.from_env(environment))
    again.setup(lambda percent: None)
    while not all(compiled_sizes(again)):
        assert time.monotonic() < deadline
        generate(again)

    assert re.fullmatch(r"tiny unet x 2: already compiled\ntiny decoder x 1: \d+ s\n", precompiled)
    assert np.abs(before - generate(again)).max() <= 2


def test_precompiling_without_a_cache_names_the_settings() -> None:
    """Without a cache folder, the command ends with an error that names the settings."""
    environment = {**os.environ, "COMPILE_CACHE_DIR": "", "DEVICE": "cpu"}

    ended = subprocess.run(
        [sys.executable, "-m", "inference_service.precompile"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 1
    assert ended.stderr.strip() == (
        "Compilation is off. Set COMPILE_CACHE_DIR, and set COMPILE=on if CUDA isn't available."
    )
