"""Totals, positions, and pages of open jobs in both catalogs."""

from __future__ import annotations

import sqlite3
from functools import partial
from pathlib import Path
from typing import Any

from functions.adapters.sqlite.catalog import open_sqlite
from functions.adapters.sqlite.database import Database
from functions.adapters.sqlite.open_jobs import COUNTED, save
from functions.models.job import OPEN, GenerationRequest, Job, JobImage, Status
from functions.models.open_jobs import OpenJobs, totals_of
from functions.models.schedule import GenerationOptions
from functions.ports import Catalog
from tests.catalogs import a_job, minutes_later
from tests.fakes import START, Clock


def generation(id: str, count: int = 1, **changes: Any) -> Job:
    return a_job(id, request=GenerationRequest(theme="owls", options=GenerationOptions(count=count)), **changes)


def save_all(connection: sqlite3.Connection, jobs: list[Job]) -> None:
    for job in jobs:
        save(connection, job)


async def walk(catalog: Catalog, limit: int) -> list[str]:
    """The ids of all open jobs, page by page."""
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = await catalog.jobs.open(cursor=cursor, limit=limit)
        seen += [job.id for job in page.items]
        if (cursor := page.next_cursor) is None:
            return seen
        assert len(page.items) == limit


async def test_open_jobs_come_in_pages_from_the_oldest(catalog: Catalog) -> None:
    """Pages of any length give each open job once, also jobs of the same moment."""
    for id, minute, status in (("c", 2, "queued"), ("a", 1, "painting"), ("b", 1, "queued"), ("d", 0, "failed")):
        await catalog.jobs.create(a_job(id, at=minutes_later(minute), status=Status(status)))

    assert [await walk(catalog, limit) for limit in (1, 2, 50)] == [["a", "b", "c"]] * 3


async def test_totals_follow_every_save_of_a_job(catalog: Catalog) -> None:
    """Created, in progress, ended, and deleted jobs change the totals at once."""
    seen = []
    job = await catalog.jobs.create(generation("one", 3, estimated_usd=0.3))
    seen.append(await catalog.jobs.open_totals())
    images = (JobImage(id="i", seed=1, state="stored"), JobImage(id="j", seed=2), JobImage(id="k", seed=3))
    job = await catalog.jobs.replace(job.with_status(Status.PAINTING, now=START, pictures=images, cost_usd=0.1))
    seen.append(await catalog.jobs.open_totals())
    job = await catalog.jobs.replace(job.with_status(Status.FAILED, now=START))
    seen.append(await catalog.jobs.open_totals())
    await catalog.jobs.create(generation("two", 2))
    await catalog.jobs.delete("two")
    seen.append(await catalog.jobs.open_totals())

    one = OpenJobs(jobs=1, generation_jobs=1, images=3, images_left=3, cost_usd=0.3, cost_left_usd=0.3)
    assert seen == [one, one.evolve(images_left=2, cost_left_usd=0.2), OpenJobs(), OpenJobs()]


async def test_totals_of_a_schedule_and_without_some_jobs(catalog: Catalog) -> None:
    """Jobs of other schedules, excluded jobs, and library jobs count only where they should."""
    await catalog.jobs.create(generation("one", 1, schedule_id="daily"))
    await catalog.jobs.create(generation("two", 2, schedule_id="daily"))
    await catalog.jobs.create(generation("three", 4, schedule_id="weekly"))
    await catalog.jobs.create(generation("four", 8))
    await catalog.jobs.create(a_job("export", kind="export"))

    async def images(**only: Any) -> tuple[int, int, int]:
        found = await catalog.jobs.open_totals(**only)
        return found.jobs, found.generation_jobs, found.images_left

    assert await images() == (5, 4, 15)
    assert await images(excluding={"two", "four", "unknown"}) == (3, 2, 5)
    assert await images(schedule_id="daily") == (2, 2, 3)
    assert await images(schedule_id="daily", excluding=["two", "three"]) == (1, 1, 1)
    assert await images(schedule_id="nobody's") == (0, 0, 0)


