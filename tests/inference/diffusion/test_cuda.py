"""Tests that require an NVIDIA GPU: `.venv/bin/pytest tests/inference/diffusion/test_cuda.py`; skipped elsewhere.

With `pip install -r inference_service/requirements-fp8.txt` the 8-bit tests run too.
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inference_service.config.settings import STARTER_MODEL, Settings
from inference_service.diffusion.compilation.ahead_of_time import call_module, compile_to, load_compiled
from inference_service.diffusion.compilation.compile_queue import MIN_CALLS
from inference_service.diffusion.engine import DiffusionEngine
from inference_service.diffusion.model_store.quantization import quantize
from inference_service.engine import ImageSpec
from inference_service.errors import OutOfMemory
from tests.inference import tiny_loras, tiny_models

torch = pytest.importorskip("torch")

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device"),
    # diffusers hands torch tensors to numpy 2 in its schedulers.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"),
    pytest.mark.timeout(900),
]

FOX = ImageSpec(
    model="starter",
    prompt="a watercolor painting of a fox in the snow",
    negative_prompt=None,
    width=256,
    height=256,
    steps=8,
    guidance=4.0,
    seed=7,
    sampler="default",
)


def started(**settings: Any) -> Any:
    engine = DiffusionEngine(Settings(**settings))
    engine.setup(lambda percent: None)
    return engine


def generate(engine: DiffusionEngine, *images: Any) -> Any:
    rows = [engine.start(spec) for spec in images]
    while unfinished := [row for row in rows if row.forwards_left]:
        engine.step(unfinished, lambda: None)
    return [np.asarray(engine.decode([row])[0].image).astype(int) for row in rows]


def decibels(one: Any, other: Any) -> Any:
    error = np.mean((one - other) ** 2.0)
    return 99.0 if error == 0 else 10 * np.log10(255**2 / error)


@pytest.fixture(scope="module")
def engine() -> DiffusionEngine:
    return started()


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_a_seed_gives_the_same_image_as_on_a_cpu(dtype: str) -> None:
    """In 16 bits, the image is the same as on a CPU in 32 bits, except for rounding."""
    (theirs,) = generate(started(device="cpu"), FOX)

    (ours,) = generate(started(device="cuda", dtype=dtype), FOX)

    assert decibels(ours, theirs) > 20


def test_an_image_in_a_batch_is_the_same_as_alone(engine: DiffusionEngine) -> None:
    """In a mixed batch, the image is the same as alone, except for rounding."""
    neighbors = [
        replace(FOX, seed=8, steps=5),
        replace(FOX, seed=9, guidance=1.0),
        replace(FOX, seed=10, sampler="lcm"),
    ]

    (alone,), together = generate(engine, FOX), generate(engine, FOX, *neighbors)

    assert decibels(alone, together[0]) > 25


def test_compiled_shapes_give_the_same_image_and_are_not_slower(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process compiles with Triton while this one generates, and steps are no slower afterwards."""
    monkeypatch.setenv("COMPILE_CACHE_DIR", str(tmp_path))
    monkeypatch.setenv("TORCHINDUCTOR_CACHE_DIR", str(tmp_path / "inductor"))
    engine = started(compile_cache_dir=str(tmp_path))
    long = replace(FOX, steps=MIN_CALLS)

    def seconds() -> Any:
        began = time.perf_counter()
        images = generate(engine, long)
        return time.perf_counter() - began, images[0]

    seconds()
    eager, before = seconds()
    deadline = time.monotonic() + 800
    denoiser = engine._models.loaded("starter").modules[0]
    while engine.idle() and not denoiser._ready:
        assert time.monotonic() < deadline
        time.sleep(0.5)
    seconds()
    compiled, after = seconds()

    print(f"{MIN_CALLS} steps: eager {eager:.2f} s, compiled {compiled:.2f} s")
    assert denoiser._ready
    assert decibels(before, after) > 25
    assert compiled < 1.05 * eager


def test_loras_are_removed_exactly(tmp_path: Path) -> None:
    """A LoRA changes the image, and afterwards the image is the same as before."""
    tiny_models.save_sd(tmp_path / "tiny")
    tiny_loras.save_lora(tmp_path / "tiny", tmp_path / "ink.safetensors", seed=1, reads_text=True)
    engine = started(model_id=str(tmp_path / "tiny"), loras=f"ink={tmp_path / 'ink.safetensors'}")
    spec = replace(FOX, model="tiny", width=64, height=64)

    (before,), (inked,) = generate(engine, spec), generate(engine, replace(spec, loras=(("ink", 1.0),)))
    (after,) = generate(engine, spec)

    assert decibels(before, after) > 50
    assert decibels(before, inked) < 40


