"""The model profile: what a model is good at, for prompt writers and for the defaults of a request.

Read from the model's own files and family, and, where its folder has them, from `profile.json` (what
its maker recommends) and `vocabulary.json` (all that a small model has ever seen).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from inference_service.config.samplers import DEFAULT


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What one served model is good at."""

    model: str
    revision: str
    family: str
    width: int
    height: int
    steps: int
    max_steps: int
    guidance: float
    sampler: str
    samplers: tuple[str, ...]
    token_budget: int
    style_hint: str = ""
    vocabulary: tuple[str, ...] | None = None  # lower-case words and phrases; None: it knows English at large
    suggestions: tuple[str, ...] = ()
    size_step: int = 8  # width and height are multiples of it
    loras: tuple[str, ...] = ()  # names that a request may choose among

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Family:
    """The defaults of all models that one pipeline class serves."""

    name: str
    steps: int
    guidance: float
    token_budget: int = 75
    size_step: int = 8
    sampler: str = DEFAULT


FAMILIES: Mapping[str, Family] = {
    "StableDiffusionPipeline": Family("sd", 30, 7.5),
    "StableDiffusionXLPipeline": Family("sdxl", 30, 6.0),
    "LatentConsistencyModelPipeline": Family("lcm", 4, 8.0),  # its guidance is an input of the denoiser
    "StableDiffusion3Pipeline": Family("sd3", 28, 4.5, token_budget=250, size_step=16),
    "FluxPipeline": Family("flux", 28, 3.5, token_budget=500, size_step=16),
}


@dataclass(frozen=True)
class Distilled:
    """What a model needs that was taught to paint in a few steps, most of them without guidance."""

    steps: int
    guidance: float = 0.0
    sampler: str = DEFAULT
    token_budget: int | None = None


# Such models say so only in their names; the first word found decides.
DISTILLED: Mapping[str, Distilled] = {
    "sdxl-turbo": Distilled(4),
    "3.5-large-turbo": Distilled(4),
    "turbo": Distilled(1),
    "lightning": Distilled(4),
    "hyper": Distilled(4),
    "schnell": Distilled(4, token_budget=250),
    "lcm": Distilled(4, guidance=1.0, sampler="lcm"),
}


def family_of(pipeline: str, model: str) -> Family:
    """The defaults of a pipeline class (one of `FAMILIES`), adjusted for distilled models by the model's name."""
    family = FAMILIES[pipeline]
    for word, distilled in DISTILLED.items():
        if word in model.lower() and family.name != "lcm":
            return replace(
                family,
                steps=distilled.steps,
                guidance=distilled.guidance,
                sampler=distilled.sampler,
                token_budget=distilled.token_budget or family.token_budget,
            )
    return family


class Card(BaseModel):
    """`profile.json` in a model's folder; every field is optional."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str | None = None
    revision: str | None = None
    steps: int | None = Field(default=None, ge=1)
    max_steps: int | None = Field(default=None, ge=1)
    guidance: float | None = Field(default=None, ge=0)
    sampler: str | None = None
    style_hint: str = ""
    suggestions: tuple[str, ...] = ()


def card_in(folder: Path) -> Card:
    """What the folder's `profile.json` says, or an empty card."""
    file = folder / "profile.json"
    return Card.model_validate_json(file.read_bytes()) if file.is_file() else Card()


def vocabulary_in(folder: Path) -> tuple[str, ...] | None:
    """Every word and phrase of the folder's `vocabulary.json`, sorted, or None without one."""
    file = folder / "vocabulary.json"
    if not file.is_file():
        return None
    phrases = {phrase for text in _texts(json.loads(file.read_bytes())) for phrase in _phrases(text)}
    words = {word for phrase in phrases for word in phrase.split()}
    return tuple(sorted(phrase for phrase in phrases | words if any(map(str.isalnum, phrase))))


def _texts(node: Any) -> Iterator[str]:
    """Every text below a JSON value; keys are not among them."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, list):
        for item in node:
            yield from _texts(item)
    elif isinstance(node, dict):
        for value in node.values():
            yield from _texts(value)


def _phrases(text: str) -> Iterator[str]:
    """The text lower-cased, with and without its places for a thing, a style or a setting."""
    plain = text.lower().strip()
    if "{" in plain:  # a template, such as `a giant {thing}`
        for hole in ("{style}", "{things}", "{thing}", "{setting}"):
            plain = plain.replace(hole, " ")
    phrase = " ".join(plain.replace(",", " ").split())
    if phrase:
        yield phrase
