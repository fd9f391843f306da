"""Positions of images in an album leave room between any two."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from functions.models.identity import new_image_id
from functions.policy.album_order import added, at_end, between, spread
from tests.fakes import START


@given(st.lists(st.integers(min_value=0, max_value=10_000), max_size=60))
def test_an_image_can_be_moved_between_any_two(places: list[int]) -> None:
    """However often images are moved, each position lies strictly between its new neighbors."""
    positions = [added(START + timedelta(seconds=n), new_image_id(START)) for n in range(3)]
    for place in places:
        at = place % len(positions)
        low = positions[at - 1] if at > 0 else ""
        found = between(low, positions[at])

        assert low < found < positions[at]
        positions.insert(at, found)


def test_positions_stay_short() -> None:
    """A thousand moves to the same place need positions of at most 300 characters."""
    low, high = (added(START + timedelta(seconds=n), new_image_id(START)) for n in range(2))
    for _ in range(1000):
        high = between(low, high)

    assert len(high) <= 300


@given(st.integers(min_value=0, max_value=500))
def test_many_images_are_moved_in_their_order(number: int) -> None:
    """Several positions between two others, and at the end, are different and ascend."""
    low, high = (added(START + timedelta(seconds=n), new_image_id(START)) for n in range(2))
    later = at_end(START + timedelta(seconds=2), number)

    positions = [low, *spread(low, high, number), high, *later]

    assert positions == sorted(set(positions))


def test_an_image_that_is_added_later_comes_last() -> None:
    """Positions of additions follow the time, and those of the same time the IDs."""
    first, second = sorted(new_image_id(START) for _ in range(2))

    assert added(START, first) < added(START, second) < added(START + timedelta(milliseconds=1), first)


def test_equal_positions_still_have_a_following_one() -> None:
    """Between two images with the same position, the result isn't before either."""
    assert between("0ABV", "0ABV") > "0ABV"
