"""When a new prompt repeats an old one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.policy.prompts.similarity import most_similar, similarity, too_similar

OLD = "a watercolor painting of a curious fox in a snowy forest at dawn, soft lighting"


@pytest.mark.parametrize(
    "prompt",
    [
        OLD,
        "A watercolor of curious foxes in snowy forests at dawn",
        "a soft watercolor painting of a curious fox, at dawn in a snowy forest, highly detailed",
        "a curious fox in a snowy forest at dawn",
    ],
)
def test_same_idea_in_other_words_is_too_close(prompt: Any) -> None:
    """Another order, another spelling, plurals and filler words make no new image."""
    assert too_similar(prompt, (OLD,))


@pytest.mark.parametrize(
    "prompt",
    [
        "a watercolor painting of an octopus in the desert, soft lighting",
        "a 3d render of a curious fox on the moon, dramatic lighting",
        "a fox",
        "",
    ],
)
def test_another_image_is_not(prompt: str) -> None:
    """The same style, or the same animal elsewhere, is a new image; so is a prompt too short to tell."""
    assert not too_similar(prompt, (OLD,))


def test_nothing_to_avoid() -> None:
    """The first prompt of a schedule repeats nothing."""
    assert most_similar(OLD, ()) == 0
    assert not too_similar(OLD, ())


@given(st.text(max_size=80), st.text(max_size=80))
def test_closeness_is_a_symmetric_share(one: Any, other: Any) -> None:
    """Closeness lies between 0 and 1, is the same both ways, and a text is as close to itself as can be."""
    assert 0 <= similarity(one, other) <= 1
    assert similarity(one, other) == similarity(other, one)
    assert similarity(one, one) == 1
