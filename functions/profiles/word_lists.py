"""What the offline composer draws from, as data: made for what the starter model paints well."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from functions.profiles import data, starter


@dataclass(frozen=True, kw_only=True)
class Style:
    words: frozenset[str]  # that ask for it in a theme
    phrases: tuple[str, ...]
    tag: str
    weight: int  # how often it is drawn when no style is asked for: by how well it comes out


@dataclass(frozen=True, kw_only=True)
class Setting:
    words: frozenset[str]
    phrases: tuple[str, ...]
    lights: tuple[str, ...]  # that suit it
    english_lights: tuple[str, ...]  # likewise, for models that know English at large


@dataclass(frozen=True, kw_only=True)
class Group:
    """Things of one kind, each with the settings where one expects it."""

    words: frozenset[str]
    adjectives: tuple[str, ...]
    homes: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class Concept:
    """A word of a theme that is no thing and no place, and what it asks for."""

    words: frozenset[str]
    things: tuple[str, ...]
    settings: tuple[str, ...]
    lights: tuple[str, ...]
    moods: tuple[str, ...]
    size: str  # tiny or giant
    unusual: bool


@dataclass(frozen=True, kw_only=True)
class WordLists:
    styles: Mapping[str, Style]
    settings: Mapping[str, Setting]
    groups: Mapping[str, Group]
    concepts: tuple[Concept, ...]
    places: tuple[str, ...]  # settings that surprise when they are nobody's home
    anywhere: tuple[str, ...]  # settings that suit everything
    moods: tuple[str, ...]
    english_styles: Mapping[str, Style]  # these three are for models that know English at large
    english_lights: tuple[str, ...]  # all of them
    english_moods: tuple[str, ...]
    negative_prompt: str

    def homes(self, thing: str) -> tuple[str, ...]:
        """Where one expects a thing; empty for one that no group has."""
        return next((group.homes[thing] for group in self.groups.values() if thing in group.homes), ())


@cache
def load_word_lists() -> WordLists:
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
    return frozenset(text.split())


def style(entry: Mapping[str, Any]) -> Style:
    return Style(words=split(entry["words"]), phrases=tuple(entry["phrases"]), tag=entry["tag"], weight=entry["weight"])


def setting(name: str, entry: Mapping[str, Any], lights: Mapping[str, Any], english: Mapping[str, Any]) -> Setting:
    phrases = entry.get("phrases") or starter().settings[name]
    return Setting(
        words=split(entry["words"]),
        phrases=tuple(phrases),
        lights=tuple(lights[entry["light"]]),
        english_lights=tuple(english[entry["light"]]),
    )


def group(entry: Mapping[str, Any]) -> Group:
    return Group(
        words=split(entry["words"]),
        adjectives=tuple(entry["adjectives"].split()),
        homes={thing: tuple(homes.split()) for thing, homes in entry["things"].items()},
    )


def concept(entry: Mapping[str, Any]) -> Concept:
    return Concept(
        words=split(entry["words"]),
        things=tuple(thing for thing in entry.get("things", "").split("|") if thing),
        settings=tuple(entry.get("settings", "").split()),
        lights=tuple(entry.get("lights", ())),
        moods=tuple(entry.get("moods", ())),
        size=entry.get("size", ""),
        unusual=entry.get("unusual", False),
    )
