"""What the models run on: the device, its number formats, and its memory."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

from inference_service.config.settings import Settings
from inference_service.engine import EngineBroken
from inference_service.errors import OutOfMemory
from inference_service.models.model_folder import ModelFolder

GPU_SHARE, MACHINE_SHARE = 0.7, 0.5  # of all memory, for weights where no budget is set; pictures need the rest
FILLED = 0.9  # of the memory that seems free; the allocator loses some to fragments
ON_CPU_CAP = 64  # rows; a machine's memory is never what runs out first


def device_of(settings: Settings) -> str:
    """`cpu`, `cuda` or `mps`."""
    import torch

    if settings.device != "auto":
        return settings.device
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def dtype_of(settings: Settings, device: str) -> Any:
    """The torch.dtype of weights and activations."""
    import torch

    if settings.dtype != "auto":
        return getattr(torch, settings.dtype)
    if device != "cuda":
        return torch.float32
    # A T4 has no bfloat16 of its own, and emulates it slowly.
    return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float16


def vae_dtype(folder: ModelFolder, dtype: Any) -> Any:
    """As the rest, but for VAEs that overflow in float16, as SDXL's does: those stay in float32.

    SD 1.5's and 2's do not.  Of the others only one that says so was mended (`force_upcast`).
    """
    import torch

    mended = not folder.config("vae").get("force_upcast", True)
    return torch.float32 if dtype == torch.float16 and folder.has("text_encoder_2") and not mended else dtype


def weights_budget(settings: Settings, device: str) -> int:
    """Bytes of weights that may stay on the device."""
    import psutil
    import torch

    if settings.model_memory_gb:
        return round(settings.model_memory_gb * 1e9)
    if device == "cuda":
        return round(GPU_SHARE * torch.cuda.mem_get_info()[1])
    return round(MACHINE_SHARE * psutil.virtual_memory().total)


@contextlib.contextmanager
def failures_named() -> Iterator[None]:
    """Torch's errors as `OutOfMemory` and `EngineBroken`."""
    import torch

    try:
        yield
    except torch.OutOfMemoryError:
        torch.cuda.empty_cache()
        raise OutOfMemory(param="size") from None
    except torch.AcceleratorError as exc:
        # An error on the device poisons every later call of this process.
        raise EngineBroken(str(exc)) from exc
    except RuntimeError as exc:
        if "can't allocate memory" in str(exc):
            raise OutOfMemory(param="size") from None
        raise


class Memory:
    """The device's memory: how much of it one lane of a picture takes, and so how many fit."""

    def __init__(self, device: str) -> None:
        self._device = device
        self._lane_bytes: dict[str, float] = {}  # by model: most that a lane took, per megapixel

    def use(self) -> Mapping[str, int]:
        """Bytes by use; empty where the device shares the machine's."""
        import torch

        if self._device != "cuda":
            return {}
        return {
            "allocated": torch.cuda.memory_allocated(),
            "reserved": torch.cuda.memory_reserved(),
            "total": torch.cuda.mem_get_info()[1],
        }

    @contextlib.contextmanager
    def measured(self, model: str, megapixel_lanes: float) -> Iterator[None]:
        """Learn from one turn of so many lanes times megapixels what a lane of this model takes."""
        import torch

        if self._device != "cuda":
            yield
            return
        torch.cuda.reset_peak_memory_stats()
        before = torch.cuda.memory_allocated()
        yield
        torch.cuda.synchronize()  # the schedule learns from how long a turn takes, launches alone tell nothing
        taken = (torch.cuda.max_memory_allocated() - before) / megapixel_lanes
        self._lane_bytes[model] = max(taken, self._lane_bytes.get(model, 0))

    def cap(self, model: str, megapixel_lanes: float) -> int:
        """How many rows fit at once, each of so many lanes times megapixels; at least one is always tried."""
        import torch

        if self._device != "cuda" or model not in self._lane_bytes:
            return ON_CPU_CAP
        idle = torch.cuda.memory_reserved() - torch.cuda.memory_allocated()
        free = (torch.cuda.mem_get_info()[0] + idle) * FILLED
        return max(1, int(free / (self._lane_bytes[model] * megapixel_lanes)))
