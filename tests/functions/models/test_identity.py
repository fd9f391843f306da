"""Ids of images."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.errors import NotFound
from functions.models.identity import blob_names, created_at_of, is_image_id, month_of, new_image_id, new_image_ids

NOW = datetime(2026, 11, 30, 23, 59, 59, 999_000, tzinfo=UTC)


def test_an_id_contains_its_time_partition_and_blobs() -> None:
    """The id alone leads to the document's partition and to all three blobs."""
    image_id = new_image_id(NOW)

    names = blob_names(image_id)

    assert created_at_of(image_id) == NOW
    assert month_of(image_id) == "2026-11"
    assert names == (f"2026/11/{image_id}.png", f"2026/11/{image_id}.webp", f"2026/11/{image_id}.json")


def test_ids_of_one_moment_ascend() -> None:
    """The images of one job keep their order in the library."""
    ids = new_image_ids(NOW, 50)

    assert list(ids) == sorted(set(ids))
    assert len(ids) == 50


@given(st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(9999, 12, 31), timezones=st.just(UTC)))
def test_every_moment_comes_back_to_the_millisecond(now: Any) -> None:
    """The ULID keeps milliseconds, rounded down."""
    assert created_at_of(new_image_id(now)) == now.replace(microsecond=now.microsecond // 1000 * 1000)


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "abc",
        "01arz3ndektsv4rrffq69g5fav",
        "81ARZ3NDEKTSV4RRFFQ69G5FAV",
        "01ARZ3NDEKTSV4RRFFQ69G5FAI",
        "01ARZ3NDEKTSV4RRFFQ69G5FAVX",
        "01ARZ3NDEKTSV4RRFFQ69G5FA\n",
        "../../../../etc/passwd0000",
        "7ZZZZZZZZZZZZZZZZZZZZZZZZZ",
    ],
)
def test_what_is_no_ulid_names_no_image(wrong: str) -> None:
    """A malformed id, a second spelling and a year past 9999 are simply not found."""
    assert not is_image_id(wrong)

    with pytest.raises(NotFound, match="Image IDs have"):
        blob_names(wrong)
