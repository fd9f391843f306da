"""Random SD3 and FLUX models in diffusers layout: transformers, two or three text encoders, 4 latent channels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.inference.tiny_models import WIDTH, text_encoder, tokenizer, vae

LETTERS = "abcdefghijklmnopqrstuvwxyz,."
VAE = {"shift_factor": 0.06, "scaling_factor": 1.5, "use_quant_conv": False, "use_post_quant_conv": False}


def save_sd3(folder: Path, *, reads_long: bool = True) -> None:
    """Save a model shaped like SD3.5, with or without its T5 encoder."""
    import torch
    from diffusers import FlowMatchEulerDiscreteScheduler, SD3Transformer2DModel, StableDiffusion3Pipeline

    torch.manual_seed(0)
    pipe: Any = StableDiffusion3Pipeline(
        vae=vae(**VAE),
        text_encoder=text_encoder(projected=True),
        text_encoder_2=text_encoder(projected=True),
        text_encoder_3=_t5() if reads_long else None,
        tokenizer=tokenizer(),
        tokenizer_2=tokenizer(),
        tokenizer_3=_t5_tokenizer() if reads_long else None,
        transformer=SD3Transformer2DModel(
            sample_size=8,
            patch_size=1,
            in_channels=4,
            out_channels=4,
            num_layers=2,
            attention_head_dim=8,
            num_attention_heads=4,
            joint_attention_dim=2 * WIDTH,
            caption_projection_dim=WIDTH,
            pooled_projection_dim=2 * WIDTH,
        ),
        scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0),
    )
    pipe.save_pretrained(folder)


def save_flux(folder: Path, *, guided: bool = True) -> None:
    """Save a model shaped like FLUX dev, or like schnell without guidance as an input."""
    import torch
    from diffusers import FlowMatchEulerDiscreteScheduler, FluxPipeline, FluxTransformer2DModel

    torch.manual_seed(0)
    pipe: Any = FluxPipeline(
        vae=vae(**VAE),
        text_encoder=text_encoder(),
        text_encoder_2=_t5(),
        tokenizer=tokenizer(),
        tokenizer_2=_t5_tokenizer(),
        transformer=FluxTransformer2DModel(
            patch_size=1,
            in_channels=16,
            num_layers=1,
            num_single_layers=1,
            attention_head_dim=16,
            num_attention_heads=2,
            joint_attention_dim=2 * WIDTH,
            pooled_projection_dim=WIDTH,
            axes_dims_rope=(4, 4, 8),
            guidance_embeds=guided,
        ),
        scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0, use_dynamic_shifting=guided),
    )
    pipe.save_pretrained(folder)


def _t5() -> Any:
    from transformers import T5Config, T5EncoderModel

    size: dict[str, Any] = {"d_model": 2 * WIDTH, "d_kv": 8, "d_ff": 64, "num_layers": 2, "num_heads": 4}
    return T5EncoderModel(T5Config(**size, vocab_size=len(_pieces()))).eval()


def _t5_tokenizer() -> Any:
    """Return a tokenizer with one token per letter and per space."""
    from transformers import T5Tokenizer

    return T5Tokenizer(vocab=_pieces(), extra_ids=0)


def _pieces() -> list[tuple[str, float]]:
    return [(piece, 0.0) for piece in ("<pad>", "</s>", "<unk>", "▁")] + [(letter, -1.0) for letter in LETTERS]
