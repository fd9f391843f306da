"""Parts of a theme that a prompt from word lists leaves out are named."""

from __future__ import annotations

from typing import Any

import pytest

from functions.adapters.prompt_writers.word_lists import compose
from functions.models.prompt import WritingRequest
from functions.policy.prompts.left_out import left_out, sentence
from functions.profiles import profile_for


@pytest.mark.parametrize(
    ("theme", "prompt", "parts"),
    [
        ("two foxes playing chess", "an illustration of a noble fox in autumn", ("two", "playing chess")),
        ("3 owls", "a small owl in a forest", ("3",)),
        ("a fox, an owl and a cat", "a happy owl, studio lighting", ("fox", "cat")),
        ("a red fox jumping over a lazy dog", "a fox next to a dog on a red background", ("jumping", "lazy")),
        ("birds and flowers", "a beautiful cherry blossom in a park", ("birds",)),
        ("animals in unexpected places", "a lonely moose in a cyberpunk city", ()),
        ("a lighthouse in winter", "a sailboat in the snow, golden light", ("lighthouse",)),
        ("foxes", "a painting of a cute fox", ()),
        ("", "a fox", ()),
    ],
)
def test_what_has_no_place_in_the_prompt_is_named(theme: str, prompt: str, parts: Any) -> None:
    """Numbers, actions, and further subjects are named; categories and settings that are answered aren't."""
    assert left_out(theme, prompt) == parts


def test_unknown_words_are_not_named_twice() -> None:
    """A word that is reported as unknown isn't reported as left out."""
    assert left_out("a lighthouse playing chess", "a castle", without=("lighthouse",)) == ("playing chess",)


def test_the_word_lists_name_what_they_left_out() -> None:
    """A prompt from word lists has the parts that it leaves out, and one in the theme's own words has none."""
    request = WritingRequest(theme="two foxes playing chess", seed=3)

    assert compose(request, profile_for("starter")).left_out == ("two", "playing chess")
    assert compose(request, profile_for("sdxl")).left_out == ()


def test_the_sentence_names_each_part() -> None:
    """The sentence is empty if nothing is left out."""
    assert sentence(("two", "playing chess")) == "Left out of the prompt: “two”, “playing chess”."
    assert sentence(()) == ""
