"""Device that models run on: its type, number formats, and memory."""

from __future__ import annotations

import contextlib
import re
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from inference_service.config.settings import Settings
from inference_service.engine import EngineBroken
from inference_service.errors import OutOfMemory
from inference_service.models.model_folder import ModelFolder

GPU_SHARE, MACHINE_SHARE = 0.7, 0.5  # Of all memory, for weights if no budget is set. Images need the rest.
USABLE_SHARE = 0.9  # Of the free memory. The allocator loses some to fragmentation.
DRIVER_FILE = Path("/proc/driver/nvidia/version")  # The kernel module writes it.
CPU_ROW_CAP = 64  # Rows. On a CPU, memory isn't the first limit.


class DeviceUnavailable(Exception):
    """PyTorch can't use the configured device; the message says why."""


def device_of(settings: Settings) -> str:
    """Return `cpu`, `cuda`, or `mps`. Raise `DeviceUnavailable` if PyTorch can't use the configured device."""
    import torch

    if settings.device == "cpu":
        return "cpu"
    has_cuda, reason = cuda_state()
    has_mps = torch.backends.mps.is_available()
    if settings.device == "auto":
        return "cuda" if has_cuda else "mps" if has_mps else "cpu"
    if settings.device == "cuda" and not has_cuda:
        raise DeviceUnavailable(f"DEVICE is cuda, but PyTorch {torch.__version__} can't use a GPU. {reason}")
    if settings.device == "mps" and not has_mps:
        raise DeviceUnavailable(f"DEVICE is mps, but PyTorch {torch.__version__} can't use Metal on this machine.")
    return settings.device


def cuda_state(driver_file: Path = DRIVER_FILE) -> tuple[bool, str]:
    """Return whether PyTorch can use a GPU, and if not, the reason with the driver's version."""
    import torch

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        if torch.cuda.is_available():
            return True, ""
    said = [str(one.message).split(" (Triggered")[0].splitlines()[0] for one in caught]
    built = f"built for CUDA {torch.version.cuda}" if torch.version.cuda else "built without CUDA"
    return False, " ".join([f"It is {built}; NVIDIA driver: {driver_version(driver_file) or 'none'}.", *said])


def driver_version(file: Path = DRIVER_FILE) -> str:
    """Return the version of the NVIDIA driver, such as `580.65.06`, or an empty string if none is loaded."""
    try:
        found = re.search(r"\b(\d{3,}(?:\.\d+)+)\b", file.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return ""
    return found[1] if found else ""


def device_name(device: str) -> str:
    """Return the name of the GPU, or the device type of a CPU or Metal."""
    import torch

    return str(torch.cuda.get_device_name()) if device == "cuda" else device


def dtype_of(settings: Settings, device: str) -> Any:
    """Return the torch.dtype of weights and activations."""
    import torch

    if settings.dtype != "auto":
        return getattr(torch, settings.dtype)
    if device != "cuda":
        return torch.float32
    # A T4 has no native bfloat16 and emulates it slowly.
    return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float16


def vae_dtype(folder: ModelFolder, dtype: Any) -> Any:
    """Return the VAE's dtype: `dtype`, or float32 for VAEs that overflow in float16.

    SDXL's VAE overflows, unless its configuration says that it is fixed (`force_upcast`). Those of SD 1.5 and 2 don't.
    """
    import torch

    is_fixed = not folder.config("vae").get("force_upcast", True)
    return torch.float32 if dtype == torch.float16 and folder.has("text_encoder_2") and not is_fixed else dtype


def weights_budget(settings: Settings, device: str) -> int:
    """Return the bytes of weights that may stay on the device."""
    import psutil
    import torch

    if settings.model_memory_gb:
        return round(settings.model_memory_gb * 1e9)
    if device == "cuda":
        return round(GPU_SHARE * torch.cuda.mem_get_info()[1])
    return round(MACHINE_SHARE * psutil.virtual_memory().total)


@contextlib.contextmanager
def translate_errors() -> Iterator[None]:
    """Translate torch's errors into OutOfMemory and EngineBroken."""
    import torch

    try:
        yield
    except torch.OutOfMemoryError:
        torch.cuda.empty_cache()
        raise OutOfMemory(param="size") from None
    except torch.AcceleratorError as exc:
        # After an error on the device, every later call of this process fails.
        raise EngineBroken(str(exc)) from exc
    except RuntimeError as exc:
        if "can't allocate memory" in str(exc):
            raise OutOfMemory(param="size") from None
        raise


class Memory:
    """Device memory: measures what a batch row needs, and computes how many rows fit."""

    def __init__(self, device: str) -> None:
        self._device = device
        self._row_bytes: dict[str, float] = {}  # By model, the largest measured bytes per row and megapixel.

    def use(self) -> Mapping[str, int]:
        """Return bytes by use; empty if the device uses system memory."""
        import torch

        if self._device != "cuda":
            return {}
        return {
            "allocated": torch.cuda.memory_allocated(),
            "reserved": torch.cuda.memory_reserved(),
            "total": torch.cuda.mem_get_info()[1],
        }

    @contextlib.contextmanager
    def measured(self, model: str, megapixel_rows: float) -> Iterator[None]:
        """Measure the memory of a batch with this number of rows times megapixels."""
        import torch

        if self._device != "cuda":
            yield
            return
        torch.cuda.reset_peak_memory_stats()
        before = torch.cuda.memory_allocated()
        yield
        # The scheduler learns from the duration of the batch, not from the time of kernel launches.
        torch.cuda.synchronize()
        row_bytes = (torch.cuda.max_memory_allocated() - before) / megapixel_rows
        self._row_bytes[model] = max(row_bytes, self._row_bytes.get(model, 0))

    def cap(self, model: str, megapixel_rows: float) -> int:
        """Return how many rows of this many megapixels fit at once, at least one."""
        import torch

        if self._device != "cuda" or model not in self._row_bytes:
            return CPU_ROW_CAP
        idle = torch.cuda.memory_reserved() - torch.cuda.memory_allocated()
        free = (torch.cuda.mem_get_info()[0] + idle) * USABLE_SHARE
        return max(1, int(free / (self._row_bytes[model] * megapixel_rows)))
