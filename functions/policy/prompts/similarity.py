"""How close two prompts are, and whether a new one repeats an old one.  Pure.

Closeness is lexical: the share of their telling words that two prompts have in common.  It finds the same idea in
slightly other words; the same idea in entirely other words it cannot see.
"""

from __future__ import annotations

from collections.abc import Iterable

from functions.policy.prompts.english_words import root, words

TOO_SIMILAR = 0.6  # with six telling words each, four in common are a new picture (4/8) and five a repeat (5/7)
CONTAINED = 0.9  # a short prompt whose every word stands in a longer one is the longer one again
MIN_WORDS_FOR_CONTAINED = 4  # "a fox" is in many prompts that are not about it alone

# Words that any two prompts may share without showing the same thing.
FILLER = frozenset(
    root(word)
    for word in words(
        "a an the of in on at by with and or to from for its his her is are as "
        "art style painting illustration render rendering drawing photo picture image scene view "
        "light lighting soft highly detailed detail quality beautiful vibrant colors color"
    )
)


def content_words(prompt: str) -> frozenset[str]:
    """The roots of the words that say what a prompt shows; of a prompt of fillers alone, the fillers."""
    roots = frozenset(root(word) for word in words(prompt))
    return roots - FILLER or roots


def similarity(one: str, other: str) -> float:
    """From 0, nothing in common, to 1, the same words in any order."""
    a, b = content_words(one), content_words(other)
    if not a or not b:
        return float(a == b)
    shared = len(a & b)
    jaccard = shared / len(a | b)
    smaller = min(len(a), len(b))
    containment = shared / smaller if smaller >= MIN_WORDS_FOR_CONTAINED else 0.0
    return max(jaccard, containment if containment >= CONTAINED else 0.0)


def most_similar(prompt: str, avoid: Iterable[str]) -> float:
    """The closeness to the nearest of the earlier prompts, 0 without any."""
    return max((similarity(prompt, old) for old in avoid), default=0.0)


def too_similar(prompt: str, avoid: Iterable[str]) -> bool:
    """Whether a prompt repeats one of the earlier ones."""
    return most_similar(prompt, avoid) >= TOO_SIMILAR
