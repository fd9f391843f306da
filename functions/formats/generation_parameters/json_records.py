"""JSON objects of InvokeAI, SwarmUI, and Fooocus.

InvokeAI documents its fields as `CoreMetadataInvocation`, SwarmUI in `docs/Image Metadata Format.md`, and Fooocus in
`modules/meta_parser.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from functions.formats.generation_parameters.values import (
    json_object,
    limited,
    number,
    setting,
    settings,
    size,
    text,
    whole,
    without_loras,
)
from functions.models.generation_parameters import GenerationParameters, Program, Setting

Json = Mapping[str, Any]

INVOKEAI = "invokeai_metadata"
SWARMUI = "sui_image_params"

_INVOKEAI_FIELDS = {
    *("positive_prompt", "negative_prompt", "width", "height", "seed", "steps", "cfg_scale", "guidance", "scheduler"),
    *("model", "loras", "app_version", "generation_mode", "rand_device"),
}
_SWARMUI_FIELDS = {
    *("prompt", "negativeprompt", "model", "seed", "steps", "cfgscale", "fluxguidancescale", "sampler"),
    *("width", "height", "images", "aspectratio", "swarm_version"),
}
_FOOOCUS_FIELDS = {
    *("prompt", "negative_prompt", "full_prompt", "full_negative_prompt", "base_model", "seed", "steps", "sampler"),
    *("guidance_scale", "resolution", "metadata_scheme", "version", "created_by", "base_model_hash"),
}


def read_invokeai(record: Json) -> GenerationParameters:
    """Return the parameters in the object of the `invokeai_metadata` chunk."""
    model = record.get("model")
    guidance = number(record.get("cfg_scale"))
    embedded = number(record.get("guidance"))  # of FLUX, whose cfg_scale is 1
    loras = record.get("loras")
    return GenerationParameters(
        program=Program.INVOKEAI,
        prompt=text(record.get("positive_prompt")),
        negative_prompt=text(record.get("negative_prompt")),
        model=_model_name(model),
        sampler=text(record.get("scheduler")),
        width=whole(record.get("width")),
        height=whole(record.get("height")),
        steps=whole(record.get("steps")),
        guidance=guidance if embedded is None else embedded,
        seed=whole(record.get("seed")),
        others=limited(
            [
                *(_lora(one) for one in (loras if isinstance(loras, list) else [])),
                *settings(record, known=_INVOKEAI_FIELDS),
            ]
        ),
    )


def read_swarmui(record: Json) -> GenerationParameters:
    """Return the parameters in an object that has `sui_image_params`."""
    values = record.get(SWARMUI)
    params: Json = values if isinstance(values, dict) else {}
    prompt, loras = without_loras(text(params.get("prompt")))
    embedded = number(params.get("fluxguidancescale"))
    return GenerationParameters(
        program=Program.SWARMUI,
        prompt=prompt,
        negative_prompt=text(params.get("negativeprompt")),
        model=text(params.get("model")),
        sampler=text(params.get("sampler")),
        width=whole(params.get("width")),
        height=whole(params.get("height")),
        steps=whole(params.get("steps")),
        guidance=number(params.get("cfgscale")) if embedded is None else embedded,
        seed=whole(params.get("seed")),
        others=limited([*loras, *settings(params, known=_SWARMUI_FIELDS)]),
    )


def read_fooocus(record: Json) -> GenerationParameters:
    """Return the parameters of Fooocus's own scheme. The other scheme, `a1111`, is A1111's text."""
    sides = size(record.get("resolution"))
    prompt, loras = without_loras(text(record.get("prompt")))
    return GenerationParameters(
        program=Program.FOOOCUS,
        prompt=prompt,
        negative_prompt=text(record.get("negative_prompt")),
        model=text(record.get("base_model")),
        sampler=text(record.get("sampler")),
        width=sides[0] if sides else None,
        height=sides[1] if sides else None,
        steps=whole(record.get("steps")),
        guidance=number(record.get("guidance_scale")),
        seed=whole(record.get("seed")),
        others=limited([*loras, *settings(record, known=_FOOOCUS_FIELDS)]),
    )


def read_json_record(written: str) -> GenerationParameters | None:
    """Return the parameters in the JSON text of SwarmUI or Fooocus, or None if it is neither."""
    record = json_object(written)
    if record is None:
        return None
    if SWARMUI in record:
        return read_swarmui(record)
    if record.get("metadata_scheme") == "fooocus" or {"base_model", "performance"} <= record.keys():
        return read_fooocus(record)
    return None


def _model_name(model: object) -> str:
    # Releases before 4.0 call the name `model_name`.
    return text(model.get("name") or model.get("model_name")) if isinstance(model, dict) else text(model)


def _lora(entry: object) -> Setting:
    if not isinstance(entry, dict):
        return setting("LoRA", entry)
    name = _model_name(entry.get("model") or entry.get("lora"))
    return setting("LoRA", f"{name}:{entry.get('weight', 1)}")
