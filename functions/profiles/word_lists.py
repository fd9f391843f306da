"""Word lists of the offline prompt writer, selected for what the starter model generates well."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from functions.profiles import data, starter


@dataclass(frozen=True, kw_only=True)
class Style:
    """An art style with its phrases."""

    words: frozenset[str]  # words of a theme that select the style
    phrases: tuple[str, ...]
    tag: str
    weight: int  # relative frequency if no style is requested, according to image quality


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A place with its phrases and the lights that fit it."""

    words: frozenset[str]
    phrases: tuple[str, ...]
    lights: tuple[str, ...]  # lights that fit the style
    english_lights: tuple[str, ...]  # the same for models that know general English


@dataclass(frozen=True, kw_only=True)
class Group:
    """Subjects of one category, each with its typical settings."""

    words: frozenset[str]
    adjectives: tuple[str, ...]
    homes: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class Concept:
    """A word of a theme that is neither subject nor setting, and what it selects."""

    words: frozenset[str]
    things: tuple[str, ...]
    settings: tuple[str, ...]
    lights: tuple[str, ...]
    moods: tuple[str, ...]
    size: str  # tiny or giant
    unusual: bool


@dataclass(frozen=True, kw_only=True)
class WordLists:
    """All word lists."""

    styles: Mapping[str, Style]
    settings: Mapping[str, Setting]
    groups: Mapping[str, Group]
    concepts: tuple[Concept, ...]
    places: tuple[str, ...]  # settings for a surprising combination, used if they aren't typical for the subject
    anywhere: tuple[str, ...]  # settings that fit all subjects
    moods: tuple[str, ...]
    english_styles: Mapping[str, Style]  # these three are for models that know general English
    english_lights: tuple[str, ...]  # all lights
    english_moods: tuple[str, ...]
    negative_prompt: str

    def homes(self, thing: str) -> tuple[str, ...]:
        """Return the typical settings of a subject, or nothing if no group contains it."""
        return next((group.homes[thing] for group in self.groups.values() if thing in group.homes), ())


@cache
def load_word_lists() -> WordLists:
    """Return the word lists, loaded once."""
    raw = data("word_lists")
    english = raw["english"]
    return WordLists(
        styles={name: style(entry) for name, entry in raw["styles"].items()},
        settings={
            name: setting(name, entry, raw["lights"], english["lights"]) for name, entry in raw["settings"].items()
        },
        groups={name: group(entry) for name, entry in raw["groups"].items()},
        concepts=tuple(concept(entry) for entry in raw["concepts"]),
        places=tuple(raw["places"]),
        anywhere=tuple(raw["anywhere"]),
        moods=tuple(raw["moods"]),
        english_styles={
            name: Style(words=frozenset(), phrases=tuple(phrases), tag=name, weight=1)
            for name, phrases in english["styles"].items()
        },
        english_lights=tuple(light for lights in english["lights"].values() for light in lights),
        english_moods=tuple(english["moods"]),
        negative_prompt=english["negative_prompt"],
    )


def split(text: str) -> frozenset[str]:
    """Return the words of a text separated by spaces."""
    return frozenset(text.split())


def style(entry: Mapping[str, Any]) -> Style:
    """Parse a style."""
    return Style(words=split(entry["words"]), phrases=tuple(entry["phrases"]), tag=entry["tag"], weight=entry["weight"])


def setting(name: str, entry: Mapping[str, Any], lights: Mapping[str, Any], english: Mapping[str, Any]) -> Setting:
    """Parse a setting and select the lights that fit it."""
    phrases = entry.get("phrases") or starter().settings[name]
    return Setting(
        words=split(entry["words"]),
        phrases=tuple(phrases),
        lights=tuple(lights[entry["light"]]),
        english_lights=tuple(english[entry["light"]]),
    )


def group(entry: Mapping[str, Any]) -> Group:
    """Parse a group of subjects."""
    return Group(
        words=split(entry["words"]),
        adjectives=tuple(entry["adjectives"].split()),
        homes={thing: tuple(homes.split()) for thing, homes in entry["things"].items()},
    )


def concept(entry: Mapping[str, Any]) -> Concept:
    """Parse a concept."""
    return Concept(
        words=split(entry["words"]),
        things=tuple(thing for thing in entry.get("things", "").split("|") if thing),
        settings=tuple(entry.get("settings", "").split()),
        lights=tuple(entry.get("lights", ())),
        moods=tuple(entry.get("moods", ())),
        size=entry.get("size", ""),
        unusual=entry.get("unusual", False),
    )
