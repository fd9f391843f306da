"""How many lanes of a UNet fit into a device's memory: an estimate, which running out of memory corrects."""

from __future__ import annotations

from typing import Any

# Measured on UNets in the shapes of SD 1.5 and SDXL: what a lane's forward takes at its peak, in feature
# maps of the first block's width at the latents' size, is 52 and 37.
MAPS_PER_LANE = 64
SHARE = 0.6  # of the free memory; the rest is for decoding
WITHOUT_CUDA = 4 << 30  # bytes to count on where the memory is the system's
MOST_LANES = 128


def lanes_that_fit(unet: Any, *, places: int, dtype: Any, device: str) -> int:
    """How many lanes of `places` latent places (height x width) can be denoised at once; at least one.

    `unet` is the denoiser's configuration.
    """
    width = max(unet.block_out_channels[0], unet.in_channels)
    lane = MAPS_PER_LANE * width * places * dtype.itemsize
    return int(max(1, min(MOST_LANES, SHARE * free_bytes(device) // lane)))


def free_bytes(device: str) -> int:
    """What this process can still take on the device, memory that torch keeps for reuse included."""
    if not device.startswith("cuda"):
        return WITHOUT_CUDA
    import torch

    free, _ = torch.cuda.mem_get_info(device)
    return int(free + torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device))
