"""Several processes at one file, and the sudden death of one."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from functions.adapters.sqlite import counts
from functions.adapters.sqlite.catalog import open_sqlite
from functions.models.identity import new_image_ids
from functions.models.image import Image
from functions.ports import Catalog
from functions.search.query import ImageQuery
from tests.catalogs import a_job, an_image
from tests.fakes import START
from tests.present import present

pytestmark = pytest.mark.program

ROOT = Path(__file__).parents[3]


async def opened(path: Path, **options: float) -> Catalog:
    return await open_sqlite(path, lambda: START, **options)


async def test_two_openers_of_a_new_file_agree(tmp_path: Path) -> None:
    """Processes that start at once make the tables once."""
    path = tmp_path / "catalog.sqlite"

    catalogs = await asyncio.gather(*(opened(path) for _ in range(6)))
    await asyncio.gather(*(catalog.jobs.create(a_job(f"job-{n}")) for n, catalog in enumerate(catalogs)))

    assert len((await catalogs[0].jobs.page()).items) == 6
    await asyncio.gather(*(catalog.close() for catalog in catalogs))


CREATOR = """
import asyncio, sys
from pathlib import Path
from functions.adapters.sqlite.catalog import open_sqlite
from functions.errors import AlreadyExists
from tests.catalogs import an_image
from tests.fakes import START

async def main():
    path, who, ids = sys.argv[1], sys.argv[2], sys.argv[3:]
    catalog = await open_sqlite(path, lambda: START)
    print("ready", flush=True)
    sys.stdin.readline()
    for id in ids:
        try:
            await catalog.images.create(an_image(id=id, created_by=who, tags=(who,)))
        except AlreadyExists:
            continue
        print(id, flush=True)
    await catalog.close()

asyncio.run(main())
"""


def creator(path: Path, who: str, ids: tuple[str, ...]) -> subprocess.Popen[str]:
    """Start a process that creates these images when signaled, and prints those it created."""
    return subprocess.Popen(
        [sys.executable, "-c", CREATOR, str(path), who, *ids],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


async def test_two_processes_share_the_ids_between_them(tmp_path: Path) -> None:
    """Of two processes that create the same images at once, exactly one wins each."""
    path = tmp_path / "catalog.sqlite"
    ids = new_image_ids(START, 60)

    with creator(path, "one", ids) as one, creator(path, "two", ids[::-1]) as two:
        for process in (one, two):
            assert present(process.stdout).readline() == "ready\n"
        for process in (one, two):
            present(process.stdin).write("go\n")
            present(process.stdin).flush()
        won = {who: process.communicate(timeout=60)[0].split() for who, process in (("one", one), ("two", two))}

    assert sorted(won["one"] + won["two"]) == sorted(ids)
    catalog = await opened(path)
    current = await catalog.images.search(ImageQuery(), limit=100)
    assert [image.id for image in current] == list(ids[::-1])
    assert {image.id for image in current if image.created_by == "one"} == set(won["one"])
    assert dict(await catalog.images.tag_counts("2026-11")) == {who: len(found) for who, found in won.items() if found}
    await catalog.close()


async def test_death_in_the_middle_leaves_whole_images(tmp_path: Path) -> None:
    """A process killed during a save leaves every reported image indexed and counted."""
    path = tmp_path / "catalog.sqlite"
    ids = new_image_ids(START, 3000)

    with creator(path, "one", ids) as process:
        present(process.stdin).write("go\n")
        present(process.stdin).flush()
        reported = [present(process.stdout).readline().strip() for _ in range(40)][1:]
        process.send_signal(signal.SIGKILL)
        # Not `communicate`, which would not see the lines that wait in the reader already.
        reported += present(process.stdout).read().split()

    catalog = await opened(path)
    current = await catalog.images.search(ImageQuery(tags=("one",)), limit=3000)
    assert 0 <= len(current) - len(reported) <= 1
    assert {image.id for image in current} >= set(reported)
    assert dict(await catalog.images.tag_counts("2026-11")) == {"one": len(current)}
    await catalog.images.create(an_image(id=ids[-1]))
    await catalog.close()
    check(path, current)


def check(path: Path, current: Sequence[Image]) -> None:
    """Assert that the file is valid, and that index and counts agree with the images."""
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.execute("INSERT INTO image_index (image_index) VALUES ('integrity-check')")
    bodies = connection.execute("SELECT body FROM images").fetchall()
    expected: Counter[counts.CountKey] = Counter()
    for (body,) in bodies:
        expected.update(counts.counts_of(Image.model_validate_json(body)))
    stored = {tuple(row[:3]): row[3] for row in connection.execute("SELECT kind, month, name, n FROM counts")}
    connection.close()
    assert len(bodies) >= len(current)
    assert stored == dict(expected)
