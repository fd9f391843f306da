"""Compare what was accepted with what catalog and storage contain after the storm."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from benchmarks.storm.acknowledged import Acknowledged
from benchmarks.storm.library import Library
from functions.models.identity import blob_names
from functions.models.image import Image
from functions.models.job import Job, Status

SLOT = "%Y%m%dT%H%MZ"
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row of the table. `broken` is how many were lost or doubled; `expected` is None for a plain count."""

    name: str
    found: int
    expected: int | None = None
    broken: int = 0


def jobs(library: Library, accepted: Iterable[str]) -> list[Line]:
    """Every accepted job is there and has ended."""
    wanted = set(accepted)
    there = len(wanted & library.jobs.keys())
    ended = [job for job in library.generation_jobs if job.finished]
    everything = len(library.generation_jobs)
    by_status = Counter(job.status for job in ended)
    return [
        Line(name="jobs accepted over HTTP", found=there, expected=len(wanted), broken=len(wanted) - there),
        Line(name="ended jobs", found=len(ended), expected=everything, broken=everything - len(ended)),
        *(Line(name=f"jobs that ended as {status}", found=count) for status, count in sorted(by_status.items())),
    ]


def images(library: Library) -> list[Line]:
    """Every image of a succeeded job is there exactly once, and no other image is there."""
    succeeded = [job for job in library.generation_jobs if job.status == Status.SUCCEEDED]
    asked = sum(job.options.count if job.options else 0 for job in succeeded)
    stored = sum(len(job.stored) for job in succeeded)
    wanted = library.wanted_images
    there = library.images.keys() & wanted.keys()
    twice = Counter((image.job_id, image.seed) for image in library.images.values())
    duplicates = sum(count - 1 for count in twice.values())
    orphans = len(library.images.keys() - wanted.keys())
    return [
        Line(name="images of succeeded jobs", found=stored, expected=asked, broken=asked - stored),
        Line(name="image documents", found=len(there), expected=len(wanted), broken=len(wanted) - len(there)),
        Line(name="duplicate images", found=duplicates, expected=0, broken=duplicates),
        Line(name="image documents without a job", found=orphans, expected=0, broken=orphans),
    ]


def blobs(library: Library, stored: Mapping[str, Set[str]], acknowledged: Acknowledged) -> list[Line]:
    """Every blob of every image is there unless the storage lost it, and no other blob is there."""
    lines: list[Line] = []
    for container, wanted in blobs_of(library.images.values()).items():
        said_stored = {name for name in wanted if f"{container}/{name}" in acknowledged.stored}
        missing = wanted - stored[container]
        lost = missing & said_stored
        extra = {name for name in stored[container] - wanted if not name.startswith("library")}
        revived = {name for name in extra if f"{container}/{name}" in acknowledged.deleted}
        found = len(wanted) - len(missing)
        lines += [
            Line(name=f"{container}", found=found, expected=len(wanted), broken=len(missing - lost)),
            Line(name=f"{container} that Azurite acknowledged and then lost", found=len(lost)),
            Line(name=f"{container} without an image", found=len(extra), expected=0, broken=len(extra - revived)),
        ]
    return lines


def blobs_of(images: Iterable[Image]) -> Mapping[str, set[str]]:
    """Return the names of the blobs that these images have, by container."""
    names: dict[str, set[str]] = {"originals": set(), "thumbnails": set(), "sidecars": set()}
    for image in images:
        of_image = blob_names(image.id)
        names["originals"].add(of_image.original)
        names["thumbnails"].add(of_image.thumbnail)
        if image.updated_at != image.created_at:
            names["sidecars"].add(of_image.sidecar)
    return names


def usage(library: Library) -> list[Line]:
    """Every job is recorded once, with the images that it stored."""
    wanted = {job.id: len(job.stored) for job in library.generation_jobs if job.stored}
    right = sum(library.usage.get(job_id) == count for job_id, count in wanted.items())
    orphans = len(library.usage.keys() - wanted.keys())
    total = sum(library.usage.values())
    return [
        Line(name="usage records of jobs", found=right, expected=len(wanted), broken=len(wanted) - right),
        Line(name="usage records without a job", found=orphans, expected=0, broken=orphans),
        Line(name="images in the usage records", found=total, expected=sum(wanted.values())),
    ]


def schedule(library: Library, schedule_id: str) -> list[Line]:
    """Every scheduled minute has one run, its own or that of a later minute that makes up for it."""
    runs = [job for job in library.generation_jobs if job.schedule_id == schedule_id and job.slot]
    slots = sorted(slot_of(job) for job in runs)
    if not slots:
        return [Line(name="scheduled runs", found=0, expected=1, broken=1)]
    first = slots[0] - MINUTE * next(job.folded_slots for job in runs if slot_of(job) == slots[0])
    minutes = (slots[-1] - first) // MINUTE + 1
    accounted = sum(1 + job.folded_slots for job in runs)
    again = len(slots) - len(set(slots))
    return [
        Line(name="scheduled runs", found=len(runs)),
        Line(name="scheduled minutes", found=accounted, expected=minutes, broken=abs(minutes - accounted)),
        Line(name="scheduled minutes with two runs", found=again, expected=0, broken=again),
    ]


def ratings(library: Library, given: Mapping[str, int]) -> list[Line]:
    """Every rating that was accepted is on its image."""
    right = sum(id in library.images and library.images[id].rating == stars for id, stars in given.items())
    return [Line(name="ratings", found=right, expected=len(given), broken=len(given) - right)]


def slot_of(job: Job) -> datetime:
    return datetime.strptime(job.slot or "", SLOT).replace(tzinfo=UTC)
