"""Find the parts of a theme that a prompt from word lists leaves out. All functions are pure.

Word lists answer a theme with a subject, a setting, a style, and a light. Numbers, actions, and further subjects have
no place in such a prompt, and the user is told so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from functions.policy.prompts.english_words import root, words
from functions.policy.prompts.theme import Theme, read_kind, read_manner

# Words that hold a theme together, without a meaning that a prompt could show.
GRAMMAR = frozenset(
    word
    for words_ in (
        "the this that these those some any every each all both its his her their our your what which who whose",
        "and but for nor yet with without from into onto upon over under near beside between behind before after above",
        "below across along around against among toward towards through throughout inside outside during about like",
        "off out down per via are was were been being has have had having does did doing can could will would shall",
        "should may might must there here then than very too also just only not while when where how",
        "them they she him you",
        "picture image photo photograph painting drawing illustration render art scene style view portrait",
        "place places thing things something somewhere someone",
    )
    for word in words_.split()
)
SHORTEST = 3  # letters of a word that says something on its own


def left_out(theme: str, prompt: str, *, without: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the parts of a theme that a prompt doesn't contain, in order; adjacent words are one part.

    Parts that other words of the prompt answer ("animals" by "a fox", "winter" by "in the snow") aren't left out, nor
    are the words in `without`, which are reported already.
    """
    present = frozenset(root(word) for word in words(prompt))
    skipped = {root(word.lower()) for word in without}
    found: list[list[str]] = []
    adjacent = False
    for word in words(theme):
        missing = root(word) not in present | skipped and is_content(word) and not is_answered(word, present)
        if missing and adjacent:
            found[-1].append(word)
        elif missing:
            found.append([word])
        adjacent = missing
    return tuple(dict.fromkeys(" ".join(part) for part in found))


def is_content(word: str) -> bool:
    """Return whether leaving out a word changes what the theme is about."""
    if word.isdecimal():
        return int(word) > 1
    return len(word) >= SHORTEST and word not in GRAMMAR


def is_answered(word: str, present: frozenset[str]) -> bool:
    """Return whether a prompt with these stems answers a word by others: a subject of its kind, or a manner."""
    scratch = Theme()
    if read_manner(word, scratch):
        return True
    read_kind(word, scratch)
    return any(present.issuperset(map(root, words(thing))) for kind in scratch.kinds for thing in kind)


def sentence(parts: Sequence[str]) -> str:
    """Return a sentence about what was left out, or an empty string."""
    return f"Left out of the prompt: {', '.join(f'“{part}”' for part in parts)}." if parts else ""
