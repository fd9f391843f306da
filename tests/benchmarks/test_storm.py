"""The faults that the storm draws, and what it counts as broken."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from benchmarks.storm import census
from benchmarks.storm.acknowledged import Acknowledged
from benchmarks.storm.census import Line
from benchmarks.storm.faults import LONGEST_STOP_S, WEIGHTS, drawn
from benchmarks.storm.library import Library
from benchmarks.storm.rebuilt import compare
from functions.models.identity import blob_names, image_ids_of_job
from functions.models.image import Image
from functions.models.job import GenerationRequest, Job, JobImage, Status
from functions.models.schedule import GenerationOptions
from tests.image_samples import an_image

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
RUNS = "S@"
ID = "job-1"


def a_job(id: str = ID, *, status: Status = Status.SUCCEEDED, count: int = 2, **fields: Any) -> Job:
    images = tuple(
        JobImage(id=image_id, seed=seed, state="stored")
        for seed, image_id in enumerate(image_ids_of_job(id, START, count))
    )
    options = GenerationOptions(count=count)
    return Job(
        id=id,
        status=status,
        created_by="tests",
        created_at=START,
        updated_at=START,
        not_before=START,
        sent_at=START,
        request=GenerationRequest(theme="owls", options=options),
        options=options,
        pictures=images,
        **fields,
    )


def images_of(job: Job) -> dict[str, Image]:
    return {one.id: an_image(one.id, job_id=job.id, seed=one.seed) for one in job.pictures}


def a_library(*jobs: Job, **changes: Any) -> Library:
    parts: dict[str, Any] = {
        "images": {id: image for job in jobs for id, image in images_of(job).items()},
        "jobs": {job.id: job for job in jobs},
        "schedules": {},
        "usage": {job.id: len(job.stored) for job in jobs},
    }
    return Library(**parts | changes)


def broken(lines: list[Line]) -> dict[str, int]:
    return {line.name: line.broken for line in lines if line.broken}


def all_blobs(library: Library) -> dict[str, set[str]]:
    return {name: set(blobs) for name, blobs in census.blobs_of(library.images.values()).items()}


def test_the_same_seed_draws_the_same_faults() -> None:
    """Every process is killed and stopped, within the length of the storm and for a limited time."""
    faults = drawn(7, 3600)

    assert faults == drawn(7, 3600) != drawn(8, 3600)
    assert [fault.at_s for fault in faults] == sorted(fault.at_s for fault in faults)
    assert {(fault.target, fault.kind) for fault in faults} == {(t, k) for t in WEIGHTS for k in ("kill", "stop")}
    assert 0 < faults[0].at_s < faults[-1].at_s < 3600
    assert max(fault.for_s for fault in faults) <= LONGEST_STOP_S


def test_nothing_is_broken_in_a_complete_library() -> None:
    """Jobs, images, blobs, usage, scheduled minutes, ratings, and the rebuild agree."""
    library = a_library(a_job(), a_job(f"{RUNS}1", schedule_id="S", slot="20261123T0900Z"))
    stored = all_blobs(library)
    (rated, *_) = library.images

    lines = [
        *census.jobs(library, [ID]),
        *census.images(library),
        *census.blobs(library, stored, Acknowledged("")),
        *census.usage(library),
        *census.schedule(library, "S"),
        *census.ratings(library, {rated: library.images[rated].rating}),
        *compare(library, library, stored),
    ]

    assert broken(lines) == {}
    assert {line.name: line.found for line in lines}["image documents"] == 4


def test_lost_and_open_jobs_are_broken() -> None:
    """A job that was accepted and isn't there, and one that never ends, are counted."""
    library = a_library(a_job(status=Status.PAINTING))

    assert broken(census.jobs(library, [ID, "lost"])) == {"jobs accepted over HTTP": 1, "ended jobs": 1}


def test_lost_doubled_and_unwanted_images_are_broken() -> None:
    """An image without a document, a second one of the same seed, and one that no job wants are counted."""
    job = a_job()
    first, second = images_of(job).values()
    again = an_image(image_ids_of_job("other", START, 1)[0], job_id=job.id, seed=second.seed)
    incomplete = a_library(job, images={first.id: first})
    doubled = a_library(job, images={first.id: first, second.id: second, again.id: again})

    assert broken(census.images(incomplete)) == {"image documents": 1}
    assert broken(census.images(doubled)) == {"duplicate images": 1, "image documents without a job": 1}


@pytest.mark.parametrize("acknowledged", [True, False])
def test_blobs_that_the_storage_lost_are_counted_separately(acknowledged: bool) -> None:
    """A missing blob is broken only if the storage never said that it is stored."""
    library = a_library(a_job())
    storage = Acknowledged("")
    stored = all_blobs(library)
    lost = stored["originals"].pop()
    if acknowledged:
        storage.stored.add(f"originals/{lost}")

    lines = census.blobs(library, stored, storage)

    assert broken(lines) == ({} if acknowledged else {"originals": 1})
    assert {line.name: line.found for line in lines}[
        "originals that Azurite acknowledged and then lost"
    ] == acknowledged


def test_blobs_without_an_image_are_broken() -> None:
    """A file that no document knows is counted, and the backup of the library isn't such a file."""
    library = a_library(a_job())
    stored = all_blobs(library)
    stored["thumbnails"].add(blob_names(image_ids_of_job("other", START, 1)[0]).thumbnail)
    stored["sidecars"].add("library.json")

    assert broken(census.blobs(library, stored, Acknowledged(""))) == {"thumbnails without an image": 1}


def test_wrong_usage_is_broken() -> None:
    """A job that is recorded with another number of images, and a record without a job, are counted."""
    library = a_library(a_job(), usage={ID: 1, "other": 2})

    assert broken(census.usage(library)) == {"usage records of jobs": 1, "usage records without a job": 1}


def test_scheduled_minutes_are_counted_once() -> None:
    """A run can make up for missed minutes; a minute without a run, or with two, is broken."""

    def runs(*minutes: tuple[int, int]) -> Library:
        jobs = [
            a_job(
                f"{RUNS}{number}",
                schedule_id="S",
                slot=f"{START + timedelta(minutes=minute):%Y%m%dT%H%MZ}",
                folded_slots=folded,
            )
            for number, (minute, folded) in enumerate(minutes)
        ]
        return a_library(*jobs)

    assert broken(census.schedule(runs((0, 0), (1, 0), (4, 2)), "S")) == {}
    assert broken(census.schedule(runs((0, 0), (2, 0)), "S")) == {"scheduled minutes": 1}
    assert broken(census.schedule(runs((0, 0), (0, 0)), "S")) == {
        "scheduled minutes": 1,
        "scheduled minutes with two runs": 1,
    }


def test_lost_ratings_are_broken() -> None:
    """An accepted rating that isn't on its image is counted."""
    library = a_library(a_job())
    one, other = library.images

    assert broken(census.ratings(library, {one: library.images[one].rating + 1, other: 0})) == {"ratings": 1}


def test_a_rebuild_that_differs_is_broken() -> None:
    """Missing images and differing fields are counted, but not what a rebuild can't know or the storage lost."""
    library = a_library(a_job(count=3))
    stored = all_blobs(library)
    lost, changed, missing = library.images
    later = library.images[changed].created_at + timedelta(minutes=1)
    stored["originals"].discard(blob_names(lost).original)
    after = a_library(a_job(count=3), images={changed: library.images[changed].evolve(title="another", added_at=later)})

    found = broken(compare(library, after, stored))

    assert found["rebuild: images"] == 1
    assert found["rebuild: differing fields of images"] == 1
    assert missing not in after.images
