"""Which words a model with a small vocabulary has never seen, and what to try instead.  Pure.

The starter model learned about a thousand things from captions, so a word is known when it, the word that it is an
inflection of, or the phrase around it stands in the profile's vocabulary.  Only things are named: words that say how
rather than what ("sleepy", "standing", "at") the model may ignore, and little is lost.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from functions.models.prompt import ModelProfile
from functions.policy.prompts.english_words import approximate_tokens, forms, root, words
from functions.profiles import english, starter

SHORTEST_NAMED = 3  # letters; "oz" or "x" says nothing about what the model knows
NAMED_AT_MOST = 3  # unknown words in one sentence, the rest are counted
# difflib's ratio from which a typo is taken for a known word: "elefant" → "elephant", not "pelican"
MIN_SPELLING_RATIO = 0.8
SINGULAR = frozenset({"rhinoceros", "lens", "cosmos", "chaos"})  # in spite of their -s
JOINING_WORDS = frozenset({"of", "with", "without", "in", "on", "over", "and", "at", "by"})  # the head is before
NON_NOUN_ENDINGS = re.compile(r"(ly|ful|less|ous|ish|able|ible|ed|ing)$")  # endings that nouns seldom have
VOWEL_SOUND = re.compile(r"(?!eu|ewe|uni|use|usu|one\b|u[bcdfgknrst][aeiou])[aeiou]|hour|heir|honest")


@dataclass(frozen=True)
class KnownVocabulary:
    """A vocabulary, ready for looking up."""

    singles: frozenset[str]  # roots of words that are known wherever they stand
    phrases: Mapping[str, tuple[tuple[str, ...], ...]]  # first root → all phrases' roots, the longest first


@lru_cache(maxsize=8)
def load_vocabulary(vocabulary: tuple[str, ...]) -> KnownVocabulary:
    singles: set[str] = set()
    phrases: dict[str, list[tuple[str, ...]]] = {}
    for entry in vocabulary:
        parts = words(entry)
        roots = tuple(root(part) for part in parts)
        singles.update(root(head) for head in head_words(parts))
        if len(roots) > 1:
            phrases.setdefault(roots[0], []).append(roots)
    return KnownVocabulary(
        frozenset(singles), {first: tuple(sorted(found, key=len, reverse=True)) for first, found in phrases.items()}
    )


def head_words(parts: Sequence[str]) -> Iterator[str]:
    """The words of a phrase that are known alone: a castle from "japanese castle", a bowl from "bowl with spoon".

    Of a phrase that says where ("in a neon city") all of them are.
    """
    if not parts:
        return
    if parts[0] in english().plain:
        yield from parts
        return
    yield parts[-1]
    yield from (before for before, joint in pairwise(parts) if joint in JOINING_WORDS)


def unknown_words(text: str, profile: ModelProfile) -> tuple[str, ...]:
    """The things in a text that the model has never seen, in the order they appear, each once.

    In lower case, except for a name inside a sentence ("Paris").  Nothing for a model without a vocabulary.
    """
    if profile.vocabulary is None:
        return ()
    vocabulary = load_vocabulary(profile.vocabulary)
    parts = words(text)
    roots = [root(part) for part in parts]
    names = proper_names(text)
    found: dict[str, str] = {}  # root → as it is told
    place = 0
    while place < len(parts):
        length = phrase_at(roots, place, vocabulary)
        if not length and not is_known(parts[place], vocabulary):
            found.setdefault(roots[place], names.get(parts[place], parts[place]))
        place += length or 1
    return tuple(found.values())


def proper_names(text: str) -> dict[str, str]:
    """Capitalised words that follow one in lower case, so that neither a title nor a sentence's start counts."""
    return {name.lower(): name for name in re.findall(r"(?<=[a-z] )[A-Z][a-z]+", text)}


