"""Reads of jobs in SQLite take as many steps with a long queue as with a short one."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from benchmarks.job_records import insert, open_job
from functions.adapters.sqlite import jobs, open_jobs
from functions.adapters.sqlite.schema import migrate
from functions.models.job import Job
from tests.fakes import START

SHORT, LONG = 400, 4_000
PAGE = 20

Read = Callable[[sqlite3.Connection, list[Job]], object]


@pytest.fixture(scope="module")
def catalogs() -> Iterator[list[tuple[sqlite3.Connection, list[Job]]]]:
    """A catalog with a short queue, and one with a long one."""
    made = []
    for count in (SHORT, LONG):
        connection = sqlite3.connect(":memory:", isolation_level=None)
        migrate(connection, Path(":memory:"))
        queue = [open_job(n, ["daily", "weekly"], at=START) for n in range(count)]
        insert(connection, queue)
        made.append((connection, queue))
    yield made
    for connection, _ in made:
        connection.close()


def steps(read: Read, connection: sqlite3.Connection, queue: list[Job]) -> int:
    """Return the number of instructions of SQLite's virtual machine, in tens."""
    taken = 0

    def counted() -> int:
        nonlocal taken
        taken += 1
        return 0

    connection.set_progress_handler(counted, 10)
    read(connection, queue)
    connection.set_progress_handler(None, 0)
    return taken


@pytest.mark.parametrize(
    "read",
    [
        lambda connection, _: jobs.newest(connection, None, None, None, None, PAGE),
        lambda connection, _: open_jobs.oldest(connection, None, PAGE),
        lambda connection, queue: open_jobs.ahead(connection, queue[-PAGE:]),
        lambda connection, queue: open_jobs.ahead(connection, queue[:PAGE]),
        lambda connection, queue: open_jobs.totals(connection, schedule_id=None, excluding=[queue[0].id]),
        lambda connection, queue: open_jobs.totals(connection, schedule_id="daily", excluding=[]),
        lambda connection, queue: open_jobs.save(connection, queue[0].evolve(attempt=2)),
    ],
    ids=["list", "oldest", "positions of the newest", "of the oldest", "totals", "of a schedule", "save"],
)
def test_a_read_takes_the_same_steps_with_ten_times_as_many_open_jobs(
    read: Read, catalogs: list[tuple[sqlite3.Connection, list[Job]]]
) -> None:
    """Lists, positions, totals, and saves don't depend on the number of open jobs."""
    short, long = (steps(read, connection, queue) for connection, queue in catalogs)

    assert 0 < long <= 1.5 * short + 2
