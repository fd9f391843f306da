"""Texts of an image in places that must not get its prompt."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from functions.adapters.prompt_writers.word_lists import WordListPromptWriter
from functions.models.prompt import ModelProfile, WritingRequest
from functions.models.public_texts import public_tags, public_texts, repeats
from functions.profiles import builtin_profiles
from tests.catalogs import an_image

PROMPT = "a photo of a curious fox in a snowy forest, golden light, calm"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Photo of a curious fox in a snowy forest.", True),
        ("A PHOTO OF A CURIOUS FOX", True),
        ("Curious fox in a snowy forest", True),
        ("Curious fox", False),
        ("", False),
        ("An animal looks out of a forest in winter.", False),
        ("Golden light, calm", True),
    ],
)
def test_repeated_prompts(text: str, expected: bool) -> None:
    """A text repeats a prompt if it is a part of it or shares a long run of words with it."""
    assert repeats(text, [PROMPT]) is expected


def test_whole_themes() -> None:
    """A text repeats a theme of at least two words if it contains it."""
    assert repeats("Secret owls at night", ["secret owls"])
    assert not repeats("Owls at night", ["owls"])


@pytest.mark.parametrize(
    "profile", [ModelProfile(model="english"), *builtin_profiles().values()], ids=lambda one: one.model
)
@pytest.mark.parametrize("theme", ["owls", "a quiet harbor at dawn", "rainy days in the mountains of Nagano"])
def test_texts_of_the_word_lists(profile: ModelProfile, theme: str) -> None:
    """Public texts of prompts from the word lists share no long run of words with prompt or theme."""
    for seed in range(20):
        written = asyncio.run(WordListPromptWriter().write(WritingRequest(theme=theme, seed=seed), profile))
        image = an_image(theme=theme, prompt=written.prompt, title=written.title, alt_text=written.alt_text)
        image = image.evolve(tags=written.tags)

        texts = public_texts(image, name="Daily", include_prompts=False)

        assert not any(repeats(text, [written.prompt, theme]) for text in texts)
        assert public_texts(image, name="Daily", include_prompts=True) == (written.title, written.alt_text)
        assert public_tags(image, include_prompts=False) == ()
        assert public_tags(image, include_prompts=True) == written.tags


@pytest.mark.parametrize(
    ("texts", "include_prompts", "expected"),
    [
        ({}, True, ("Daily, 2026-11-23", "a red fox")),
        ({"tags": ("night",)}, True, ("Daily, 2026-11-23", "a red fox")),
        ({"title": "Dusk"}, True, ("Dusk", "Dusk")),
        ({}, False, ("Daily, 2026-11-23", "Daily, 2026-11-23")),
        ({"tags": ("fox", "night")}, False, ("Daily, 2026-11-23", "Daily, 2026-11-23")),
        ({"title": "Dusk", "tags": ("fox",)}, False, ("Dusk", "Dusk")),
        ({"title": "Dusk", "alt_text": "A red fox.", "tags": ("fox",)}, False, ("Dusk", "Dusk")),
        ({"title": "A red fox", "tags": ("night",)}, False, ("Daily, 2026-11-23", "Daily, 2026-11-23")),
    ],
)
def test_an_image_without_texts(texts: dict[str, Any], include_prompts: bool, expected: tuple[str, str]) -> None:
    """An image without title or alt text is described by what it has, and never by a prompt that isn't included."""
    image = an_image(day="2026-11-23", **texts)

    assert public_texts(image, name="Daily", include_prompts=include_prompts) == expected
