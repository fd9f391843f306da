"""Random LoRAs for the tiny models, in diffusers' format."""

from __future__ import annotations

from pathlib import Path

UNET = ["to_q", "to_k", "to_v", "to_out.0", "conv1"]
TEXT_ENCODER = ["q_proj", "k_proj", "v_proj", "out_proj"]


def save_lora(model: Path, file: Path, *, seed: int, reads_text: bool = False) -> None:
    """Save a LoRA for the model in this folder that clearly changes its images."""
    import torch
    from diffusers import AutoPipelineForText2Image
    from peft import LoraConfig
    from peft.utils import get_peft_model_state_dict

    torch.manual_seed(seed)
    pipe = AutoPipelineForText2Image.from_pretrained(model)
    name = "unet" if hasattr(pipe, "unet") else "transformer"
    denoiser = getattr(pipe, name)
    denoiser.add_adapter(LoraConfig(r=4, lora_alpha=8, init_lora_weights=False, target_modules=UNET))
    layers = {f"{name}_lora_layers": get_peft_model_state_dict(denoiser)}
    if reads_text:
        pipe.text_encoder.add_adapter(
            LoraConfig(r=4, lora_alpha=8, init_lora_weights=False, target_modules=TEXT_ENCODER)
        )
        layers["text_encoder_lora_layers"] = get_peft_model_state_dict(pipe.text_encoder)
    type(pipe).save_lora_weights(file.parent, weight_name=file.name, **layers)
