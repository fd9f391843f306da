"""Estimates how many batch rows of a UNet fit in memory. Running out of memory corrects the estimate."""

from __future__ import annotations

from typing import Any

# Measured on UNets shaped like SD 1.5 and SDXL: the peak memory of a row's forward is 52 and 37 feature maps of the
# first block's width at the size of the latents.
MAPS_PER_ROW = 64
SHARE = 0.6  # Of the free memory. The rest is for decoding.
FREE_BYTES_WITHOUT_CUDA = 4 << 30  # Assumed free bytes if the device uses system memory.
MAX_BATCH_ROWS = 128


def max_batch_rows(unet: Any, *, latent_pixels: int, dtype: Any, device: str) -> int:
    """Return how many rows of `latent_pixels` (height x width) can be denoised at once, at least one.

    `unet` is the denoiser's configuration.
    """
    width = max(unet.block_out_channels[0], unet.in_channels)
    row_bytes = MAPS_PER_ROW * width * latent_pixels * dtype.itemsize
    return int(max(1, min(MAX_BATCH_ROWS, SHARE * free_bytes(device) // row_bytes)))


def free_bytes(device: str) -> int:
    """Return the bytes that this process can still allocate on the device, including memory cached by torch."""
    if not device.startswith("cuda"):
        return FREE_BYTES_WITHOUT_CUDA
    import torch

    free, _ = torch.cuda.mem_get_info(device)
    return int(free + torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device))
