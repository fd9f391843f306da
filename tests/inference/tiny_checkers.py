"""Random safety checkers in the layout of their repositories."""

from __future__ import annotations

from pathlib import Path
from typing import Any

VISION: dict[str, Any] = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 1, "num_attention_heads": 2}


def save_classifier(folder: Path, *, harmful: float, labels: tuple[str, ...] = ("normal", "nsfw")) -> None:
    """Save a ViT shaped like Falconsai's, whose second class has this probability for every image."""
    import torch
    from transformers import ViTConfig, ViTForImageClassification, ViTImageProcessorPil

    torch.manual_seed(0)
    config = ViTConfig(**VISION, image_size=32, patch_size=16, id2label=dict(enumerate(labels)))
    model: Any = ViTForImageClassification(config)
    model.classifier.weight.data.zero_()
    model.classifier.bias.data.fill_(-20.0)
    model.classifier.bias.data[:2] = torch.tensor([1 - harmful, harmful]).log()
    model.save_pretrained(folder)
    ViTImageProcessorPil(size={"height": 32, "width": 32}).save_pretrained(folder)


def save_concepts(folder: Path, *, threshold: float = 0.0) -> None:
    """Save a checker shaped like CompVis's, with 17 random concepts, 3 special ones, and one threshold for all."""
    import torch
    from diffusers.pipelines.stable_diffusion.safety_checker import StableDiffusionSafetyChecker
    from transformers import CLIPConfig, CLIPImageProcessorPil

    torch.manual_seed(1)
    config = CLIPConfig(vision_config={**VISION, "image_size": 32, "patch_size": 8}, projection_dim=32)
    checker: Any = StableDiffusionSafetyChecker(config)
    checker.visual_projection.weight.data.normal_()
    for name in ("concept", "special_care"):
        getattr(checker, f"{name}_embeds").data.normal_()
        getattr(checker, f"{name}_embeds_weights").data.fill_(threshold)
    checker.save_pretrained(folder)
    CLIPImageProcessorPil(size=32, crop_size=32).save_pretrained(folder)
