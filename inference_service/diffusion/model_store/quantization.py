"""8-bit floats for the denoiser's linear layers: static weights, dynamic activations (torchao)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from inference_service.models.model_folder import NotAModel

CAPABILITY = (8, 9)  # NVIDIA Ada and Hopper are the first with matrix units for 8-bit floats.
ALIGNMENT = 16  # Required of both sides of a matrix.
# These process one vector per row, where quantization costs more than it saves, or affect the image most.
UNQUANTIZED = ("time", "norm", "add_embedding", "label_emb", "guidance")
UNQUANTIZED_ENDS = ("context_embedder", "x_embedder", "proj_out")


def check_fp8(device: str) -> None:
    """Raise NotAModel if this machine can't run QUANTIZE=fp8."""
    import torch

    if device != "cuda" or torch.cuda.get_device_capability() < CAPABILITY:
        name = torch.cuda.get_device_name() if device == "cuda" else device
        raise NotAModel(
            "QUANTIZE=fp8 requires an NVIDIA GPU with compute capability 8.9 or later. "
            f"This device is {name}. Set QUANTIZE=off."
        )
    try:
        import torchao  # type: ignore[import-not-found]  # noqa: F401
    except ImportError:
        raise NotAModel(
            "QUANTIZE=fp8 requires torchao. "
            "Run pip install -r inference_service/requirements-fp8.txt, or set QUANTIZE=off."
        ) from None


def quantize(denoiser: Any, config: Any = None, *, min_side: int = 512) -> int:
    """Quantize in place with torchao's `config`, by default fp8 with a scale per row. Return the number of layers."""
    from torchao.quantization import (  # type: ignore[import-not-found]
        Float8DynamicActivationFloat8WeightConfig,
        PerRow,
        quantize_,
    )

    chosen = quantized_layers(denoiser, min_side)
    config = config or Float8DynamicActivationFloat8WeightConfig(granularity=PerRow())
    is_chosen: Callable[[Any, str], bool] = lambda module, name: name in chosen  # noqa: E731
    quantize_(denoiser, config, filter_fn=is_chosen)
    return len(chosen)


def quantized_layers(denoiser: Any, min_side: int) -> frozenset[str]:
    """Return the names of the linear layers to quantize."""
    import torch

    return frozenset(
        name
        for name, module in denoiser.named_modules()
        if isinstance(module, torch.nn.Linear)
        and min(module.weight.shape) >= min_side
        and not any(side % ALIGNMENT for side in module.weight.shape)
        and not any(step.startswith(UNQUANTIZED) for step in name.split("."))
        and name not in UNQUANTIZED_ENDS
    )
