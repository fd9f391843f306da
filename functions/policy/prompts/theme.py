"""Find subjects, settings, and styles in a theme, using the word lists. All functions are pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

from functions.policy.prompts.english_words import forms, root, words
from functions.policy.prompts.vocabulary import NON_NOUN_ENDINGS, nearby
from functions.profiles import english, starter
from functions.profiles.word_lists import load_word_lists

MOODS = re.compile(r"face|cat\b|monkey|\w+ \w+ \w+")


@dataclass
class Theme:
    """The findings in one text. Each list is in the order of the text."""

    named: list[str] = field(default_factory=list)  # subjects that are mentioned by name
    kinds: list[tuple[str, ...]] = field(default_factory=list)  # the subjects of each category that is mentioned
    near: list[str] = field(default_factory=list)  # subjects similar to a word that the starter model doesn't know
    settings: list[str] = field(default_factory=list)
    # settings that a word suggests, used if no setting is named
    maybe_settings: list[str] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    lights: list[str] = field(default_factory=list)
    moods: list[str] = field(default_factory=list)
    colors: list[str] = field(default_factory=list)
    size: str = ""
    unusual: bool = False
    # subjects that aren't in the word lists, in the theme's own words
    unanswered: list[str] = field(default_factory=list)

    @property
    def subjects(self) -> tuple[str, ...]:
        """Return the subjects to choose from.

        These are the named subjects, else those that all mentioned categories have in common, else any of those
        categories, else similar subjects. Without any of these, they are the subjects that fit the theme's settings.
        """
        if self.named:
            return tuple(dict.fromkeys(self.named))
        if self.kinds:
            common = [thing for thing in self.kinds[0] if all(thing in kind for kind in self.kinds)]
            return tuple(dict.fromkeys(common or [thing for kind in self.kinds for thing in kind]))
        if self.near:
            return tuple(dict.fromkeys(self.near))
        groups = load_word_lists().groups.values()
        return tuple(
            thing
            for group in groups
            for thing, homes in group.homes.items()
            if not self.settings or set(homes) & set(self.settings)
        )


@cache
def thing_phrases() -> dict[tuple[str, ...], str]:
    """Map the stems of each subject's name to the name.

    Moods ("weary cat", "face with spiral eyes") are left out.
    """
    names = (
        thing
        for group, things in starter().things.items()
        for thing in things
        if group != "faces" or not MOODS.search(thing)
    )
    return {tuple(root(word) for word in words(name)): name for name in names}


@cache
def longest_phrase() -> int:
    """Return the number of words in the longest name of a subject."""
    return max(map(len, thing_phrases()))


def read(theme: str, hints: str = "") -> Theme:
    """Return the findings for a theme. From `hints`, the instructions of a schedule, only the style is used."""
    found = Theme()
    parts = words(theme)
    roots = [root(part) for part in parts]
    place = 0
    while place < len(parts):
        length, thing = named_at(roots, place)
        manner = read_manner(parts[place], found)
        if length > 1 or (thing and not is_kind(parts[place]) and not found_setting(parts[place])):
            found.named.append(thing)
        elif not read_kind(parts[place], found) and not manner:
            read_rest(parts[place], found)
        place += max(length, 1)
    for word in words(hints):
        read_manner(word, found)
    return found


def named_at(roots: Sequence[str], place: int) -> tuple[int, str]:
    """Return the number of words and the name of the longest subject that starts here, or 0 and "" if there is none."""
    for length in range(min(longest_phrase(), len(roots) - place), 0, -1):
        if name := thing_phrases().get(tuple(roots[place : place + length])):
            return length, name
    return 0, ""


def matches(word: str, among: frozenset[str]) -> bool:
    """Return whether a word or one of its base forms is in a set."""
    return any(form in among for form in forms(word))


def is_kind(word: str) -> bool:
    """Return whether a word names a category of subjects."""
    return any(matches(word, group.words) for group in load_word_lists().groups.values())


def found_setting(word: str) -> bool:
    """Return whether a word names a setting."""
    return any(matches(word, setting.words) for setting in load_word_lists().settings.values())


def read_manner(word: str, found: Theme) -> bool:
    """Record settings, styles, colors, and moods that a word asks for. Return whether there are any."""
    word_lists = load_word_lists()
    settings = [name for name, setting in word_lists.settings.items() if matches(word, setting.words)]
    styles = [name for name, style in word_lists.styles.items() if matches(word, style.words)]
    colors = [color for color in starter().colors if color in forms(word)]
    concepts = [concept for concept in word_lists.concepts if matches(word, concept.words)]
    found.settings += settings
    found.styles += styles
    found.colors += colors
    for concept in concepts:
        found.maybe_settings += concept.settings
        found.lights += concept.lights
        found.moods += concept.moods
        found.size = concept.size or found.size
        found.unusual = found.unusual or concept.unusual
    return bool(settings or styles or colors or concepts)


def read_kind(word: str, found: Theme) -> bool:
    """Record the subjects of the category that a word names. Return whether it names one."""
    word_lists = load_word_lists()
    kinds = [tuple(group.homes) for group in word_lists.groups.values() if matches(word, group.words)]
    kinds += [concept.things for concept in word_lists.concepts if concept.things and matches(word, concept.words)]
    if kinds:
        found.kinds.append(tuple(dict.fromkeys(thing for kind in kinds for thing in kind)))
    return bool(kinds)


def read_rest(word: str, found: Theme) -> None:
    """Record a word that is neither subject, category, nor style: by its tags, by similar words, or as it is."""
    if len(word) < 3 or not word.isalpha() or any(form in english().plain for form in forms(word)):
        return
    if tagged := tuple(supported_subjects(word)):
        found.kinds.append(tagged)
        return
    if NON_NOUN_ENDINGS.search(word) and not any(form in english().near for form in forms(word)):
        return
    found.near += nearby(word)
    found.unanswered.append(word)


def supported_subjects(tag: str) -> Iterable[str]:
    """Return the subjects with a tag that the word lists offer."""
    tags = {thing: tags for things in starter().things.values() for thing, tags in things.items()}
    listed = dict.fromkeys(thing for group in load_word_lists().groups.values() for thing in group.homes)
    return (thing for thing in listed if any(form in tags[thing] for form in forms(tag)))
