"""Random models in diffusers layout that load and run within a second."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from inference_service.config.settings import STARTER_MODEL

WORDS: dict[str, Any] = {"vocab_size": 6211, "bos_token_id": 6209, "eos_token_id": 6210, "pad_token_id": 6210}
WIDTH = 32


def save_sd(folder: Path, *, blocks_everything: bool = False, predicts: str = "epsilon") -> None:
    """Save a model shaped like SD 1.5 or 2 (`v_prediction`), optionally with a checker that blocks all images."""
    import torch
    from diffusers import PNDMScheduler, StableDiffusionPipeline
    from diffusers.pipelines.stable_diffusion.safety_checker import StableDiffusionSafetyChecker
    from transformers import CLIPConfig, CLIPImageProcessorPil

    torch.manual_seed(0)
    checker: Any = None
    processor: Any = None
    if blocks_everything:
        vision: dict[str, Any] = {
            "hidden_size": WIDTH,
            "intermediate_size": 64,
            "num_hidden_layers": 1,
            "num_attention_heads": 2,
        }
        config = CLIPConfig(vision_config={**vision, "image_size": 32, "patch_size": 16}, projection_dim=WIDTH)
        checker = StableDiffusionSafetyChecker(config)
        checker.concept_embeds_weights.data.fill_(-2.0)  # Every cosine is above this threshold.
        processor = CLIPImageProcessorPil(size=32, crop_size=32)
    pipe: Any = StableDiffusionPipeline(
        vae=vae(),
        text_encoder=text_encoder(),
        tokenizer=tokenizer(),
        unet=unet(),
        scheduler=PNDMScheduler(
            skip_prk_steps=True,
            steps_offset=1,
            beta_schedule="scaled_linear",
            beta_start=0.00085,
            beta_end=0.012,
            prediction_type=predicts,
        ),
        safety_checker=checker,
        feature_extractor=processor,
        requires_safety_checker=blocks_everything,
    )
    pipe.save_pretrained(folder)


def save_lcm(folder: Path) -> None:
    """Save a distilled SD 1.5 whose guidance is an input of the denoiser."""
    import torch
    from diffusers import LatentConsistencyModelPipeline, LCMScheduler

    torch.manual_seed(0)
    pipe: Any = LatentConsistencyModelPipeline(
        vae=vae(),
        text_encoder=text_encoder(),
        tokenizer=tokenizer(),
        unet=unet(time_cond_proj_dim=16),
        scheduler=LCMScheduler(beta_schedule="scaled_linear", beta_start=0.00085, beta_end=0.012, clip_sample=False),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    pipe.save_pretrained(folder)


def save_sdxl(folder: Path, *, turbo: bool = False) -> None:
    """Save a model shaped like SDXL: two text encoders with different padding, pooled embeddings, and time IDs."""
    import torch
    from diffusers import EulerAncestralDiscreteScheduler, EulerDiscreteScheduler, StableDiffusionXLPipeline

    torch.manual_seed(0)
    time_ids, per_id = 6, 8
    betas: dict[str, Any] = {
        "beta_schedule": "scaled_linear",
        "beta_start": 0.00085,
        "beta_end": 0.012,
        "steps_offset": 1,
    }
    own = EulerDiscreteScheduler(**betas, timestep_spacing="leading")
    distilled = EulerAncestralDiscreteScheduler(**betas, timestep_spacing="trailing")
    pipe: Any = StableDiffusionXLPipeline(
        vae=vae(),
        text_encoder=text_encoder(),
        text_encoder_2=text_encoder(projected=True),
        tokenizer=tokenizer(),
        tokenizer_2=tokenizer(pad_token="!"),
        unet=unet(
            cross_attention_dim=2 * WIDTH,
            addition_embed_type="text_time",
            addition_time_embed_dim=per_id,
            projection_class_embeddings_input_dim=WIDTH + time_ids * per_id,
        ),
        scheduler=distilled if turbo else own,
    )
    pipe.save_pretrained(folder)


def tokenizer(**options: Any) -> Any:
    """Return the starter model's tokenizer."""
    from transformers import CLIPTokenizer

    return CLIPTokenizer.from_pretrained(STARTER_MODEL / "tokenizer", **options)


def text_encoder(*, projected: bool = False) -> Any:
    """Return a CLIP text encoder, with or without a projection of the whole prompt."""
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

    size: dict[str, Any] = {
        "hidden_size": WIDTH,
        "intermediate_size": 37,
        "num_hidden_layers": 3,
        "num_attention_heads": 2,
    }
    config = CLIPTextConfig(**size, **WORDS, projection_dim=WIDTH)
    return CLIPTextModelWithProjection(config) if projected else CLIPTextModel(config)


def unet(**options: Any) -> Any:
    """Return a denoiser with one block that has attention and one that hasn't."""
    from diffusers import UNet2DConditionModel

    return UNet2DConditionModel(
        sample_size=8,
        block_out_channels=(32, 64),
        layers_per_block=1,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        attention_head_dim=8,
        **{"cross_attention_dim": WIDTH, **options},
    )


def vae(**options: Any) -> Any:
    """Return an autoencoder that reduces each side to an eighth."""
    from diffusers import AutoencoderKL

    return AutoencoderKL(
        block_out_channels=(16, 16, 16, 16),
        norm_num_groups=16,
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        latent_channels=4,
        **options,
    )
