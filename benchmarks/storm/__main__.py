"""Kill and stop the processes of the local product at random, then count what was lost or doubled.

    python -m benchmarks.storm [--minutes 30] [--seed 1] [--json FILE]

Two function hosts on one SQLite catalog, the inference service with the starter model, and Azurite are killed and
stopped while jobs are created, images are rated, and a schedule runs every minute. When no job is open anymore,
everything is counted, the catalog is rebuilt from the storage, and both catalogs are compared. The exit code is 1 if
something was lost or doubled. Losses of a killed Azurite are counted separately.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.storm import census
from benchmarks.storm.census import Line
from benchmarks.storm.faults import drawn, storm
from benchmarks.storm.library import read_catalog, stored_blobs, utc_now
from benchmarks.storm.product import HOSTS, Product
from benchmarks.storm.rebuilt import compare, rebuilt
from benchmarks.storm.work import Record, Users
from benchmarks.table import Row, parser, report
from functions.adapters.azure_storage.blobs import AzureBlobs
from functions.models.job import Status

SETTLE_LIMIT_S = 20 * 60.0
SWEEP_LIMIT_S = 10 * 60.0  # a sweep runs every five minutes
POLL_S = 2.0


async def main() -> int:
    options = parser("Kill and stop processes at random, then count what was lost or doubled.")
    options.add_argument("--minutes", type=float, default=30.0, help="length of the storm (30)")
    options.add_argument("--seed", type=int, default=1, help="of faults and work (1)")
    options.add_argument("--keep", metavar="FOLDER", type=Path, help="store data and logs in FOLDER and keep them")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        lines, rows = await measured((given.keep or Path(temporary)).resolve(), minutes=given.minutes, seed=given.seed)
    rows += [Row(line.name, line.found, note(line)) for line in lines]
    report(rows, given.json)
    broken = [line for line in lines if line.broken]
    for line in broken:
        print(f"Broken: {line.name}: {line.found} {note(line)}")
    return 1 if broken else 0


@dataclass(frozen=True, kw_only=True)
class Course:
    """What happened during the storm, and how long the product took afterwards."""

    faults: Counter[tuple[str, str]]  # by target and kind
    loads: Sequence[float]  # of the machine
    settled_s: float
    left_open: int


async def measured(folder: Path, *, minutes: float, seed: int) -> tuple[list[Line], list[Row]]:
    """Run the storm in `folder`. Return the counts, and the conditions."""
    product = Product(folder, os.environ)
    try:
        await product.start()
        async with Users(product.urls, seed) as users:
            course = await weathered(product, users, minutes=minutes, seed=seed)
        await product.stop_hosts()
        before = await read_catalog(product.catalog)
        stored = await blobs_in(product.connection)
        after, complete = await rebuilt(product.options, product.connection, folder / "rebuilt.sqlite")
    finally:
        await product.stop()
    record = users.record
    for job in before.generation_jobs:
        if job.status == Status.FAILED and job.reason:
            print(f"Failed: {job.id}: {job.reason.message}")
    for text in record.refused:
        print(f"Refused: {text}")
    lines = [
        *census.jobs(before, record.jobs),
        *census.images(before),
        *census.blobs(before, stored, product.acknowledged),
        *census.usage(before),
        *census.schedule(before, record.schedule_id),
        *census.ratings(before, record.ratings),
        Line(name="refused requests", found=len(record.refused), expected=0, broken=len(record.refused)),
        *compare(before, after, stored),
        Line(name="rebuild: unreadable files", found=int(not complete), expected=0, broken=int(not complete)),
    ]
    return lines, [Row("length of the storm", minutes, "min"), *conditions(product, course, record)]


async def weathered(product: Product, users: Users, *, minutes: float, seed: int) -> Course:
    """Work while faults happen, then wait until nothing is left to do."""
    await users.lift_limits()
    await users.start_schedule()
    loads: list[float] = []
    async with asyncio.TaskGroup() as tasks:
        happening = tasks.create_task(storm(product, drawn(seed, minutes * 60)))
        tasks.create_task(users.work(minutes * 60))
        tasks.create_task(watch_load(loads, minutes * 60))
    await users.stop_schedule()
    print("The storm is over.", flush=True)
    settled_s, left = await settle(users)
    await until_swept(product)
    return Course(faults=happening.result(), loads=loads, settled_s=settled_s, left_open=left)


def conditions(product: Product, course: Course, record: Record) -> list[Row]:
    """Return rows of what happened."""
    return [
        *(Row(f"{target}: {kind}", count, "times") for (target, kind), count in sorted(course.faults.items())),
        Row("starts that failed", product.restarts_failed, "times"),
        *(Row(f"HTTP answers {status or 'none'}", count, "") for status, count in sorted(record.answers.items())),
        Row("until no job was open", course.settled_s, "s"),
        Row("open jobs then", course.left_open, ""),
        Row("load of the machine during the storm, lowest", min(course.loads), ""),
        Row("load of the machine during the storm, mean", statistics.fmean(course.loads), ""),
        Row("load of the machine during the storm, highest", max(course.loads), ""),
    ]


async def blobs_in(connection: str) -> Mapping[str, set[str]]:
    blobs = AzureBlobs(connection_string=connection)
    try:
        return await stored_blobs(blobs)
    finally:
        await blobs.close()


async def settle(users: Users) -> tuple[float, int]:
    """Wait until no job is open. Return the seconds, and the open jobs if the limit came first."""
    began = time.monotonic()
    while True:
        left = await users.open_jobs()
        took_s = time.monotonic() - began
        if not left or took_s > SETTLE_LIMIT_S:
            return took_s, left
        await asyncio.sleep(POLL_S)


async def until_swept(product: Product) -> None:
    """Wait until each host has run its sweep once more, which completes what crashes left incomplete."""
    since, deadline = utc_now().isoformat(), time.monotonic() + SWEEP_LIMIT_S
    for number in range(len(HOSTS)):
        file = product.options.folder / f"host{number}" / "host" / "timers.json"
        while True:
            if await asyncio.to_thread(swept_since, file, since):
                break
            if time.monotonic() > deadline:
                raise SystemExit(f"{HOSTS[number]} hasn't run its sweep within {SWEEP_LIMIT_S:g} s.")
            await asyncio.sleep(POLL_S)


def swept_since(file: Path, since: str) -> bool:
    """Return whether the timer file says that a sweep began and ended after this time."""
    status = json.loads(file.read_text(encoding="utf-8")).get("sweep", {})
    return str(status.get("last", "")) > since


async def watch_load(loads: list[float], seconds: float) -> None:
    """Record the load of the machine every few seconds."""
    until = time.monotonic() + seconds
    while not loads or time.monotonic() < until:
        loads.append(os.getloadavg()[0])
        await asyncio.sleep(POLL_S)


def note(line: Line) -> str:
    """Return the note after the number: the expected number, and how many differ from the expectation."""
    expected = "" if line.expected is None else f"of {line.expected:,}" if line.expected else "(none expected)"
    return f"{expected}, {line.broken:,} BROKEN" if line.broken else expected


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
