"""Measure the similarity of prompts to detect repetitions. All functions are pure.

Similarity is lexical: the share of content words that two prompts have in common. It detects the same idea in
slightly different words, but not in entirely different words.
"""

from __future__ import annotations

from collections.abc import Iterable

from functions.policy.prompts.english_words import root, words

TOO_SIMILAR = 0.6  # With six content words each, four in common (4/8) is a new image and five (5/7) a repetition.
CONTAINED = 0.9  # If a longer prompt contains all words of a shorter one, it is a repetition.
MIN_WORDS_FOR_CONTAINED = 4  # A short text such as "a fox" is contained in many unrelated prompts.

# Words that any two prompts can share without describing the same image.
FILLER = frozenset(
    root(word)
    for word in words(
        "a an the of in on at by with and or to from for its his her is are as "
        "art style painting illustration render rendering drawing photo picture image scene view "
        "light lighting soft highly detailed detail quality beautiful vibrant colors color"
    )
)


def content_words(prompt: str) -> frozenset[str]:
    """Return the stems of the content words of a prompt. If it has only filler words, return their stems."""
    roots = frozenset(root(word) for word in words(prompt))
    return roots - FILLER or roots


def similarity(one: str, other: str) -> float:
    """Return the similarity from 0 (nothing in common) to 1 (the same words in any order)."""
    a, b = content_words(one), content_words(other)
    if not a or not b:
        return float(a == b)
    shared = len(a & b)
    jaccard = shared / len(a | b)
    smaller = min(len(a), len(b))
    containment = shared / smaller if smaller >= MIN_WORDS_FOR_CONTAINED else 0.0
    return max(jaccard, containment if containment >= CONTAINED else 0.0)


def nearest(prompt: str, avoid: Iterable[str]) -> str:
    """Return the earlier prompt that this one repeats most, or an empty string if it repeats none."""
    share, near = max(((similarity(prompt, old), old) for old in avoid), default=(0.0, ""), key=lambda pair: pair[0])
    return near if share >= TOO_SIMILAR else ""


def shared_words(one: str, other: str) -> tuple[str, ...]:
    """Return the content words of a prompt that occur in another one, in any form, in order."""
    common = content_words(one) & content_words(other)
    return tuple(dict.fromkeys(word for word in words(one) if root(word) in common))


def most_similar(prompt: str, avoid: Iterable[str]) -> float:
    """Return the similarity to the most similar earlier prompt, or 0 if there is none."""
    return max((similarity(prompt, old) for old in avoid), default=0.0)


def too_similar(prompt: str, avoid: Iterable[str]) -> bool:
    """Return whether a prompt repeats one of the earlier prompts."""
    return most_similar(prompt, avoid) >= TOO_SIMILAR
