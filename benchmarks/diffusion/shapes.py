"""Models with random weights in the shapes of well-known models: equally fast, without a download.

The configurations are copied from the models' `config.json`; `tiny` models have the same components in small.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from inference_service.config.settings import STARTER_MODEL

Config = Mapping[str, Any]

# The starter model's tokenizer: which words there are makes no difference to speed.
MARKS = {"bos_token_id": 6209, "eos_token_id": 6210, "pad_token_id": 6210}
CLIP_L = {"hidden_size": 768, "intermediate_size": 3072, "num_hidden_layers": 12, "num_attention_heads": 12}
CLIP_H = {"hidden_size": 1024, "intermediate_size": 4096, "num_hidden_layers": 23, "num_attention_heads": 16}
CLIP_G = {"hidden_size": 1280, "intermediate_size": 5120, "num_hidden_layers": 32, "num_attention_heads": 20}
SMALL = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2}
KL_VAE = {
    "block_out_channels": (128, 256, 512, 512),
    "down_block_types": ("DownEncoderBlock2D",) * 4,
    "up_block_types": ("UpDecoderBlock2D",) * 4,
    "layers_per_block": 2,
    "latent_channels": 4,
}
SMALL_VAE = {**KL_VAE, "block_out_channels": (32, 32, 32, 32), "layers_per_block": 1}
SMALL_UNET = {
    "block_out_channels": (32, 64),
    "layers_per_block": 1,
    "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D"),
    "up_block_types": ("CrossAttnUpBlock2D", "UpBlock2D"),
    "attention_head_dim": 8,
}
SDXL_BLOCKS = {
    "block_out_channels": (320, 640, 1280),
    "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
    "up_block_types": ("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
    "transformer_layers_per_block": (1, 2, 10),
    "attention_head_dim": (5, 10, 20),
    "use_linear_projection": True,
}


@dataclass(frozen=True, kw_only=True)
class Shape:
    """One model to make, and the images that it is measured with."""

    name: str
    side: int
    steps: int
    guidance: float
    batches: tuple[int, ...]
    unet: Config
    text: tuple[Config, ...]  # one text encoder, or SDXL's two
    vae: Config = field(default_factory=lambda: KL_VAE)
    scheduler: Config = field(default_factory=dict)

    @property
    def batch_rows(self) -> int:
        """Denoiser rows that an image takes."""
        return 2 if self.guidance > 1 else 1


def _sdxl(name: str, first: Config, second: Config, blocks: Config, per_id: int, **images: Any) -> Shape:
    pooled = second["hidden_size"]
    unet = {
        **blocks,
        "cross_attention_dim": first["hidden_size"] + pooled,
        "addition_embed_type": "text_time",
        "addition_time_embed_dim": per_id,
        "projection_class_embeddings_input_dim": pooled + 6 * per_id,
    }
    return Shape(name=name, unet=unet, text=(first, {**second, "hidden_act": "gelu"}), **images)


FULL: Mapping[str, Shape] = {
    "sdxl": _sdxl(
        "sdxl-shaped", CLIP_L, CLIP_G, SDXL_BLOCKS, 256, side=1024, steps=20, guidance=8.0, batches=(1, 4, 8, 16)
    ),
    "sd15": Shape(
        name="sd15-shaped",
        side=512,
        steps=20,
        guidance=7.5,
        batches=(1, 4, 8, 16),
        unet={"cross_attention_dim": CLIP_L["hidden_size"]},  # diffusers' defaults are Stable Diffusion 1's
        text=(CLIP_L,),
    ),
    "turbo": Shape(
        name="sd-turbo-shaped",
        side=512,
        steps=1,
        guidance=0.0,
        batches=(1, 4, 8, 16),
        unet={
            "cross_attention_dim": CLIP_H["hidden_size"],
            "attention_head_dim": (5, 10, 20, 20),
            "use_linear_projection": True,
        },
        text=({**CLIP_H, "hidden_act": "gelu"},),
        scheduler={"timestep_spacing": "trailing"},
    ),
}
TINY: Mapping[str, Shape] = {
    "sdxl": _sdxl(
        "tiny-sdxl-shaped",
        SMALL,
        SMALL,
        SMALL_UNET,
        8,
        vae=SMALL_VAE,
        side=64,
        steps=4,
        guidance=8.0,
        batches=(1, 2),
    ),
    "sd15": Shape(
        name="tiny-sd15-shaped",
        side=64,
        steps=4,
        guidance=7.5,
        batches=(1, 2),
        unet={**SMALL_UNET, "cross_attention_dim": SMALL["hidden_size"]},
        text=(SMALL,),
        vae=SMALL_VAE,
    ),
    "turbo": Shape(
        name="tiny-sd-turbo-shaped",
        side=64,
        steps=1,
        guidance=0.0,
        batches=(1, 2),
        unet={**SMALL_UNET, "cross_attention_dim": SMALL["hidden_size"]},
        text=(SMALL,),
        vae=SMALL_VAE,
        scheduler={"timestep_spacing": "trailing"},
    ),
}
SIZES: Mapping[str, Mapping[str, Shape]] = {"full": FULL, "tiny": TINY}


def saved(shape: Shape, folder: Path, *, device: str) -> Path:
    """The model's folder below `folder`, made on `device` if it is not there yet."""
    target = folder / shape.name
    if not (target / "model_index.json").is_file():
        print(f"Making {shape.name} of random weights…")
        _pipeline(shape, device).save_pretrained(target)
    return target


