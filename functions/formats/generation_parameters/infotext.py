"""The text of A1111, which many other programs write too ("infotext").

    PROMPT
    Negative prompt: NEGATIVE
    Steps: 20, Sampler: DPM++ 2M, CFG scale: 7, Seed: 1234, Size: 512x768, Model: NAME

The format is that of `create_infotext` and `parse_generation_parameters` in A1111's `modules/`.
"""

from __future__ import annotations

import re

from functions.formats.generation_parameters.values import (
    limited,
    number,
    setting,
    size,
    text,
    whole,
    without_loras,
)
from functions.models.generation_parameters import GenerationParameters, Program, Setting

LONGEST_TEXT = 256 * 1024  # characters; longer ones aren't parameters

_SETTINGS = re.compile(r"(?:^|(?<=\s))Steps:\s{0,9}\d{1,9}\s{0,9}(?=,|$|\n)", re.ASCII)
_NEGATIVE = re.compile(r"(?:^|(?<=\s))Negative prompt:", re.IGNORECASE)
_SETTING = re.compile(r' ?(\w[\w \-/]{0,60}):\s?("(?:\\.|[^\\"])*"|[^,]*)(?:,|$)', re.ASCII)
_WRITERS = {"fooocus": Program.FOOOCUS, "comfyui": Program.COMFYUI, "auto-image-gen": Program.AUTO_IMAGE_GEN}
_FEWEST_SETTINGS = 3  # a prompt may mention "Steps: 3", but no other setting


def read_infotext(infotext: str) -> GenerationParameters | None:
    """Return the parameters in a text, or None if it contains none.

    Line breaks may be lost, as in text copied from a web page.
    """
    if len(infotext) > LONGEST_TEXT:
        return None
    starts = [found.start() for found in _SETTINGS.finditer(infotext)]
    values = _settings_in(infotext[starts[-1] :]) if starts else {}
    if len(values) < _FEWEST_SETTINGS:
        return None
    texts = infotext[: starts[-1]]
    negative = _NEGATIVE.search(texts)
    prompt, loras = without_loras(texts[: negative.start()] if negative else texts)
    return _parameters(values, prompt, text(texts[negative.end() :]) if negative else "", loras)


def _settings_in(line: str) -> dict[str, str]:
    found = {name.strip(): value.strip() for name, value in _SETTING.findall(text(line))}
    return {name: re.sub(r'^"(.*)"$', r"\1", value) for name, value in found.items()}


def _parameters(values: dict[str, str], prompt: str, negative: str, loras: list[Setting]) -> GenerationParameters:
    others: list[Setting] = loras
    known: dict[str, object] = {}
    for name, value in values.items():
        found = _option(name.lower(), value)
        if found is None:
            others.append(setting(name, value))
        else:
            known |= found
    return GenerationParameters(
        program=_program(values), prompt=prompt, negative_prompt=negative, others=limited(others), **known
    )


def _option(name: str, value: str) -> dict[str, object] | None:
    """Return the fields for a setting, or None for a setting without one or with an invalid value."""
    found: dict[str, object]
    match name:
        case "steps" | "seed":
            found = {name: whole(value)}
        case "cfg scale":
            found = {"guidance": number(value)}
        case "size":
            sides = size(value)
            found = {"width": sides and sides[0], "height": sides and sides[1]}
        case "sampler" | "model":
            found = {name: value or None}
        case _:
            return None
    return None if None in found.values() else found


def _program(values: dict[str, str]) -> Program:
    version = values.get("Version", "").lower()
    return next((program for name, program in _WRITERS.items() if version.startswith(name)), Program.A1111)
