"""Compatibility of a LoRA with a model, from the names and shapes of its tensors."""

from __future__ import annotations

import re
from collections.abc import Mapping

from inference_service.models.model_folder import ModelFolder

Shapes = Mapping[str, tuple[int, ...]]

# Names of a LoRA's first matrix, [rank, input width], as diffusers and as kohya name it.
FIRST = r"[._](?:lora_A|lora_down|lora\.down|lora_linear_layer\.down)\b.*weight$"
FROM_TEXT = re.compile(r"attn2[._](?:processor\.)?to_k(?:_lora\.down|" + FIRST[:-1] + ")")
FROM_IMAGE = re.compile(r"(?:attn|img_attn)[._](?:to_q|qkv)" + FIRST)
OF_TEXT_ENCODERS = ("text_encoder", "lora_te")


def fits(shapes: Shapes, folder: ModelFolder) -> bool:
    """Return whether a LoRA with these tensors fits this model; True if its tensor names don't show it."""
    config = folder.config(folder.denoiser)
    if folder.denoiser == "unet":
        found, width = _width(shapes, FROM_TEXT), config.get("cross_attention_dim")
        return found == width if found is not None else _width(shapes, FROM_IMAGE) is None
    heads, per_head = config.get("num_attention_heads"), config.get("attention_head_dim")
    if _width(shapes, FROM_TEXT) is not None or not (heads and per_head):
        return False
    return _width(shapes, FROM_IMAGE) in (None, heads * per_head)


def reads_text(shapes: Shapes) -> bool:
    """Return whether the LoRA changes a text encoder and so the encoding of prompts."""
    return any(name.startswith(OF_TEXT_ENCODERS) for name in shapes)


def _width(shapes: Shapes, pattern: re.Pattern[str]) -> int | None:
    return next((shape[1] for name, shape in shapes.items() if len(shape) > 1 and pattern.search(name)), None)