async def test_positions_count_older_open_generation_jobs(catalog: Catalog) -> None:
    """Ended jobs and library jobs have no place in the queue; jobs of the same moment are in the order of their IDs."""
    jobs = [
        await catalog.jobs.create(generation(id, at=minutes_later(minute), status=Status(status), kind=kind))
        for id, minute, status, kind in (
            ("a", 1, "queued", "generation"),
            ("b", 1, "painting", "generation"),
            ("c", 2, "succeeded", "generation"),
            ("d", 3, "queued", "publish"),
            ("e", 4, "queued", "generation"),
            ("f", 5, "queued", "generation"),
        )
    ]

    assert await catalog.jobs.open_ahead(jobs) == {"a": 0, "b": 1, "c": 2, "d": 2, "e": 2, "f": 3}
    assert await catalog.jobs.open_ahead(jobs[4:]) == {"e": 2, "f": 3}
    assert await catalog.jobs.open_ahead([]) == {}


async def test_positions_far_from_both_ends(tmp_path: Path) -> None:
    """In a long queue, positions at its start, in its middle, and at its end are exact."""
    count = 2 * COUNTED + 50
    jobs = [generation(f"{n:04}", at=minutes_later(n // 3)) for n in range(count)]
    catalog = await open_sqlite(tmp_path / "catalog.sqlite", Clock())
    database = Database(tmp_path / "catalog.sqlite")
    await database.write(partial(save_all, jobs=jobs))
    await database.close()

    found = [await catalog.jobs.open_ahead(jobs[n : n + 20]) for n in (0, COUNTED - 10, COUNTED + 10, count - 20)]
    await catalog.close()

    assert all(place == int(id) for page in found for id, place in page.items())
    assert [len(page) for page in found] == [20] * 4


async def test_open_jobs_of_an_earlier_file_are_counted(tmp_path: Path) -> None:
    """The migration adds open jobs to the totals, and one that it can't read without images, so that it isn't lost."""
    path = tmp_path / "catalog.sqlite"
    catalog = await open_sqlite(path, Clock())
    for n, status in enumerate(Status):
        await catalog.jobs.create(generation(f"{n}", 2, status=status))
    await catalog.close()
    connection = sqlite3.connect(path)
    ((body,),) = connection.execute("SELECT body FROM documents WHERE kind = 'jobs' AND state = 'running'").fetchall()
    connection.execute("UPDATE documents SET body = '{}' WHERE kind = 'jobs' AND state = 'running'")
    for table in ("open_jobs", "open_totals", "audit", "album_places"):
        connection.execute(f"DROP TABLE {table}")
    connection.execute("PRAGMA user_version = 4")
    connection.commit()
    connection.close()

    catalog = await open_sqlite(path, Clock())
    found = await catalog.jobs.open_totals()
    connection = sqlite3.connect(path)
    connection.execute("UPDATE documents SET body = ? WHERE body = '{}'", (body,))
    connection.commit()
    connection.close()
    listed = (await catalog.jobs.open()).items
    await catalog.close()

    assert (found.jobs, found.images_left) == (len(OPEN), 2 * (len(OPEN) - 1))
    assert {job.status for job in listed} == OPEN


def test_the_cost_left_is_what_no_usage_record_contains() -> None:
    """A job's cost is recorded with its first image; a higher cost than estimated replaces the estimate."""
    images = (JobImage(id="i", seed=1, state="stored"), JobImage(id="j", seed=2))
    job = generation("one", 2, estimated_usd=0.5)

    costs = [
        (found.cost_usd, found.cost_left_usd)
        for found in map(
            totals_of,
            (
                job,
                job.evolve(cost_usd=0.2),
                job.evolve(cost_usd=0.2, pictures=images),
                job.evolve(cost_usd=0.7),
                job.evolve(cost_usd=0.7, pictures=images),
                job.evolve(cost_usd=0.2, status=Status.FAILED),
            ),
        )
    ]

    assert costs == [(0.5, 0.5), (0.5, 0.5), (0.5, 0.3), (0.7, 0.7), (0.7, 0.0), (0.0, 0.0)]
