"""Find words that a model with a small vocabulary doesn't know, and suggest alternatives. All functions are pure.

The starter model was trained on captions with about a thousand subjects. A word is known if the word, its base form,
or the phrase around it is in the profile's vocabulary. Only subjects are reported. The model can ignore adverbs,
adjectives, and verbs ("sleepy", "standing", "at") without much loss.
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

SHORTEST_NAMED = 3  # letters; shorter words such as "oz" say nothing about what the model knows
NAMED_AT_MOST = 3  # unknown words listed in the sentence; the rest are counted
# minimal difflib ratio for a typo of a known word: "elefant" matches "elephant", but not "pelican"
MIN_SPELLING_RATIO = 0.8
SINGULAR = frozenset({"rhinoceros", "lens", "cosmos", "chaos"})  # singular although they end in -s
# the head of a phrase comes before these words
JOINING_WORDS = frozenset({"of", "with", "without", "in", "on", "over", "and", "at", "by"})
NON_NOUN_ENDINGS = re.compile(r"(ly|ful|less|ous|ish|able|ible|ed|ing)$")  # endings that are rare in nouns
VOWEL_SOUND = re.compile(r"(?!eu|ewe|uni|use|usu|one\b|u[bcdfgknrst][aeiou])[aeiou]|hour|heir|honest")


@dataclass(frozen=True)
class KnownVocabulary:
    """A vocabulary, prepared for lookup."""

    singles: frozenset[str]  # stems of words that are known on their own
    # first stem -> stems of all phrases that start with it, longest first
    phrases: Mapping[str, tuple[tuple[str, ...], ...]]


@lru_cache(maxsize=8)
def load_vocabulary(vocabulary: tuple[str, ...]) -> KnownVocabulary:
    """Prepare a vocabulary for lookup. The result is cached."""
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
    """Return the words of a phrase that are also known alone: "castle" of "japanese castle".

    For a phrase that describes a place ("in a neon city"), return all words.
    """
    if not parts:
        return
    if parts[0] in english().plain:
        yield from parts
        return
    yield parts[-1]
    yield from (before for before, joint in pairwise(parts) if joint in JOINING_WORDS)


def unknown_words(text: str, profile: ModelProfile) -> tuple[str, ...]:
    """Return the subjects in a text that the model doesn't know, in order and without duplicates.

    They are in lower case, except for proper names ("Paris"). The result is empty for a model without a vocabulary.
    """
    if profile.vocabulary is None:
        return ()
    vocabulary = load_vocabulary(profile.vocabulary)
    parts = words(text)
    roots = [root(part) for part in parts]
    names = proper_names(text)
    found: dict[str, str] = {}  # stem -> text to show
    place = 0
    while place < len(parts):
        length = phrase_at(roots, place, vocabulary)
        if not length and not is_known(parts[place], vocabulary):
            found.setdefault(roots[place], names.get(parts[place], parts[place]))
        place += length or 1
    return tuple(found.values())


def proper_names(text: str) -> dict[str, str]:
    """Return capitalized words that follow a lower-case word, so that titles and starts of sentences don't count."""
    return {name.lower(): name for name in re.findall(r"(?<=[a-z] )[A-Z][a-z]+", text)}


def phrase_at(roots: Sequence[str], place: int, vocabulary: KnownVocabulary) -> int:
    """Return the number of words of the longest known phrase that starts here, or 0 if there is none."""
    for phrase in vocabulary.phrases.get(roots[place], ()):
        if tuple(roots[place : place + len(phrase)]) == phrase:
            return len(phrase)
    return 0


def is_known(word: str, vocabulary: KnownVocabulary) -> bool:
    """Return whether the vocabulary contains a word, or the word is too short or unusual to judge."""
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
    """Return at most `n` known subjects that are similar to the unknown words, most similar first.

    Similar subjects come, in this order, from a table of related words, a shared tag, or a similar spelling. Without
    any of them, they are the model's example subjects.
    """
    if profile.vocabulary is None:
        return ()
    vocabulary = frozenset(profile.vocabulary)
    given = list(unknown)
    rows = [[thing for thing in nearby(word) if thing in vocabulary] for word in map(str.lower, given)]
    found = list(dict.fromkeys(thing for row in rows for thing in row[:n]))
    if len(given) > 1:  # one suggestion for each word before a second one for any
        found = list(dict.fromkeys([*(row[0] for row in rows if row), *found]))
    if not found and given:
        found = [thing for thing in profile.suggestions if thing in vocabulary]
    return tuple(found[:n])


def nearby(word: str) -> list[str]:
    """Return subjects of the starter model that are related to a word, closest first."""
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
    """Return one sentence about the unknown words, or an empty string if all words are known.

    Example: "The starter model doesn't know a lighthouse. Try castle or sailboat."
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
    """Return the names as an enumeration with "or"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def with_article(noun: str) -> str:
    """Return a noun with its article: "a lighthouse", "an igloo", "moss", "knights", "Paris"."""
    parts = words(noun)
    last = next((before for before, joint in pairwise(parts) if joint in JOINING_WORDS), parts[-1])
    plural = last in english().plurals or (last.endswith("s") and not last.endswith(("ss", "us", "is")))
    plural = plural and last not in SINGULAR
    if plural or noun[0].isupper() or last in english().mass:
        return noun
    return f"an {noun}" if VOWEL_SOUND.match(noun) else f"a {noun}"


def over_budget(text: str, profile: ModelProfile) -> bool:
    """Return whether a prompt is probably longer than the model's token limit."""
    return approximate_tokens(text) > profile.token_budget
