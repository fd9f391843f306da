"""From latents to pictures, in batches as large as the device decodes well."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PIL import Image

from inference_service.errors import PaintingFailed

# Four pictures of 1024 x 1024: with eight SDXL's decoder counts past 2**31 elements (diffusers#3643).
MOST_PIXELS = 4 * 1024 * 1024
MOST_PICTURES = 16


class Decoder:
    """One model's VAE, in the dtype that it was loaded in."""

    def __init__(self, pipe: Any, *, device: str) -> None:
        self._vae = pipe.vae
        self._device = device
        self._mean, self._deviation = _statistics(self._vae.config)

    def cap(self, width: int, height: int) -> int:
        """How many pictures of this size are decoded at once."""
        if self._device == "cpu":
            return 1  # a batch of four takes half again as long for each picture
        return max(1, min(MOST_PICTURES, MOST_PIXELS // (width * height)))

    def decode(self, latents: Any) -> Any:
        """[n, channels, h, w] latents as [n, 3, 8 h, 8 w] pixels in -1..1, of the VAE's dtype."""
        mean, deviation = self._mean.to(latents.device), self._deviation.to(latents.device)
        latents = latents * deviation / self._vae.config.scaling_factor + mean
        return self._vae.decode(latents.to(self._vae.dtype), return_dict=False)[0]

    def images(self, latents: Sequence[Any]) -> list[Image.Image]:
        """The pictures of rows' finished latents, turned to bytes on the device and fetched in one copy."""
        import torch

        decoded = self.decode(torch.cat(list(latents)))
        if not decoded.isfinite().all():  # it would come out black
            raise PaintingFailed("The picture left the range of the model's numbers; ask for less guidance.")
        pixels = in_bytes(decoded)
        fetched = pixels.to("cpu", non_blocking=True)  # into pinned memory
        if pixels.device.type == "cuda":
            torch.cuda.current_stream(pixels.device).synchronize()
        return [Image.fromarray(picture) for picture in fetched.numpy()]


def in_bytes(pixels: Any) -> Any:
    """[n, 3, height, width] in -1..1, and what strays from it, as [n, height, width, 3] of 0..255, rounded."""
    import torch

    levels = (pixels.float() / 2 + 0.5).clamp(0, 1) * 255
    return levels.round().to(torch.uint8).permute(0, 2, 3, 1).contiguous()


def _statistics(config: Any) -> tuple[Any, Any]:
    """Mean and deviation of what the VAE encodes to, [1, channels, 1, 1]; of most models 0 and 1."""
    import torch

    mean, deviation = getattr(config, "latents_mean", None), getattr(config, "latents_std", None)
    channels = config.latent_channels
    if mean is None or deviation is None:
        mean, deviation = [0.0] * channels, [1.0] * channels
    shape = (1, channels, 1, 1)
    return torch.tensor(mean).view(shape), torch.tensor(deviation).view(shape)
