"""8-bit weights: which layers are quantized, on which devices, and the effect on predictions."""

from __future__ import annotations

from typing import Any

import pytest

from inference_service.config.settings import Settings
from inference_service.diffusion.engine import DiffusionEngine
from inference_service.diffusion.model_store.quantization import quantize, quantized_layers
from inference_service.models.model_folder import NotAModel
from tests.inference import tiny_models

pytestmark = pytest.mark.model


@pytest.fixture
def unet() -> Any:
    import torch

    torch.manual_seed(0)
    return tiny_models.unet().eval()


def test_an_unsupported_device_is_reported_before_loading() -> None:
    """The error contains the setting, its requirement, and the current device."""
    settings = Settings(device="cpu", quantize="fp8", compile_cache_dir="somewhere")
    reason = r"QUANTIZE=fp8 requires an NVIDIA GPU with compute capability 8\.9.*This device is cpu"

    with pytest.raises(NotAModel, match=reason):
        DiffusionEngine(settings).setup(lambda percent: None)


def test_only_layers_with_many_vectors_are_quantized(unet: Any) -> None:
    """Attention and feed-forward layers are quantized; embedders, with one vector per row, and small layers aren't."""
    import torch

    linear = {name for name, module in unet.named_modules() if isinstance(module, torch.nn.Linear)}

    chosen = quantized_layers(unet, 32)

    assert {name for name in chosen if name.endswith(("to_q", "to_k", "to_v", "to_out.0"))}
    assert {name for name in chosen if ".ff.net." in name}
    assert {name for name in linear - chosen if "time" in name}
    assert not {name for name in chosen if "time" in name or "norm" in name}
    assert quantized_layers(unet, 10_000) == frozenset()


def test_unaligned_layers_are_not_quantized() -> None:
    """Both sides of a layer must be multiples of 16."""
    import torch

    layers = torch.nn.ModuleDict({"fine": torch.nn.Linear(64, 128), "odd": torch.nn.Linear(64, 120)})

    assert quantized_layers(layers, 32) == {"fine"}


@pytest.mark.filterwarnings("ignore")  # From torchao, at import.
def test_a_quantized_denoiser_predicts_nearly_the_same(unet: Any) -> None:
    """With 8-bit integers, which a CPU supports, predictions are close to those with full weights."""
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

        count = quantize(unet, quantization.Int8DynamicActivationInt8WeightConfig(), min_side=32)

        after = unet(**inputs).sample
    assert count == len(quantized_layers(unet, 32)) > 20
    assert 0 < (before - after).abs().max() < 0.05 * before.abs().max()
