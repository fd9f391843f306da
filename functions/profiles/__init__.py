"""Built-in model profiles and word lists. Loaded on first use."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from functions.models.prompt import ModelProfile

HERE = Path(__file__).parent


def data(name: str) -> Any:
    """Return the content of a JSON file in this package."""
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))


@dataclass(frozen=True, kw_only=True)
class English:
    """Facts about English words that word lists need."""

    plain: frozenset[str]  # words that describe how, not what; never reported as unknown
    mass: frozenset[str]  # nouns without article
    plurals: frozenset[str]  # plurals without -s, or with a singular in -s
    irregular: Mapping[str, str]  # those plurals, other spellings, and short names -> the common word
    near: Mapping[str, tuple[str, ...]]  # noun that the starter model doesn't know -> related subjects that it knows


@dataclass(frozen=True, kw_only=True)
class Starter:
    """The training data of the starter model."""

    things: Mapping[str, Mapping[str, tuple[str, ...]]]  # group -> subject -> tags
    styles: Mapping[str, tuple[str, ...]]  # style -> its phrases
    settings: Mapping[str, tuple[str, ...]]  # setting -> its phrases
    colors: tuple[str, ...]
    adjectives: tuple[str, ...]
    details: tuple[str, ...]


@cache
def english() -> English:
    """Return the facts about English words."""
    raw = data("english")
    return English(
        plain=frozenset(" ".join(raw["plain"]).split()),
        mass=frozenset(" ".join(raw["mass"]).split()),
        plurals=frozenset(raw["plurals"]),
        irregular=raw["plurals"] | raw["aliases"],
        near={word: tuple(entry["near"]) for entry in raw["kin"] for word in entry["words"].split()},
    )


@cache
def starter() -> Starter:
    """Return the training data of the starter model."""
    raw = data("starter_vocabulary")
    return Starter(
        things={
            group: {thing: tuple(tags.split()) for thing, tags in things.items()}
            for group, things in raw["things"].items()
        },
        styles={name: tuple(phrases) for name, phrases in raw["styles"].items()},
        settings={name: tuple(phrases) for name, phrases in raw["settings"].items()},
        colors=tuple(raw["colours"]),
        adjectives=tuple(raw["adjectives"]),
        details=tuple(raw["details"]),
    )


@cache
def builtin_profiles() -> Mapping[str, ModelProfile]:
    """Return all built-in profiles by each of their names in lower case."""
    return {
        name.lower(): ModelProfile.model_validate(entry["profile"])
        for entry in data("models")
        for name in entry["names"]
    }


def profile_for(model_id: str) -> ModelProfile:
    """Return the built-in profile of a model by Hugging Face name, short name, or folder, or a guess for other models.

    The guess is based on the name: model family, and whether the model is distilled to a few steps.
    """
    names = builtin_profiles()
    wanted = model_id.strip().rstrip("/").lower()
    found = (
        names.get(wanted)
        or names.get(wanted.replace("\\", "/").rpartition("/")[2])
        or profile_from_name(model_id, wanted)
    )
    return with_vocabulary(found) if found.model == "starter" else found


FAMILIES = (
    ("flux", "flux-dev"),
    ("3.5", "sd35"),
    ("sd3", "sd35"),
    ("xl", "sdxl"),
    ("2-1-base", "stable-diffusion-2-1-base"),
    ("2-1", "sd21"),
)
DISTILLED_MODELS = ("schnell", "turbo", "lightning", "lcm", "hyper")


def profile_from_name(model_id: str, name: str) -> ModelProfile:
    """Guess a profile from the name of a model."""
    like = next((builtin_profiles()[known] for part, known in FAMILIES if part in name), builtin_profiles()["sd15"])
    profile = like.evolve(model=model_id)
    if any(mark in name for mark in DISTILLED_MODELS):
        profile = profile.evolve(steps=4, max_steps=8, guidance=0.0)
    return profile


@cache
def with_vocabulary(profile: ModelProfile) -> ModelProfile:
    """Return the starter model's profile with its full vocabulary: subjects first, then styles, then synonyms."""
    known = starter()
    things = [thing for group in known.things.values() for thing in group]
    synonyms = [tag for group in known.things.values() for tags in group.values() for tag in tags if len(tag) > 2]
    phrases = [phrase for phrases in known.styles.values() for phrase in phrases]
    styles = [phrase.removeprefix("a ").removeprefix("an ").removesuffix(" of").rstrip(",") for phrase in phrases]
    settings = [phrase for phrases in known.settings.values() for phrase in phrases]
    every = [*things, *styles, *settings, *known.colors, *known.adjectives, *known.details, *synonyms]
    return profile.evolve(vocabulary=tuple(dict.fromkeys(every)), suggestions=tuple(data("word_lists")["suggestions"]))
