"""Model profile: capabilities of a model, for prompt writers and for the defaults of a request.

Read from the model's files and family, and, if its folder contains them, from `profile.json` (recommended settings)
and `vocabulary.json` (all words that a small model knows).
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
    """Capabilities and defaults of a model."""

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
    # Lowercase words and phrases. None if the model isn't limited to a vocabulary.
    vocabulary: tuple[str, ...] | None = None
    suggestions: tuple[str, ...] = ()
    size_step: int = 8  # Width and height are multiples of this.
    loras: tuple[str, ...] = ()  # Names that requests may use.

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Family:
    """Defaults of all models of one pipeline class."""

    name: str
    steps: int
    guidance: float
    token_budget: int = 75
    size_step: int = 8
    sampler: str = DEFAULT


FAMILIES: Mapping[str, Family] = {
    "StableDiffusionPipeline": Family("sd", 30, 7.5),
    "StableDiffusionXLPipeline": Family("sdxl", 30, 6.0),
    "LatentConsistencyModelPipeline": Family("lcm", 4, 8.0),  # Guidance is an input of the denoiser.
    "StableDiffusion3Pipeline": Family("sd3", 28, 4.5, token_budget=250, size_step=16),
    "FluxPipeline": Family("flux", 28, 3.5, token_budget=500, size_step=16),
}


@dataclass(frozen=True)
class Distilled:
    """Settings of a model distilled to generate in a few steps, mostly without guidance."""

    steps: int
    guidance: float = 0.0
    sampler: str = DEFAULT
    token_budget: int | None = None


# Distilled models are recognized by name. The first match counts.
DISTILLED_MODELS: Mapping[str, Distilled] = {
    "sdxl-turbo": Distilled(4),
    "3.5-large-turbo": Distilled(4),
    "turbo": Distilled(1),
    "lightning": Distilled(4),
    "hyper": Distilled(4),
    "schnell": Distilled(4, token_budget=250),
    "lcm": Distilled(4, guidance=1.0, sampler="lcm"),
}


def family_of(pipeline: str, model: str) -> Family:
    """Return the defaults of a pipeline class (one of `FAMILIES`), adjusted if the model's name means distilled."""
    family = FAMILIES[pipeline]
    for word, distilled in DISTILLED_MODELS.items():
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
    """`profile.json` in a model's folder. All fields are optional."""

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
    """Return the content of the folder's `profile.json`, or an empty card."""
    file = folder / "profile.json"
    return Card.model_validate_json(file.read_bytes()) if file.is_file() else Card()


def vocabulary_in(folder: Path) -> tuple[str, ...] | None:
    """Return all words and phrases of the folder's `vocabulary.json`, sorted, or None if it doesn't exist."""
    file = folder / "vocabulary.json"
    if not file.is_file():
        return None
    phrases = {phrase for text in _texts(json.loads(file.read_bytes())) for phrase in _phrases(text)}
    words = {word for phrase in phrases for word in phrase.split()}
    return tuple(sorted(phrase for phrase in phrases | words if any(map(str.isalnum, phrase))))


def _texts(node: Any) -> Iterator[str]:
    """Yield all strings in a JSON value, without keys."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, list):
        for item in node:
            yield from _texts(item)
    elif isinstance(node, dict):
        for value in node.values():
            yield from _texts(value)


def _phrases(text: str) -> Iterator[str]:
    """Yield the text in lowercase, without placeholders for a thing, a style, or a setting."""
    plain = text.lower().strip()
    if "{" in plain:  # A template such as `a giant {thing}`.
        for hole in ("{style}", "{things}", "{thing}", "{setting}"):
            plain = plain.replace(hole, " ")
    phrase = " ".join(plain.replace(",", " ").split())
    if phrase:
        yield phrase
