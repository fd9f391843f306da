"""Which generation parameters of another program an image model can use, and which it can't."""

from __future__ import annotations

import re
from collections.abc import Sequence

from functions.models.generation_parameters import GenerationParameters, Setting
from functions.models.prompt import ModelProfile
from functions.models.schedule import GenerationOptions

# As the API accepts them.
MAX_SEED = 2**32 - 1
MAX_STEPS = 1000
MAX_GUIDANCE = 50
SIDES = range(64, 4097, 8)

_NOISE_SCHEDULE = re.compile(r"[ _](karras|exponential|k)$")
_SAMPLER_NAMES = {"plms": "pndm", "euler_ancestral": "euler_a"}


def usable_options(
    parameters: GenerationParameters, profile: ModelProfile
) -> tuple[GenerationOptions, tuple[Setting, ...]]:
    """Return the options for a job with these parameters, and the settings that have no counterpart.

    An option that the model doesn't have, or that isn't valid here, is a setting without counterpart.
    """
    unused: list[Setting] = []

    def kept(name: str, value: object, *, usable: bool) -> bool:
        if value is not None and value != "" and not usable:
            unused.append(Setting(name=name, value=str(value)))
        return usable

    steps, guidance, seed = parameters.steps, parameters.guidance, parameters.seed
    width, height = parameters.width, parameters.height
    sampler = sampler_named(parameters.sampler, profile.samplers)
    model = model_named(parameters.model, (profile.model,))
    size = f"{width}x{height}" if width is not None and height is not None else None
    has_size = kept("Size", size, usable=width in SIDES and height in SIDES)
    kept("Model", parameters.model, usable=model is not None)
    kept("Sampler", parameters.sampler, usable=sampler is not None)
    options = GenerationOptions(
        model=model,
        width=width if has_size else None,
        height=height if has_size else None,
        steps=steps if kept("Steps", steps, usable=steps is not None and 1 <= steps <= MAX_STEPS) else None,
        guidance=guidance
        if kept("Guidance scale", guidance, usable=guidance is not None and 0 <= guidance <= MAX_GUIDANCE)
        else None,
        seed=seed if kept("Seed", seed, usable=seed is not None and seed <= MAX_SEED) else None,
        sampler=sampler,
    )
    return options, (*unused, *parameters.others)


def sampler_named(name: str, samplers: Sequence[str]) -> str | None:
    """Return the sampler that another program calls by this name, for example `dpmpp_2m` for "DPM++ 2M Karras"."""
    plain = _NOISE_SCHEDULE.sub("", name.lower().strip()).replace("++", "pp")
    id = re.sub(r"\s+", "_", plain).removesuffix("_gpu")
    wanted = {name.lower(), _SAMPLER_NAMES.get(id, id)}
    return next((sampler for sampler in samplers if sampler.lower() in wanted), None)


def model_named(name: str, models: Sequence[str]) -> str | None:
    """Return the model with this name, in any case and with or without owner, folder, and file name extension."""
    wanted = _plain_model(name)
    return next((model for model in models if wanted and _plain_model(model) == wanted), None)


def _plain_model(name: str) -> str:
    file = name.lower().replace("\\", "/").rstrip("/").rpartition("/")[2]
    return re.sub(r"\.(safetensors|ckpt|sft|gguf)$", "", file)
