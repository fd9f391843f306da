"""8-bit weights: which layers, on which devices, and that the picture survives."""

from __future__ import annotations

import pytest

from inference_service.config.settings import Settings
from inference_service.diffusion.engine import DiffusionEngine
from inference_service.diffusion.model_store.quantization import quantise, quantised_layers
from inference_service.models.model_folder import NotAModel
from tests.inference import tiny_models


@pytest.fixture
def unet():
    import torch

    torch.manual_seed(0)
    return tiny_models._unet().eval()


def test_a_device_without_8_bit_floats_is_told_before_anything_is_loaded():
    """
    The reason names the setting, what it needs and what is here.
    """
    settings = Settings(device="cpu", quantize="fp8", compile_cache_dir="somewhere")

    with pytest.raises(NotAModel, match=r"QUANTIZE=fp8 needs an NVIDIA GPU of compute capability 8\.9.*this is cpu"):
        DiffusionEngine(settings).setup(lambda percent: None)


def test_only_layers_that_see_many_rows_are_quantised(unet):
    """
    Attention and feed-forward layers are; embedders, which see a row for each lane, and small ones are not.
    """
    import torch

    linear = {name for name, module in unet.named_modules() if isinstance(module, torch.nn.Linear)}

    chosen = quantised_layers(unet, 32)

    assert {name for name in chosen if name.endswith(("to_q", "to_k", "to_v", "to_out.0"))}
    assert {name for name in chosen if ".ff.net." in name}
    assert {name for name in linear - chosen if "time" in name}
    assert not {name for name in chosen if "time" in name or "norm" in name}
    assert quantised_layers(unet, 10_000) == frozenset()


def test_sides_that_the_matrix_units_cannot_take_are_left():
    """
    Both must be multiples of 16.
    """
    import torch

    layers = torch.nn.ModuleDict({"fine": torch.nn.Linear(64, 128), "odd": torch.nn.Linear(64, 120)})

    assert quantised_layers(layers, 32) == {"fine"}


@pytest.mark.filterwarnings("ignore")  # torchao's own, at import
def test_a_quantised_denoiser_predicts_nearly_the_same(unet):
    """
    The same way with 8-bit whole numbers, which a CPU has too: close to the full weights, and not equal to them.
    """
    import torch

    quantization = pytest.importorskip(
        "torchao.quantization", reason="torchao is not installed: requirements-fp8.txt has it, for GPUs"
    )
    inputs = {
        "sample": torch.randn(2, 4, 8, 8),
        "timestep": torch.full((2,), 5.0),
        "encoder_hidden_states": torch.randn(2, 77, 32),
    }
    with torch.no_grad():
        before = unet(**inputs).sample

        count = quantise(unet, quantization.Int8DynamicActivationInt8WeightConfig(), smallest=32)

        after = unet(**inputs).sample
    assert count == len(quantised_layers(unet, 32)) > 20
    assert 0 < (before - after).abs().max() < 0.05 * before.abs().max()
