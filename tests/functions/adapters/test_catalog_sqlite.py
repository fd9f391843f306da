"""SQLite only: locks, full disks, damaged files, and unusual paths."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from functions.adapters.sqlite.catalog import open_sqlite
from functions.adapters.sqlite.database import Database
from functions.adapters.sqlite.images import SqliteImages
from functions.adapters.sqlite.jobs import SqliteJobs
from functions.errors import AlreadyExists, NotFound, SettingsError, Unavailable
from functions.models.identity import new_image_ids
from functions.models.image import Image
from functions.models.job import Job, Status
from functions.ports import Catalog
from functions.search.query import ImageQuery
from tests.catalogs import a_job, an_image, minutes_later
from tests.fakes import START


async def opened(path: Path, **options: float) -> Catalog:
    return await open_sqlite(path, lambda: START, **options)


async def test_reopened_file_has_everything(tmp_path: Path) -> None:
    """A reopened file contains all documents and ETags, and missing folders are created."""
    path = tmp_path / "deep" / "er" / "catalog.sqlite"
    first = await opened(path)
    image = await first.images.create(an_image())
    job = await first.jobs.create(a_job("one"))
    _, token = await first.images.changed(None)
    await first.close()

    second = await opened(path)

    assert await second.images.search(ImageQuery()) == [image]
    assert await second.jobs.get("one") == job
    assert list((await second.images.changed(token))[0]) == []
    await second.images.replace(image.evolve(favourite=True))
    assert len((await second.images.changed(token))[0]) == 1
    await second.close()


async def test_jobs_are_forgotten_400_days_after_they_ended(tmp_path: Path) -> None:
    """Opening the file deletes jobs that ended long ago and keeps open ones."""
    path = tmp_path / "catalog.sqlite"
    first = await opened(path)
    long_ago = START - timedelta(days=401)
    await first.jobs.create(a_job("ended", at=long_ago, status=Status.SUCCEEDED, finished_at=long_ago))
    await first.jobs.create(a_job("open", at=long_ago))
    await first.jobs.create(a_job("recent", at=START - timedelta(days=399), status=Status.FAILED))
    await first.close()

    second = await opened(path)

    assert {job.id for job in (await second.jobs.page()).items} == {"open", "recent"}
    await second.close()


async def test_locked_file_is_unavailable_and_blocks_no_reads(tmp_path: Path) -> None:
    """While another program locks the file, saves fail and reads succeed without blocking."""
    path = tmp_path / "catalog.sqlite"
    catalog = await opened(path, busy_timeout_s=2)
    image = await catalog.images.create(an_image())
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    saving = asyncio.create_task(catalog.images.replace(image.evolve(favourite=True)))
    ticks = 0
    while not saving.done():
        assert await catalog.images.get(image.id) == image
        ticks += 1
        await asyncio.sleep(0.01)
    with pytest.raises(Unavailable, match="locked") as caught:
        await saving
    other.execute("ROLLBACK")
    other.close()

    assert caught.value.retryable
    assert str(path) in caught.value.message
    assert ticks > 3
    assert (await catalog.images.replace(image.evolve(favourite=True))).favourite
    await catalog.close()


async def test_save_waits_for_a_short_lock(tmp_path: Path) -> None:
    """A lock that ends in time is not noticed."""
    path = tmp_path / "catalog.sqlite"
    await (await opened(path)).close()
    database = Database(path, busy_timeout_s=60)
    images = SqliteImages(database)
    begun = threading.Event()

    def output(statement: str) -> None:
        if statement == "BEGIN IMMEDIATE":
            begun.set()

    await database.prepare(lambda connection: connection.set_trace_callback(output))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    saving = asyncio.create_task(images.create(an_image()))
    assert await asyncio.to_thread(begun.wait, 60)
    assert not saving.done()
    other.execute("ROLLBACK")
    other.close()
    await saving

    assert await images.count(ImageQuery()) == 1
    await database.close()


async def test_full_disk_is_unavailable_and_loses_nothing(tmp_path: Path) -> None:
    """A save that finds no space fails whole; with space again it succeeds."""
    path = tmp_path / "catalog.sqlite"
    await (await opened(path)).close()
    database = Database(path)
    images = SqliteImages(database)

    def pages(connection: sqlite3.Connection, most: int | None) -> int:
        (now,) = connection.execute("PRAGMA page_count").fetchone()
        return connection.execute(f"PRAGMA max_page_count = {most or now + 4}").fetchone()[0]

    await database.write(lambda connection: pages(connection, None))
    saved: list[Image] = []

    async def save_on() -> None:
        for n in range(500):
            saved.append(await images.create(an_image(at=minutes_later(n))))

    with pytest.raises(Unavailable, match="disk is full") as caught:
        await save_on()
    assert caught.value.retryable
    assert list(await images.search(ImageQuery(), limit=500)) == saved[::-1]
    assert sum((await images.day_counts("2026-11")).values()) == len(saved)

    await database.write(lambda connection: pages(connection, 1_000_000))
    saved.append(await images.create(an_image(at=minutes_later(len(saved)))))
    assert list(await images.search(ImageQuery(), limit=500)) == saved[::-1]
    await database.close()


@pytest.mark.parametrize(
    "content", [b"This is a shopping list, not a database. " * 500, b"SQLite format 3\0" + b"\xff" * 8000]
)
async def test_file_that_is_no_database_is_a_wrong_setting(tmp_path: Path, content: Any) -> None:
    """Another kind of file is rejected by name and stays unchanged."""
    path = tmp_path / "catalog.sqlite"
    path.write_bytes(content)

    with pytest.raises(SettingsError, match="corrupted or isn't an SQLite database") as caught:
        await opened(path)

    assert str(path) in caught.value.message
    assert path.read_bytes() == content


async def test_damage_inside_is_reported_by_the_call_that_meets_it(tmp_path: Path) -> None:
    """A page that was overwritten makes its readers fail with the same sentence."""
    path = tmp_path / "catalog.sqlite"
    catalog = await opened(path)
    for n in range(200):
        await catalog.images.create(an_image(at=minutes_later(n)))
    await catalog.close()
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096 * 2)
        file.write(b"\xee" * (size - 4096 * 2))

    async def read_all() -> None:
        damaged = await opened(path)
        try:
            await damaged.images.search(ImageQuery(), limit=200)
        finally:
            await damaged.close()

    with pytest.raises(SettingsError, match="corrupted"):
        await read_all()


async def test_file_of_a_newer_version_is_rejected(tmp_path: Path) -> None:
    """A file of a newer version is not opened."""
    path = tmp_path / "catalog.sqlite"
    with sqlite3.connect(path) as newer:
        newer.execute("PRAGMA user_version = 999")
    newer.close()

    with pytest.raises(SettingsError, match="newer version"):
        await opened(path)


async def test_place_that_cannot_hold_a_file_is_a_wrong_setting(tmp_path: Path) -> None:
    """A folder in the place of the file, or a file in the place of its folder, names SQLITE_PATH."""
    (tmp_path / "file").write_text("x")

    for path in (tmp_path, tmp_path / "file" / "catalog.sqlite"):
        with pytest.raises(SettingsError, match="SQLITE_PATH"):
            await opened(path)


async def test_closing_waits_for_what_runs(tmp_path: Path) -> None:
    """A started save completes before the file is closed, and no write-ahead log remains."""
    path = tmp_path / "catalog.sqlite"
    catalog = await opened(path)
    saving = [asyncio.create_task(catalog.images.create(an_image(at=minutes_later(n)))) for n in range(20)]
    await asyncio.sleep(0)

    await catalog.close()
    await asyncio.gather(*saving)

    again = await opened(path)
    assert await again.images.count(ImageQuery()) == 20
    await again.close()
    files = await asyncio.to_thread(lambda: [file.name for file in tmp_path.iterdir()])
    assert files == ["catalog.sqlite"]


async def test_crowded_millisecond_spreads_out(tmp_path: Path) -> None:
    """Positions without a gap between them are spread, and the images keep their ETags and search words."""
    catalog = await opened(tmp_path / "catalog.sqlite")
    first, *between, last = new_image_ids(START, 12)
    edges = [await catalog.images.create(an_image(id=id, tags=(id.lower(),))) for id in (first, last)]
    begun = time.perf_counter()

    for id in between[::-1]:
        await catalog.images.create(an_image(id=id, tags=(id.lower(),)))

    ids = [first, *between, last]
    assert [image.id for image in await catalog.images.search(ImageQuery())] == ids[::-1]
    for edge in edges:
        assert await catalog.images.get(edge.id) == edge
    for id in ids:
        assert [image.id for image in await catalog.images.search(ImageQuery(tags=(id.lower(),)))] == [id]
    with pytest.raises(AlreadyExists):
        await catalog.images.create(an_image(id=first))
    for id in ids[::2]:
        await catalog.images.delete(id)
    assert [image.id for image in await catalog.images.search(ImageQuery())] == ids[1::2][::-1]
    with pytest.raises(NotFound):
        await catalog.images.get(first)
    assert time.perf_counter() - begun < 30
    await catalog.close()


async def test_query_of_very_many_words_is_answered(tmp_path: Path) -> None:
    """A very long query with many exclusions stays within the limits of the index."""
    catalog = await opened(tmp_path / "catalog.sqlite")
    words = [f"word{n}" for n in range(300)]
    image = await catalog.images.create(an_image(prompt=" ".join(words)))
    others = tuple(f"other{n}" for n in range(300))

    for terms, without in ((words, others), (words[:50], others[:50]), (words[:21], others[:21]), (words, ())):
        query = ImageQuery(terms=tuple(terms), without_terms=tuple(without))
        assert await catalog.images.search(query) == [image]
    absent: list[tuple[tuple[str, ...], tuple[str, ...]]] = [
        ((*words, "nope"), ()),
        (tuple(words), ("nope", *others, "word7")),
        ((), ("word299",)),
    ]
    for included, excluded in absent:
        query = ImageQuery(terms=included, without_terms=excluded)
        assert await catalog.images.search(query) == []
    await catalog.close()


async def test_documents_are_on_the_disk_when_they_are_saved(tmp_path: Path) -> None:
    """Jobs and other documents are written through to the disk, so that a power failure resets none; images aren't."""
    path = tmp_path / "catalog.sqlite"
    await (await opened(path)).close()
    database = Database(path)
    jobs, images = SqliteJobs(database, Job), SqliteImages(database)
    begun: list[str] = []

    def note(statement: str) -> None:
        if statement.startswith("PRAGMA synchronous"):
            begun.append(statement.rsplit(maxsplit=1)[-1])

    await database.prepare(lambda connection: connection.set_trace_callback(note))
    job = await jobs.create(a_job("one"))
    await jobs.replace(job)
    await jobs.delete("one")
    await images.create(an_image())
    await database.close()

    assert begun == ["FULL", "FULL", "FULL", "NORMAL"]
