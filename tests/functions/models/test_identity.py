"""Ids of images."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.errors import NotFound
from functions.models.identity import (
    blob_names,
    created_at_of,
    image_ids_of_job,
    is_image_id,
    month_of,
    new_image_id,
    new_image_ids,
)

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


@given(st.text(max_size=60), st.integers(1, 64), st.datetimes(datetime(1970, 1, 1), datetime(9999, 12, 31)))
def test_the_ids_of_a_job_follow_from_the_job(job_id: str, count: int, moment: datetime) -> None:
    """The IDs are valid, unique, in the order of the images, from the time of the job, and the same each time."""
    created_at = moment.replace(tzinfo=UTC)

    ids = image_ids_of_job(job_id, created_at, count)

    assert list(ids) == sorted(set(ids))
    assert len(ids) == count
    assert all(map(is_image_id, ids))
    assert {created_at_of(id) for id in ids} == {created_at.replace(microsecond=moment.microsecond // 1000 * 1000)}
    assert image_ids_of_job(job_id, created_at, count) == ids


def test_jobs_of_one_moment_share_no_ids() -> None:
    """A retry and its job have different images, and so have jobs that were created together."""
    every = [id for job_id in ("job-1", "job-2", "schedule@20261123T0900Z") for id in image_ids_of_job(job_id, NOW, 64)]

    assert len(set(every)) == 3 * 64


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