def denoiser(shape: Shape) -> Any:
    """The denoiser alone, on whatever device is the default."""
    import diffusers

    made: Callable[..., Any] = diffusers.UNet2DConditionModel
    return made(sample_size=shape.side // 8, **shape.unet)


def decoder(shape: Shape) -> Any:
    """The autoencoder alone, likewise."""
    import diffusers

    made: Callable[..., Any] = diffusers.AutoencoderKL
    return made(sample_size=shape.side, **shape.vae)


def _pipeline(shape: Shape, device: str) -> Any:
    import diffusers

    scheduler: Callable[..., Any] = diffusers.EulerDiscreteScheduler
    noise = {"beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012, "steps_offset": 1}
    with _made_on(device):
        parts = {
            "vae": decoder(shape),
            "unet": denoiser(shape),
            "scheduler": scheduler(**{**noise, **shape.scheduler}),
            **_readers(shape),
        }
    two, one = _constructors(diffusers)
    if len(shape.text) == 2:
        return two(**parts)
    return one(**parts, safety_checker=None, feature_extractor=None, requires_safety_checker=False)


def _constructors(library: Any) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Of pipelines with two text encoders and with one; diffusers leaves them untyped."""
    return library.StableDiffusionXLPipeline, library.StableDiffusionPipeline


def _readers(shape: Shape) -> dict[str, Any]:
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

    tokenizer: Any = CLIPTokenizer
    read = {"tokenizer": tokenizer.from_pretrained(STARTER_MODEL / "tokenizer")}
    parts: dict[str, Any] = {}
    for place, (config, kind) in enumerate(zip(shape.text, (CLIPTextModel, CLIPTextModelWithProjection), strict=False)):
        suffix = "_2" if place else ""
        made: Any = CLIPTextConfig(**{"vocab_size": 49408, "projection_dim": config["hidden_size"], **MARKS, **config})
        parts |= {f"text_encoder{suffix}": kind(made), f"tokenizer{suffix}": read["tokenizer"]}
    return parts


@contextlib.contextmanager
def _made_on(device: str) -> Iterator[None]:
    """Weights are drawn on the device, and on a GPU in bfloat16, as they are used."""
    import torch

    torch.manual_seed(0)
    before = torch.get_default_dtype()
    if device == "cuda":
        torch.set_default_dtype(torch.bfloat16)
    try:
        with torch.device(device):
            yield
    finally:
        torch.set_default_dtype(before)