def test_sdxls_vae_never_overflows(tmp_path: Path) -> None:
    """In float16 the VAE stays in float32, and the image isn't black."""
    tiny_models.save_sdxl(tmp_path / "tiny-sdxl")
    engine = started(model_id=str(tmp_path / "tiny-sdxl"), dtype="float16")

    (image,) = generate(engine, replace(FOX, model="tiny-sdxl", width=64, height=64, sampler="euler"))

    assert engine._models.loaded("tiny-sdxl").pipeline.pipe.vae.dtype == torch.float32
    assert image.std() > 5


def test_running_out_of_memory_is_reported_and_recoverable(engine: DiffusionEngine) -> None:
    """A batch that doesn't fit raises OutOfMemory without advancing any row, and a smaller one succeeds."""
    rows = [engine.start(replace(FOX, width=1024, height=1024, seed=seed)) for seed in range(16)]
    torch.cuda.empty_cache()
    share = torch.cuda.memory_allocated() / torch.cuda.mem_get_info()[1]
    torch.cuda.set_per_process_memory_fraction(share + 0.01)
    try:
        with pytest.raises(OutOfMemory):
            engine.step(rows, lambda: None)
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)

    assert {row.steps_done for row in rows} == {0}
    engine.step(rows[:1], lambda: None)
    assert rows[0].steps_done == 1


def test_memory_is_reported_and_limits_the_rows(engine: DiffusionEngine) -> None:
    """All three memory values are reported, and fewer rows of larger images fit."""
    small, large = engine.bucket(FOX), engine.bucket(replace(FOX, width=1024, height=1024))
    generate(engine, FOX)

    memory = engine.memory()

    assert 0 < memory["allocated"] <= memory["reserved"] < memory["total"]
    assert 1 <= engine.row_cap(large) <= engine.row_cap(small)


def test_an_evicted_model_frees_its_memory(tmp_path: Path) -> None:
    """With memory for one model, the second one replaces the first."""
    for name in ("a", "b"):
        tiny_models.save_sd(tmp_path / name)
    engine = started(models=f"{tmp_path / 'a'},{tmp_path / 'b'}", model_memory_gb=0.001)
    spec = replace(FOX, model="a", width=64, height=64)
    generate(engine, spec)
    before = torch.cuda.memory_allocated()

    generate(engine, replace(spec, model="b"))

    assert engine._models.if_loaded("a") is None
    assert torch.cuda.memory_allocated() < 1.5 * before


@pytest.mark.filterwarnings("ignore")  # From torchao, at import.
def test_an_8_bit_denoiser_predicts_nearly_the_same(tmp_path: Path) -> None:
    """With all possible layers in fp8, the starter's denoiser is close to bfloat16, also compiled."""
    pytest.importorskip("torchao", reason="torchao is not installed: pip install -r requirements-fp8.txt")
    if torch.cuda.get_device_capability() < (8, 9):
        pytest.skip("this GPU has no 8-bit floats")
    from diffusers import UNet2DConditionModel

    unet = UNet2DConditionModel.from_pretrained(STARTER_MODEL / "unet", dtype=torch.bfloat16).to("cuda")
    torch.manual_seed(0)
    arguments = {
        "sample": torch.randn(4, unet.config.in_channels, 32, 32).to("cuda", torch.bfloat16),
        "timestep": torch.full((4,), 500.0).to("cuda"),
        "encoder_hidden_states": torch.randn(4, 77, unet.config.cross_attention_dim).to("cuda", torch.bfloat16),
        "return_dict": False,
    }

    with torch.no_grad():
        full = call_module(unet, arguments)[0].float()
        count = quantize(unet, min_side=64)
        eager = call_module(unet, arguments)[0].float()
        compile_to(tmp_path / "unet.aot", unet, arguments)
        compiled = load_compiled(tmp_path / "unet.aot")(unet, arguments)[0].float()

    assert count > 10
    assert 0 < (eager - full).norm() < 0.1 * full.norm()
    assert 0 < (compiled - full).norm() < 0.1 * full.norm()
