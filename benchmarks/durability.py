"""Measure what it costs that a saved job survives a power failure (`synchronous=FULL` instead of `NORMAL`).

    python -m benchmarks.durability [--jobs N] [--folder FOLDER] [--json FILE]

Each save is a complete transaction of the SQLite catalog with one job document. The two kinds take turns in batches, so
that other load meets both. FOLDER must be on the disk to measure, not on a RAM disk.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from benchmarks.job_records import insert, open_job
from benchmarks.table import Row, parser, report
from functions.adapters.sqlite.catalog import open_sqlite
from functions.adapters.sqlite.database import Database
from functions.models.job import Job

BATCH = 50
START = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
NAMES = {True: "synchronous=FULL", False: "synchronous=NORMAL"}


async def main() -> None:
    options = parser("What it costs that a saved job survives a power failure.")
    options.add_argument("--jobs", type=int, default=2_000, metavar="N", help="how many jobs of each kind (2,000)")
    options.add_argument("--folder", default=".", help="where the catalog is created (the current folder)")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        path = Path(folder) / "catalog.sqlite"
        await (await open_sqlite(path, lambda: START)).close()
        database = Database(path)
        try:
            rows = figures(await measure(database, given.jobs))
        finally:
            await database.close()
    # With a load above the number of cores, the figures include the time that the benchmark waited for a core.
    rows.append(Row("machine load during the measurement", os.getloadavg()[0], ""))
    report(rows, given.json)


async def measure(database: Database, count: int) -> dict[bool, list[float]]:
    """Save this number of jobs durably and as many not durably. Return the milliseconds of each save, by durability."""
    took: dict[bool, list[float]] = {True: [], False: []}
    jobs = [open_job(number, ["schedule"], at=START) for number in range(2 * count)]
    for at in range(0, len(jobs), BATCH):
        durable = at // BATCH % 2 == 0
        took[durable] += await timed(database, jobs[at : at + BATCH], durable=durable)
    return took


async def timed(database: Database, jobs: Sequence[Job], *, durable: bool) -> list[float]:
    """Save these jobs one by one and return the milliseconds of each."""
    found = []
    for job in jobs:
        begun = time.perf_counter()
        await database.write(partial(insert, jobs=[job]), durable=durable)
        found.append((time.perf_counter() - begun) * 1000)
    return found


def figures(took: dict[bool, list[float]]) -> list[Row]:
    """Return median and 95th percentile of both kinds, and how the medians compare."""
    rows = []
    for durable, name in NAMES.items():
        rows.append(Row(f"{name}: p50", statistics.median(took[durable]), "ms"))
        rows.append(Row(f"{name}: p95", statistics.quantiles(took[durable], n=20)[-1], "ms"))
    full, normal = (statistics.median(took[durable]) for durable in NAMES)
    return [
        *rows,
        Row("FULL compared with NORMAL", full / normal, ""),
        Row("a durable save takes longer by", full - normal, "ms"),
    ]


if __name__ == "__main__":
    asyncio.run(main())
