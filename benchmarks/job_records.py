"""Open jobs for benchmarks, written in bulk."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta

from functions.adapters.sqlite import open_jobs
from functions.adapters.sqlite.documents import next_revision, to_microseconds
from functions.models.identity import new_image_id
from functions.models.job import GenerationRequest, Job


def open_job(number: int, schedules: Sequence[str], *, at: datetime) -> Job:
    """Return a queued job of the hours before `at`. Every other one belongs to one of the schedules."""
    created_at = at - timedelta(hours=6) + timedelta(milliseconds=100 * number)
    return Job(
        id=new_image_id(created_at),
        created_by="benchmark",
        created_at=created_at,
        updated_at=created_at,
        request=GenerationRequest(theme="owls"),
        schedule_id=schedules[number // 2 % len(schedules)] if number % 2 else None,
        not_before=created_at,
        sent_at=created_at,
    )


def insert(connection: sqlite3.Connection, jobs: Sequence[Job]) -> None:
    """Save these jobs in the caller's transaction, as the catalog does one by one."""
    for job in jobs:
        connection.execute(
            """
            INSERT INTO documents (kind, id, revision, owner, state, created_at, body)
            VALUES ('jobs', ?, ?, ?, ?, ?, ?)
            """,
            (
                job.id,
                next_revision(connection),
                job.schedule_id,
                job.status,
                to_microseconds(job.created_at),
                job.model_dump_json(),
            ),
        )
        open_jobs.save(connection, job)
