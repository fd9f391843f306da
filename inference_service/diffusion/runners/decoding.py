"""Decodes latents to images, in batches of the best size for the device."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PIL import Image

from inference_service.errors import GenerationFailed

# Four images of 1024 x 1024. With eight, SDXL's decoder exceeds 2**31 elements (diffusers#3643).
MAX_PIXELS = 4 * 1024 * 1024
MAX_IMAGES = 16


class Decoder:
    """A model's VAE, in the dtype in which it was loaded."""

    def __init__(self, pipe: Any, *, device: str) -> None:
        self._vae = pipe.vae
        self._device = device
        self._mean, self._deviation = _statistics(self._vae.config)

    def cap(self, width: int, height: int) -> int:
        """Return how many images of this size are decoded at once."""
        if self._device == "cpu":
            return 1  # On a CPU, a batch of four takes 1.5 times as long per image.
        return max(1, min(MAX_IMAGES, MAX_PIXELS // (width * height)))

    def decode(self, latents: Any) -> Any:
        """Decode [n, channels, h, w] latents to [n, 3, 8 h, 8 w] pixels in -1..1, in the VAE's dtype."""
        mean, deviation = self._mean.to(latents.device), self._deviation.to(latents.device)
        latents = latents * deviation / self._vae.config.scaling_factor + mean
        return self._vae.decode(latents.to(self._vae.dtype), return_dict=False)[0]

    def images(self, latents: Sequence[Any]) -> list[Image.Image]:
        """Return the images of finished rows, converted to bytes on the device and copied at once."""
        import torch

        decoded = self.decode(torch.cat(list(latents)))
        if not decoded.isfinite().all():  # The image would be black.
            raise GenerationFailed(
                "The image couldn't be decoded because of a numeric overflow. Reduce guidance_scale."
            )
        pixels = to_bytes(decoded)
        on_cpu = pixels.to("cpu", non_blocking=True)  # Pinned memory.
        if pixels.device.type == "cuda":
            torch.cuda.current_stream(pixels.device).synchronize()
        return [Image.fromarray(pixels_of_image) for pixels_of_image in on_cpu.numpy()]


def to_bytes(pixels: Any) -> Any:
    """Convert [n, 3, height, width] in -1..1, clipped, to [n, height, width, 3] in 0..255, rounded."""
    import torch

    levels = (pixels.float() / 2 + 0.5).clamp(0, 1) * 255
    return levels.round().to(torch.uint8).permute(0, 2, 3, 1).contiguous()


def _statistics(config: Any) -> tuple[Any, Any]:
    """Return mean and deviation of the VAE's latents, [1, channels, 1, 1]; 0 and 1 for most models."""
    import torch

    mean, deviation = getattr(config, "latents_mean", None), getattr(config, "latents_std", None)
    channels = config.latent_channels
    if mean is None or deviation is None:
        mean, deviation = [0.0] * channels, [1.0] * channels
    shape = (1, channels, 1, 1)
    return torch.tensor(mean).view(shape), torch.tensor(deviation).view(shape)
