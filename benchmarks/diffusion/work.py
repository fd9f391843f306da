"""Arithmetic operations per image, and the peak operations per second of this device."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from benchmarks.diffusion.shapes import Shape, decoder, denoiser

TOKENS = 77
SIDE = {"cuda": 8192, "cpu": 1024, "mps": 4096}  # of the square matrices whose product is timed
SECONDS = 1.0


@dataclass(frozen=True, kw_only=True)
class Work:
    """TFLOP of one denoiser row and of one decoded image; attention is counted."""

    forward: float
    decode: float

    def per_image(self, shape: Shape) -> float:
        return shape.steps * shape.batch_rows * self.forward + self.decode


def work_of(shape: Shape) -> Work:
    """Counted on no device at all, so it costs neither memory nor time."""
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    side = shape.side // 8
    with torch.device("meta"):
        unet, vae = denoiser(shape), decoder(shape)
        latents = torch.empty(1, unet.config.in_channels, side, side)
        states = torch.empty(1, TOKENS, unet.config.cross_attention_dim)
        added: dict[str, Any] = {}
        if len(shape.text) == 2:
            pooled = torch.empty(1, shape.text[1]["hidden_size"])
            added = {"added_cond_kwargs": {"text_embeds": pooled, "time_ids": torch.empty(1, 6)}}
        with FlopCounterMode(display=False) as forward:
            unet(latents, torch.empty(1), encoder_hidden_states=states, **added)
        with FlopCounterMode(display=False) as decode:
            vae.decode(torch.empty(1, vae.config.latent_channels, side, side))
    return Work(forward=forward.get_total_flops() / 1e12, decode=decode.get_total_flops() / 1e12)


def matrix_rate(device: str) -> float:
    """TFLOP/s of a large matrix product: bfloat16 on a GPU, float32 on a CPU."""
    import torch

    side = SIDE[device]
    dtype = torch.bfloat16 if device == "cuda" else torch.float32
    one, other = (torch.randn(side, side, device=device, dtype=dtype) for _ in range(2))
    products, began = 0, 0.0
    while True:
        for _ in range(5):
            one @ other
        _finish(device)
        if not began:  # the first round only warms up
            began = time.perf_counter()
            continue
        products += 5
        took = time.perf_counter() - began
        if took > SECONDS:
            return 2 * side**3 * products / took / 1e12


def fp8_rate(device: str) -> float | None:
    """The same in 8-bit floats, with bfloat16 out; None where the device has none."""
    import torch

    if device != "cuda" or torch.cuda.get_device_capability() < (8, 9):
        return None
    side = SIDE[device]
    one = torch.randn(side, side, device=device).to(torch.float8_e4m3fn)
    other = torch.randn(side, side, device=device).to(torch.float8_e4m3fn).t()
    scale = torch.ones((), device=device)

    def product() -> None:
        torch._scaled_mm(one, other, scale_a=scale, scale_b=scale, out_dtype=torch.bfloat16, use_fast_accum=True)

    for _ in range(5):
        product()
    _finish(device)
    began, products = time.perf_counter(), 0
    while time.perf_counter() - began < SECONDS:
        for _ in range(5):
            product()
        _finish(device)
        products += 5
    return 2 * side**3 * products / (time.perf_counter() - began) / 1e12


def _finish(device: str) -> None:
    import torch

    if device == "cuda":
        torch.cuda.synchronize()
