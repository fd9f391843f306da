"""Everything that a catalog and a storage contain after the storm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from functions.adapters.sqlite.catalog import open_sqlite
from functions.models.image import Image
from functions.models.job import Job
from functions.models.schedule import Schedule
from functions.policy.limits import usage_days
from functions.ports import BlobStore, Catalog, JobStore
from functions.search.query import ImageQuery

PAGE = 200
CONTAINERS = ("originals", "thumbnails", "sidecars")


@dataclass(frozen=True, kw_only=True)
class Library:
    """Everything in a catalog that is counted."""

    images: Mapping[str, Image]  # by ID, with those in trash
    jobs: Mapping[str, Job]
    schedules: Mapping[str, Schedule]
    usage: Mapping[str, int]  # job ID -> images, of jobs with images

    @property
    def generation_jobs(self) -> Sequence[Job]:
        return [job for job in self.jobs.values() if job.kind == "generation"]

    @property
    def wanted_images(self) -> Mapping[str, Job]:
        """Return the jobs by the IDs of the images that they say are stored."""
        return {image.id: job for job in self.generation_jobs for image in job.stored}


async def read_catalog(path: Path) -> Library:
    """Read a whole SQLite catalog."""
    catalog = await open_sqlite(path, utc_now)
    try:
        schedules = await catalog.schedules.all()
        return Library(
            images=await all_images(catalog),
            jobs={job.id: job for job in await all_jobs(catalog.jobs)},
            schedules={schedule.id: schedule for schedule in schedules},
            usage=await all_usage(catalog),
        )
    finally:
        await catalog.close()


async def all_images(catalog: Catalog) -> Mapping[str, Image]:
    found: dict[str, Image] = {}
    for query in (ImageQuery(), ImageQuery(trash="only")):
        before: str | None = None
        while page := await catalog.images.search(query, before=before, limit=PAGE):
            found |= {image.id: image for image in page}
            before = page[-1].id
    return found


async def all_jobs(store: JobStore) -> Sequence[Job]:
    found: list[Job] = []
    cursor: str | None = None
    while True:
        page = await store.page(cursor=cursor, limit=PAGE)
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            return found


async def all_usage(catalog: Catalog) -> Mapping[str, int]:
    days = await catalog.usage.get_many(usage_days(utc_now()))
    return {job_id: images for day in days for job_id, (images, _) in day.jobs.items() if images}


async def stored_blobs(blobs: BlobStore) -> Mapping[str, set[str]]:
    """Return the names of the blobs by container."""
    return {container: set(await blobs.names(container)) for container in CONTAINERS}


def utc_now() -> datetime:
    return datetime.now(UTC)