def phrase_at(roots: Sequence[str], place: int, vocabulary: KnownVocabulary) -> int:
    """How many words the longest known phrase that begins here has, 0 for none."""
    for phrase in vocabulary.phrases.get(roots[place], ()):
        if tuple(roots[place : place + len(phrase)]) == phrase:
            return len(phrase)
    return 0


def is_known(word: str, vocabulary: KnownVocabulary) -> bool:
    if "-" in word and word not in english().plain:
        return root(word) in vocabulary.singles or all(is_known(part, vocabulary) for part in word.split("-"))
    if len(word) < SHORTEST_NAMED or not word.replace("'", "").isalpha():
        return True
    if NON_NOUN_ENDINGS.search(word) and not any(form in english().near for form in forms(word)):
        return True
    return any(form in english().plain or root(form) in vocabulary.singles for form in forms(word)) or any(
        tuple(map(root, words(form))) in vocabulary.phrases.get(root(words(form)[0]), ()) for form in forms(word)
    )


def suggestions(unknown: Iterable[str], profile: ModelProfile, n: int = 2) -> tuple[str, ...]:
    """At most `n` things that the model knows and that are near the unknown words, the first word's nearest first.

    Near is, in this order: a table of kin, a shared tag, a similar spelling.  Without any of them, it is what the
    model paints well.
    """
    if profile.vocabulary is None:
        return ()
    vocabulary = frozenset(profile.vocabulary)
    asked = list(unknown)
    rows = [[thing for thing in nearby(word) if thing in vocabulary] for word in map(str.lower, asked)]
    found = list(dict.fromkeys(thing for row in rows for thing in row[:n]))
    if len(asked) > 1:  # one for each word before a second for any
        found = list(dict.fromkeys([*(row[0] for row in rows if row), *found]))
    if not found and asked:
        found = [thing for thing in profile.suggestions if thing in vocabulary]
    return tuple(found[:n])


def nearby(word: str) -> list[str]:
    """Things of the starter model that are kin to a word, the nearest first."""
    near: list[str] = []
    for form in forms(word):
        near += english().near.get(form, ())
    if near:
        return list(dict.fromkeys(near))
    things = {
        thing: tags for group, rows in starter().things.items() if group != "faces" for thing, tags in rows.items()
    }
    for form in forms(word):
        near += [thing for thing, tags in things.items() if form in tags]
    return near or difflib.get_close_matches(word, things, n=3, cutoff=MIN_SPELLING_RATIO)


def sentence(unknown: Sequence[str], profile: ModelProfile, suggested: Sequence[str] | None = None) -> str:
    """What a person is told before anything is painted; empty when every word is known.

    "The starter model has never seen a lighthouse. Try castle or sailboat."
    """
    if not unknown or profile.vocabulary is None:
        return ""
    try_instead = suggestions(unknown, profile) if suggested is None else suggested
    model = f"The {profile.model} model" if "/" not in profile.model else f"Model {profile.model}"
    named = [with_article(word) for word in unknown[:NAMED_AT_MOST]]
    if rest := len(unknown) - len(named):
        named.append(f"{rest} other terms" if rest > 1 else "1 other term")
    text = f"{model} doesn't know {either(named)}."
    return f"{text} Try {either(try_instead)}." if try_instead else text


def either(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def with_article(noun: str) -> str:
    """A noun as one says it alone: "a lighthouse", "an igloo", "moss", "knights", "Paris"."""
    parts = words(noun)
    last = next((before for before, joint in pairwise(parts) if joint in JOINING_WORDS), parts[-1])
    plural = last in english().plurals or (last.endswith("s") and not last.endswith(("ss", "us", "is")))
    plural = plural and last not in SINGULAR
    if plural or noun[0].isupper() or last in english().mass:
        return noun
    return f"an {noun}" if VOWEL_SOUND.match(noun) else f"a {noun}"


def over_budget(text: str, profile: ModelProfile) -> bool:
    """Whether a prompt is probably longer than what the model reads of it."""
    return approximate_tokens(text) > profile.token_budget
