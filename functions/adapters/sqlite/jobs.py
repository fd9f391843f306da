"""Jobs in SQLite by age, status, and schedule."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from functions.adapters.cursors import Cursor
from functions.adapters.sqlite import open_jobs
from functions.adapters.sqlite.documents import SqliteDocuments, cursor_at, to_microseconds
from functions.models.job import FINISHED, Job, JobKind, Status
from functions.models.open_jobs import OpenJobs
from functions.ports import Page

RETENTION = timedelta(days=400)
DELIVERY_RETENTION = timedelta(days=30)


class SqliteJobs(SqliteDocuments[Job]):
    """Jobs by ID, and lists of jobs."""

    kind = "jobs"

    async def open(self, *, cursor: str | None = None, limit: int = 200) -> Page[Job]:
        position = Cursor.read(cursor) if cursor is not None else None

        def work(connection: sqlite3.Connection) -> Page[Job]:
            rows = open_jobs.oldest(connection, position, limit + 1)
            following = cursor_at(rows[limit - 1]) if len(rows) > limit else None
            return Page(items=self._read_all(rows[:limit]), next_cursor=following)

        return await self._database.read(work)

    async def open_totals(self, *, schedule_id: str | None = None, excluding: Collection[str] = ()) -> OpenJobs:
        return await self._database.read(
            lambda connection: open_jobs.totals(connection, schedule_id=schedule_id, excluding=excluding)
        )

    async def open_ahead(self, jobs: Sequence[Job]) -> Mapping[str, int]:
        return await self._database.read(lambda connection: open_jobs.ahead(connection, jobs))

    async def page(
        self,
        *,
        statuses: frozenset[Status] | None = None,
        kinds: frozenset[JobKind] | None = None,
        schedule_id: str | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[Job]:
        position = Cursor.read(cursor) if cursor is not None else None

        def work(connection: sqlite3.Connection) -> Page[Job]:
            rows = newest(connection, statuses, kinds, schedule_id, position, limit + 1)
            following = cursor_at(rows[limit - 1]) if len(rows) > limit else None
            return Page(items=self._read_all(rows[:limit]), next_cursor=following)

        return await self._database.read(work)

    def _after_save(self, connection: sqlite3.Connection, document: Job) -> None:
        open_jobs.save(connection, document)

    def _after_delete(self, connection: sqlite3.Connection, id: str) -> None:
        open_jobs.remove(connection, id)

    def _owner(self, document: Job) -> str | None:
        return document.schedule_id

    def _state(self, document: Job) -> str | None:
        return document.status


def newest(
    connection: sqlite3.Connection,
    statuses: frozenset[Status] | None,
    kinds: frozenset[JobKind] | None,
    schedule_id: str | None,
    position: Cursor | None,
    limit: int,
) -> list[tuple[Any, ...]]:
    """Return the rows of the newest jobs before `position`.

    If only statuses are given, each status has its own query on the index, so that the cost doesn't depend on the
    number of jobs with other statuses.
    """
    apart: Sequence[Status | None] = sorted(statuses) if statuses is not None and schedule_id is None else [None]
    if kinds is not None and not kinds:
        return []
    # Without INDEXED BY, SQLite would sort all jobs.
    documents = "documents" if schedule_id is not None or statuses is not None else "documents INDEXED BY jobs_newest"
    queries: list[str] = []
    values: list[Any] = []
    for status in apart:
        conditions = ["kind = 'jobs'"]
        if schedule_id is not None:
            conditions.append("owner = ?")
            values.append(schedule_id)
        if status is not None:
            conditions.append("state = ?")
            values.append(status)
        elif statuses is not None:
            conditions.append(f"state IN ({marks(len(statuses))})")
            values += sorted(statuses)
        if kinds is not None:
            conditions.append(f"json_extract(body, '$.kind') IN ({marks(len(kinds))})")
            values += sorted(kinds)
        if position is not None:
            conditions.append("(created_at, id) < (?, ?)")
            values += [to_microseconds(position.at), position.id]
        values.append(limit)
        queries.append(
            f"""
            SELECT * FROM (
                SELECT body, revision, created_at, id FROM {documents}
                WHERE {" AND ".join(conditions)} ORDER BY created_at DESC, id DESC LIMIT ?
            )
            """  # noqa: S608  conditions are spelled out above, values are bound
        )
    if not queries:
        return []
    found = connection.execute(
        f"{' UNION ALL '.join(queries)} ORDER BY created_at DESC, id DESC LIMIT ?",
        [*values, limit],
    )
    return found.fetchall()


def delete_old(connection: sqlite3.Connection, now: datetime) -> None:
    """Delete old jobs and deliveries.

    Their age is that of their creation, because none takes more than a few days.
    """
    connection.execute(
        "DELETE FROM documents WHERE kind = 'deliveries' AND created_at < ?",
        [to_microseconds(now - DELIVERY_RETENTION)],
    )
    connection.execute(
        f"DELETE FROM documents WHERE kind = 'jobs' AND created_at < ? AND state IN ({marks(len(FINISHED))})",  # noqa: S608
        [to_microseconds(now - RETENTION), *sorted(FINISHED)],
    )


def marks(count: int) -> str:
    """Return the placeholders for this number of values."""
    return ", ".join("?" * count)
