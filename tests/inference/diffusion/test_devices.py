"""What models run on: number formats, failures and memory."""

from __future__ import annotations

import json

import numpy as np
import pytest

from inference_service.config.model_sources import Source
from inference_service.config.settings import Settings
from inference_service.diffusion.devices import Memory, dtype_of, failures_named, vae_dtype, weights_budget
from inference_service.diffusion.engine import DiffusionEngine
from inference_service.engine import EngineBroken, Picture
from inference_service.errors import OutOfMemory
from inference_service.models.model_folder import model_folder
from tests.inference import tiny_models

pytestmark = [
    # diffusers hands torch tensors to numpy 2 in its schedulers.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"),
]


@pytest.fixture(scope="module")
def sd(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tiny-sd")
    tiny_models.save_sd(folder)
    return folder


def test_a_vae_that_overflows_stays_in_float32(sd, tmp_path):
    """
    In float16 SDXL's does unless it says that it was mended; SD 1.5's never overflows, and bfloat16 has the range.
    """
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


def test_the_dtype_follows_the_device():
    """
    Float32 on a CPU, or what was set.
    """
    import torch

    assert dtype_of(Settings(), "cpu") is torch.float32
    assert dtype_of(Settings(dtype="bfloat16"), "cpu") is torch.bfloat16


def test_half_precision_paints_nearly_the_same(sd):
    """
    The whole engine in bfloat16 gives a picture close to that in float32.
    """
    picture = Picture(
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
        row = engine.enter(picture)
        while row.turns_left:
            engine.step([row], lambda: None)
        images.append(np.asarray(engine.decode([row])[0].image).astype(int))

    assert 0 < np.abs(images[0] - images[1]).mean() < 4


def test_torchs_failures_become_the_services_own():
    """
    Out of memory can be mended by asking for less; a broken device only by a restart; the rest passes as it is.
    """
    import torch

    for error in (
        torch.OutOfMemoryError("CUDA out of memory"),
        RuntimeError("DefaultCPUAllocator: can't allocate memory"),
    ):
        with pytest.raises(OutOfMemory), failures_named():
            raise error
    with pytest.raises(EngineBroken, match="illegal address"), failures_named():
        raise torch.AcceleratorError("illegal address")
    with pytest.raises(RuntimeError, match="shapes"), failures_named():
        raise RuntimeError("shapes do not match")


def test_a_cpu_has_no_memory_of_its_own_to_tell():
    """
    Nothing is measured, rows are not capped, and half of the machine is for weights unless set.
    """
    memory = Memory("cpu")

    with memory.measured("a", 1.0):
        pass

    assert memory.use() == {}
    assert memory.cap("a", 1.0) == 64
    assert weights_budget(Settings(model_memory_gb=1.5), "cpu") == 1_500_000_000
    assert weights_budget(Settings(), "cpu") > 1_000_000_000
