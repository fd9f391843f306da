"""Random SD3 and FLUX models in diffusers layout: transformers, two or three text encoders, 4 latent channels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from inference_service.config.settings import STARTER_MODEL

WORDS: dict[str, Any] = {"vocab_size": 6211, "bos_token_id": 6209, "eos_token_id": 6210, "pad_token_id": 6210}
WIDTH = 32
LETTERS = "abcdefghijklmnopqrstuvwxyz,."


def save_sd3(folder: Path, *, reads_long: bool = True) -> None:
    """Save a model shaped like SD3.5, with or without its T5 encoder."""
    import torch
    from diffusers import FlowMatchEulerDiscreteScheduler, SD3Transformer2DModel, StableDiffusion3Pipeline

    torch.manual_seed(0)
    pipe: Any = StableDiffusion3Pipeline(
        vae=_vae(),
        text_encoder=_clip(projected=True),
        text_encoder_2=_clip(projected=True),
        text_encoder_3=_t5() if reads_long else None,
        tokenizer=_clip_tokenizer(),
        tokenizer_2=_clip_tokenizer(),
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
        vae=_vae(),
        text_encoder=_clip(),
        text_encoder_2=_t5(),
        tokenizer=_clip_tokenizer(),
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


def _clip_tokenizer() -> Any:
    from transformers import CLIPTokenizer

    return CLIPTokenizer.from_pretrained(STARTER_MODEL / "tokenizer")


def _clip(*, projected: bool = False) -> Any:
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

    size: dict[str, Any] = {
        "hidden_size": WIDTH,
        "intermediate_size": 37,
        "num_hidden_layers": 3,
        "num_attention_heads": 2,
    }
    config = CLIPTextConfig(**size, **WORDS, projection_dim=WIDTH)
    return CLIPTextModelWithProjection(config) if projected else CLIPTextModel(config)


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


def _vae() -> Any:
    from diffusers import AutoencoderKL

    return AutoencoderKL(
        block_out_channels=(32, 32, 32, 32),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        latent_channels=4,
        shift_factor=0.06,
        scaling_factor=1.5,
        use_quant_conv=False,
        use_post_quant_conv=False,
    )
