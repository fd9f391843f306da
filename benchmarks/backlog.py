"""Measure requests, planning, and lists with 10 to 50,000 open jobs in the SQLite catalog, then work off a queue.

    python -m benchmarks.backlog [--drain N] [--json FILE]

Times are the median of 25 calls, of the processor in all threads of this process, so that other load changes them
little. Half of the open jobs belong to twenty schedules. Blobs and queues are in memory; prompts and images come at
once.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from benchmarks.instant_services import InstantServices, Messages
from benchmarks.job_records import insert, open_job
from benchmarks.table import Row, parser, report
from functions.adapters.sqlite.catalog import open_sqlite
from functions.adapters.sqlite.database import Database
from functions.models.caller import Caller
from functions.models.job import GenerationRequest
from functions.models.library import Limits
from functions.models.schedule import IntervalTiming, ScheduleDraft
from functions.services import library_settings
from functions.services.dependencies import Dependencies
from functions.services.jobs.queue_positions import queue_positions
from functions.services.jobs.submit import submit
from functions.services.maintenance import follow_up
from functions.services.reports.stats import stats
from functions.services.schedules import schedules
from functions.services.schedules.planner import plan_due_work
from functions.services.update import update

SIZES = (10, 100, 1_000, 5_000, 20_000, 50_000)
SCHEDULES = 20
REPEATS = 25
BATCH = 5_000
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CALLER = Caller.of_key("benchmark", role="editor")
REQUEST = GenerationRequest(theme="owls")
UNLIMITED = Limits(images_per_day=1_000_000, images_per_month=1_000_000)


class Clock:
    """The time, which only the benchmark moves."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


async def main() -> None:
    options = parser("How requests, planning, and lists depend on the number of open jobs.")
    options.add_argument("--drain", type=int, default=5_000, metavar="N", help="how many jobs to work off (5,000)")
    given = options.parse_args()
    rows: list[Row] = []
    smallest: dict[str, float] = {}
    for size in SIZES:
        for name, ms in (await measured(size)).items():
            rows.append(Row(f"{name}, {size:,} open jobs", ms, "ms"))
            ratio = ms / smallest.setdefault(name, ms)
            rows.append(Row(f"{name}, {size:,} open jobs, compared with {SIZES[0]}", ratio, "x"))
            print(f"{rows[-2].name}: {ms:.2f} ms, {ratio:.2f} x", flush=True)
    rows += await drained(given.drain)
    # Above the number of cores, figures tell how long the machine kept the benchmark waiting.
    rows.append(Row("machine load during the measurement", os.getloadavg()[0], ""))
    report(rows, given.json)


async def measured(size: int) -> dict[str, float]:
    """Return the processor time of each operation in milliseconds, in a new catalog with this many open jobs."""
    with tempfile.TemporaryDirectory() as folder:
        deps, clock = await library(Path(folder))
        ids = [(await schedules.create(deps, draft(n), caller=CALLER)).id for n in range(SCHEDULES)]
        database = Database(Path(folder) / "catalog.sqlite")
        for first in range(0, size, BATCH):
            batch = [open_job(n, ids, at=START) for n in range(first, min(first + BATCH, size))]
            await database.write(partial(insert, jobs=batch))
        await database.close()

        async def tick() -> None:
            clock.now += timedelta(minutes=1)
            await plan_due_work(deps)

        async def listed() -> None:
            page = await deps.catalog.jobs.page(limit=50)
            await queue_positions(deps, page.items)

        found = {
            "submit": await timed(lambda: submit(deps, REQUEST, caller=CALLER, idempotency_key=None)),
            "tick with 20 due schedules": await timed(tick),
            "stats": await timed(lambda: stats(deps)),
            "list of 50 jobs with queue positions": await timed(listed),
        }
        await deps.catalog.close()
        return found


async def drained(count: int) -> list[Row]:
    """Return how long it takes to create this many jobs and to work them off."""
    with tempfile.TemporaryDirectory() as folder:
        deps, clock = await library(Path(folder))
        begun = time.perf_counter()
        for _ in range(count):
            await submit(deps, REQUEST, caller=CALLER, idempotency_key=None)
        created_s = time.perf_counter() - begun
        queue = deps.generation_queue
        assert isinstance(queue, Messages)
        tenth, shares = max(1, count // 10), []
        begun = time.perf_counter()
        used = time.process_time()
        for done, message in enumerate(queue.take_all(), start=1):
            clock.now += timedelta(milliseconds=10)
            await follow_up.work(deps, message)
            if done % tenth == 0:
                shares.append((time.process_time() - used) * 1000 / tenth)
                used = time.process_time()
                print(f"{done:,} jobs after {time.perf_counter() - begun:.0f} s", flush=True)
        drained_s = time.perf_counter() - begun
        totals = await stats(deps)
        await deps.catalog.close()
        return [
            Row(f"{count:,} jobs created", count / created_s, "jobs/s"),
            Row(f"{count:,} jobs worked off", count / drained_s, "jobs/s"),
            Row("processor time of a job, first tenth", shares[0], "ms"),
            Row("processor time of a job, last tenth", shares[-1], "ms"),
            Row("images afterwards", totals.images, ""),
            Row("open jobs afterwards", totals.jobs_open, ""),
        ]


async def library(folder: Path) -> tuple[Dependencies, Clock]:
    """Return the dependencies of a new library without limits, and their clock."""
    clock = Clock()
    catalog = await open_sqlite(folder / "catalog.sqlite", clock)
    deps = InstantServices(clock).dependencies(catalog)
    await library_settings.profile(deps)
    await update(catalog.settings, library_settings.SETTINGS_ID, lambda stored: stored.evolve(limits=UNLIMITED))
    return deps, clock


def draft(number: int) -> ScheduleDraft:
    """Return a schedule that is due every minute."""
    return ScheduleDraft(name=f"Owls {number}", theme="owls", timing=IntervalTiming(minutes=1), overlap="allow")


async def timed(work: Callable[[], Awaitable[object]]) -> float:
    """Return the median processor time of a call in milliseconds."""
    await work()
    times = []
    for _ in range(REPEATS):
        begun = time.process_time()
        await work()
        times.append((time.process_time() - begun) * 1000)
    return statistics.median(times)


if __name__ == "__main__":
    asyncio.run(main())
