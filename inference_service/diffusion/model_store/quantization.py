"""The denoiser's linear layers in 8-bit floats: weights once, activations as they come (torchao)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from inference_service.models.model_folder import NotAModel

CAPABILITY = (8, 9)  # NVIDIA Ada and Hopper are the first with matrix units for 8-bit floats
ALIGNED = 16  # what those units ask of both sides of a matrix
# These see one row for each lane, where quantising costs more than it saves, or the picture the most.
LEFT = ("time", "norm", "add_embedding", "label_emb", "guidance")
LEFT_AT_THE_ENDS = ("context_embedder", "x_embedder", "proj_out")


def check_fp8(device: str) -> None:
    """`NotAModel` where this machine cannot run QUANTIZE=fp8."""
    import torch

    if device != "cuda" or torch.cuda.get_device_capability() < CAPABILITY:
        name = torch.cuda.get_device_name() if device == "cuda" else device
        raise NotAModel(
            f"QUANTIZE=fp8 needs an NVIDIA GPU of compute capability 8.9 or later, and this is {name}: set it to off."
        )
    try:
        import torchao  # type: ignore[import-not-found]  # noqa: F401
    except ImportError:
        raise NotAModel(
            "QUANTIZE=fp8 needs torchao: pip install -r inference_service/requirements-fp8.txt, or set it to off."
        ) from None


def quantise(denoiser: Any, config: Any = None, *, smallest: int = 512) -> int:
    """Quantise in place; how many layers it was.  `config` is torchao's, fp8 with a scale for each row by default."""
    from torchao.quantization import (  # type: ignore[import-not-found]
        Float8DynamicActivationFloat8WeightConfig,
        PerRow,
        quantize_,
    )

    chosen = quantised_layers(denoiser, smallest)
    config = config or Float8DynamicActivationFloat8WeightConfig(granularity=PerRow())
    wanted: Callable[[Any, str], bool] = lambda module, name: name in chosen  # noqa: E731
    quantize_(denoiser, config, filter_fn=wanted)
    return len(chosen)


def quantised_layers(denoiser: Any, smallest: int) -> frozenset[str]:
    """The names of the linear layers that are worth it."""
    import torch

    return frozenset(
        name
        for name, module in denoiser.named_modules()
        if isinstance(module, torch.nn.Linear)
        and min(module.weight.shape) >= smallest
        and not any(side % ALIGNED for side in module.weight.shape)
        and not any(step.startswith(LEFT) for step in name.split("."))
        and name not in LEFT_AT_THE_ENDS
    )
