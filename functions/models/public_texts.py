"""Texts of an image for places that must not get its prompt. All functions are pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from functions.models.image import Image

LONGEST_SHARED_RUN = 4  # words in a row that a text can share with a prompt by chance, such as "in front of a"
SHORTEST_WHOLE_TEXT = 3  # a text of fewer words, such as "Red fox", names the subject but doesn't repeat the prompt
SHORTEST_WHOLE_PROMPT = 2

_WORD = re.compile(r"\w+")


def repeats(text: str, prompts: Iterable[str]) -> bool:
    """Return whether a text repeats one of the prompts or themes, entirely or in a long run of words."""
    said = words(text)
    for prompt in prompts:
        secret = words(prompt)
        run = longest_run(said, secret)
        whole_text = run == len(said) >= SHORTEST_WHOLE_TEXT
        if run > LONGEST_SHARED_RUN or whole_text or run == len(secret) >= SHORTEST_WHOLE_PROMPT:
            return True
    return False


def public_texts(image: Image, *, name: str, include_prompts: bool) -> tuple[str, str]:
    """Return title and alt text of an image of the schedule with this name.

    A text that an image lacks, as after an edit of its prompt, is replaced: the title by schedule and day, the alt
    text by the image's title or its prompt. Unless prompts are included, a text that repeats prompt or theme is
    replaced too, such as the texts of the word lists.
    """
    secrets = () if include_prompts else (image.prompt, image.theme)
    own_title, alt_text = ("" if repeats(text, secrets) else text for text in (image.title, image.alt_text))
    title = own_title or f"{name}, {image.day}"
    own_alt_text = alt_text or (own_title if not image.alt_text else "")
    return title, own_alt_text or (image.prompt if include_prompts else "") or title


def public_tags(image: Image, *, include_prompts: bool) -> tuple[str, ...]:
    """Return the tags of an image, or none unless prompts are included.

    Each tag is too short to repeat a prompt, but together they can be the theme's subject, setting, and style.
    """
    return image.tags if include_prompts else ()


def words(text: str) -> list[str]:
    """Return the words of a text in lower case."""
    return _WORD.findall(text.casefold())


def longest_run(one: list[str], other: list[str]) -> int:
    """Return the length of the longest run of words that both have."""
    longest, before = 0, [0] * (len(other) + 1)
    for word in one:
        now = [0] * (len(other) + 1)
        for at, known in enumerate(other, 1):
            if word == known:
                now[at] = before[at - 1] + 1
                longest = max(longest, now[at])
        before = now
    return longest
