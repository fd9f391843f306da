"""What only an NVIDIA GPU can show: `.venv/bin/pytest tests/inference/diffusion/test_cuda.py`; skipped elsewhere.

With `pip install -r inference_service/requirements-fp8.txt` the 8-bit part runs too.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from inference_service.config.settings import STARTER_MODEL, Settings
from inference_service.diffusion.compilation.ahead_of_time import called, compile_to, loaded
from inference_service.diffusion.compilation.compile_queue import WORTH
from inference_service.diffusion.engine import DiffusionEngine
from inference_service.diffusion.model_store.quantization import quantise
from inference_service.engine import Picture
from inference_service.errors import OutOfMemory
from tests.inference import tiny_loras, tiny_models

torch = pytest.importorskip("torch")

pytestmark = [
    pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device"),
    # diffusers hands torch tensors to numpy 2 in its schedulers.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"),
    pytest.mark.timeout(900),
]

FOX = Picture(
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


def started(**settings):
    engine = DiffusionEngine(Settings(**settings))
    engine.setup(lambda percent: None)
    return engine


def painted(engine, *pictures):
    rows = [engine.enter(picture) for picture in pictures]
    while waiting := [row for row in rows if row.turns_left]:
        engine.step(waiting, lambda: None)
    return [np.asarray(engine.decode([row])[0].image).astype(int) for row in rows]


def decibels(one, other):
    error = np.mean((one - other) ** 2.0)
    return 99.0 if error == 0 else 10 * np.log10(255**2 / error)


@pytest.fixture(scope="module")
def engine():
    return started()


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_a_seed_means_the_same_picture_as_on_a_cpu(dtype):
    """
    In 16 bits the picture is that of the CPU in 32, but for rounding.
    """
    (theirs,) = painted(started(device="cpu"), FOX)

    (ours,) = painted(started(device="cuda", dtype=dtype), FOX)

    assert decibels(ours, theirs) > 20


def test_a_picture_in_company_is_the_one_alone(engine):
    """
    Steps, seeds and guidance are mixed; kernels for other batch sizes round otherwise, and nothing more.
    """
    company = [replace(FOX, seed=8, steps=5), replace(FOX, seed=9, guidance=1.0), replace(FOX, seed=10, sampler="lcm")]

    (alone,), together = painted(engine, FOX), painted(engine, FOX, *company)

    assert decibels(alone, together[0]) > 25


def test_compiled_shapes_paint_the_same_and_sooner(tmp_path, monkeypatch):
    """
    Another process compiles with Triton while this one serves; afterwards a step takes no longer than before.
    """
    monkeypatch.setenv("COMPILE_CACHE_DIR", str(tmp_path))
    monkeypatch.setenv("TORCHINDUCTOR_CACHE_DIR", str(tmp_path / "inductor"))
    engine = started(compile_cache_dir=str(tmp_path))
    long = replace(FOX, steps=WORTH)

    def seconds():
        began = time.perf_counter()
        pictures = painted(engine, long)
        return time.perf_counter() - began, pictures[0]

    seconds()
    eager, before = seconds()
    deadline = time.monotonic() + 800
    denoiser = engine._models.resident("starter").modules[0]
    while engine.idle() and not denoiser._ready:
        assert time.monotonic() < deadline
        time.sleep(0.5)
    seconds()
    compiled, after = seconds()

    print(f"{WORTH} steps: eager {eager:.2f} s, compiled {compiled:.2f} s")
    assert denoiser._ready
    assert decibels(before, after) > 25
    assert compiled < 1.05 * eager


def test_loras_come_and_go_without_a_trace(tmp_path):
    """
    The plain picture is the same before and after, and a LoRA changes it.
    """
    tiny_models.save_sd(tmp_path / "tiny")
    tiny_loras.save_lora(tmp_path / "tiny", tmp_path / "ink.safetensors", seed=1, reads_text=True)
    engine = started(model_id=str(tmp_path / "tiny"), loras=f"ink={tmp_path / 'ink.safetensors'}")
    picture = replace(FOX, model="tiny", width=64, height=64)

    (before,), (inked,) = painted(engine, picture), painted(engine, replace(picture, loras=(("ink", 1.0),)))
    (after,) = painted(engine, picture)

    assert decibels(before, after) > 50
    assert decibels(before, inked) < 40


def test_sdxls_vae_never_overflows(tmp_path):
    """
    In float16 it stays in float32, and the picture is not black.
    """
    tiny_models.save_sdxl(tmp_path / "tiny-sdxl")
    engine = started(model_id=str(tmp_path / "tiny-sdxl"), dtype="float16")

    (image,) = painted(engine, replace(FOX, model="tiny-sdxl", width=64, height=64, sampler="euler"))

    assert engine._models.resident("tiny-sdxl").loaded.pipe.vae.dtype == torch.float32
    assert image.std() > 5


def test_a_full_device_is_said_and_survived(engine):
    """
    A turn that has no room fails as `OutOfMemory`, moves no row, and the next smaller one succeeds.
    """
    rows = [engine.enter(replace(FOX, width=1024, height=1024, seed=seed)) for seed in range(16)]
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


def test_memory_is_told_and_caps_the_rows(engine):
    """
    The gauge has all three figures, and of larger pictures fewer rows fit.
    """
    small, large = engine.bucket(FOX), engine.bucket(replace(FOX, width=1024, height=1024))
    painted(engine, FOX)

    memory = engine.memory()

    assert 0 < memory["allocated"] <= memory["reserved"] < memory["total"]
    assert 1 <= engine.row_cap(large) <= engine.row_cap(small)


def test_a_model_that_is_given_up_frees_its_memory(tmp_path):
    """
    With room for one, the second model takes the first one's place on the device.
    """
    for name in ("a", "b"):
        tiny_models.save_sd(tmp_path / name)
    engine = started(models=f"{tmp_path / 'a'},{tmp_path / 'b'}", model_memory_gb=0.001)
    picture = replace(FOX, model="a", width=64, height=64)
    painted(engine, picture)
    before = torch.cuda.memory_allocated()

    painted(engine, replace(picture, model="b"))

    assert engine._models.at_hand("a") is None
    assert torch.cuda.memory_allocated() < 1.5 * before


@pytest.mark.filterwarnings("ignore")  # torchao's own, at import
def test_an_8_bit_denoiser_predicts_nearly_the_same(tmp_path):
    """
    The starter's denoiser with every layer in fp8 that can be: close to bfloat16, and compiled too.
    """
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
        full = called(unet, arguments)[0].float()
        count = quantise(unet, smallest=64)
        eager = called(unet, arguments)[0].float()
        compile_to(tmp_path / "unet.aot", unet, arguments)
        compiled = loaded(tmp_path / "unet.aot")(unet, arguments)[0].float()

    assert count > 10
    assert 0 < (eager - full).norm() < 0.1 * full.norm()
    assert 0 < (compiled - full).norm() < 0.1 * full.norm()
