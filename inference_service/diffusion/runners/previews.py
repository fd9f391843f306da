"""Previews without the VAE: a linear map from latents to colours, fitted to the VAE when the model loads."""

from __future__ import annotations

from typing import Any

from PIL import Image

from inference_service.diffusion.runners.decoding import Decoder

# Smooth latents look like pictures' more than noise does: with noise the map is off by 7 dB.
SAMPLES, SIDE, COARSE_SIDE = 6, 16, 3


class PreviewMap:
    """One colour for each place of the latents: an eighth of the picture's width and height."""

    def __init__(self, decoder: Decoder, *, channels: int, device: str) -> None:
        """Fit the map by least squares to what the VAE makes of a few random latents."""
        import torch
        import torch.nn.functional as nn

        generator = torch.Generator("cpu").manual_seed(0)
        coarse = torch.randn((SAMPLES, channels, COARSE_SIDE, COARSE_SIDE), generator=generator)
        latents = nn.interpolate(coarse, size=(SIDE, SIDE), mode="bicubic").to(device)
        pixels = torch.cat([decoder.decode(one).float().clamp(-1, 1) for one in torch.split(latents, 1)])
        colours = nn.adaptive_avg_pool2d(pixels, SIDE)
        places = _with_one(latents).movedim(1, -1).flatten(0, 2)
        fitted = torch.linalg.lstsq(places.cpu(), colours.movedim(1, -1).flatten(0, 2).cpu()).solution
        self._colours = fitted.to(device)  # [channels + 1, 3]

    def image(self, latents: Any) -> Image.Image:
        """What [1, channels, h, w] latents look like, h x w pixels."""
        import torch

        shown = torch.einsum("nchw,cd->hwd", _with_one(latents.float()), self._colours)
        return Image.fromarray(((shown.clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8).cpu().numpy())


def _with_one(latents: Any) -> Any:
    """The latents with a last channel of ones, for the map's constant."""
    import torch

    return torch.cat([latents, torch.ones_like(latents[:, :1])], dim=1)
