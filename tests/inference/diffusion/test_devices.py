"""Devices: number formats, errors, and memory."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

from inference_service.config.model_sources import Source
from inference_service.config.settings import Settings
from inference_service.diffusion.devices import Memory, dtype_of, translate_errors, vae_dtype, weights_budget
from inference_service.diffusion.engine import DiffusionEngine
from inference_service.engine import EngineBroken, ImageSpec
from inference_service.errors import OutOfMemory
from inference_service.models.model_folder import model_folder
from tests.inference import tiny_models

pytestmark = [
    pytest.mark.model,
    # diffusers hands torch tensors to numpy 2 in its schedulers.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"),
]


@pytest.fixture(scope="module")
def sd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny-sd")
    tiny_models.save_sd(folder)
    return folder


def test_a_vae_that_overflows_stays_in_float32(sd: Path, tmp_path: Path) -> None:
    """SDXL's VAE overflows in float16 unless its configuration says that it is fixed."""
    import torch

    tiny_models.save_sdxl(tmp_path)
    folder = model_folder(sd, Source(str(sd)))
    xl = model_folder(tmp_path, Source(str(tmp_path)))

    assert vae_dtype(folder, torch.float16) is torch.float16
    assert vae_dtype(xl, torch.float16) is torch.float32
    assert vae_dtype(xl, torch.bfloat16) is torch.bfloat16
    file = tmp_path / "vae" / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"force_upcast": False}))
    assert vae_dtype(xl, torch.float16) is torch.float16


def test_the_dtype_follows_the_device() -> None:
    """The dtype is float32 on a CPU, unless it is configured."""
    import torch

    assert dtype_of(Settings(), "cpu") is torch.float32
    assert dtype_of(Settings(dtype="bfloat16"), "cpu") is torch.bfloat16


@pytest.mark.skipif(
    "ATEN_CPU_CAPABILITY" in os.environ,
    reason="torch chooses its bfloat16 attention by the processor, even where ATEN_CPU_CAPABILITY forbids it",
)
def test_half_precision_gives_nearly_the_same_image(sd: Path) -> None:
    """The engine in bfloat16 gives an image close to that in float32."""
    spec = ImageSpec(
        model=sd.name,
        prompt="a fox",
        negative_prompt=None,
        width=64,
        height=64,
        steps=2,
        guidance=4.0,
        seed=7,
        sampler="euler",
    )
    images = []
    for dtype in ("float32", "bfloat16"):
        engine = DiffusionEngine(Settings(model_id=str(sd), device="cpu", dtype=dtype))
        engine.setup(lambda percent: None)
        row = engine.start(spec)
        while row.forwards_left:
            engine.step([row], lambda: None)
        images.append(np.asarray(engine.decode([row])[0].image).astype(int))

    assert 0 < np.abs(images[0] - images[1]).mean() < 4


def test_torchs_errors_are_translated() -> None:
    """Memory errors and device errors are translated, and other errors aren't."""
    import torch

    for error in (
        torch.OutOfMemoryError("CUDA out of memory"),
        RuntimeError("DefaultCPUAllocator: can't allocate memory"),
    ):
        with pytest.raises(OutOfMemory), translate_errors():
            raise error
    with pytest.raises(EngineBroken, match="illegal address"), translate_errors():
        raise torch.AcceleratorError("illegal address")
    with pytest.raises(RuntimeError, match="shapes"), translate_errors():
        raise RuntimeError("shapes do not match")


def test_a_cpu_has_no_device_memory() -> None:
    """On a CPU nothing is measured, rows aren't limited, and half of the memory is for weights by default."""
    memory = Memory("cpu")

    with memory.measured("a", 1.0):
        pass

    assert memory.use() == {}
    assert memory.cap("a", 1.0) == 64
    assert weights_budget(Settings(model_memory_gb=1.5), "cpu") == 1_500_000_000
    assert weights_budget(Settings(), "cpu") > 1_000_000_000
