"""When a new prompt is too similar to an earlier one."""

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
    """Order, spelling, plurals, and filler words make no difference."""
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
    """A shared style or subject alone is not similar, nor is a very short prompt."""
    assert not too_similar(prompt, (OLD,))


def test_nothing_to_avoid() -> None:
    """The first prompt of a schedule is similar to none."""
    assert most_similar(OLD, ()) == 0
    assert not too_similar(OLD, ())


@given(st.text(max_size=80), st.text(max_size=80))
def test_similarity_is_symmetric(one: Any, other: Any) -> None:
    """Similarity is between 0 and 1, symmetric, and 1 for equal texts."""
    assert 0 <= similarity(one, other) <= 1
    assert similarity(one, other) == similarity(other, one)
    assert similarity(one, one) == 1
