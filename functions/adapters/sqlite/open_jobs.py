"""Table of open jobs with totals per schedule, kept up to date in the transaction of each save of a job.

Costs are in millionths of a US dollar, so that sums of any order are the same.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from functions.adapters.cursors import Cursor
from functions.adapters.sqlite.documents import to_microseconds
from functions.models.job import OPEN, Job
from functions.models.open_jobs import OpenJobs, totals_of

MILLIONTHS = 1_000_000
COUNTED = 200  # older jobs, before newer ones are counted instead

# `schedule` is '' for jobs without a schedule. The name of a total is the same in both tables.
TABLES = (
    """
    CREATE TABLE open_jobs (
        id TEXT NOT NULL PRIMARY KEY,
        created_at INTEGER NOT NULL,
        schedule TEXT NOT NULL,
        generation_jobs INTEGER NOT NULL,
        images INTEGER NOT NULL,
        images_left INTEGER NOT NULL,
        cost INTEGER NOT NULL,
        cost_left INTEGER NOT NULL
    ) WITHOUT ROWID
    """,
    "CREATE INDEX open_jobs_oldest ON open_jobs (created_at, id, generation_jobs)",
    """
    CREATE TABLE open_totals (
        schedule TEXT NOT NULL PRIMARY KEY,
        jobs INTEGER NOT NULL,
        generation_jobs INTEGER NOT NULL,
        images INTEGER NOT NULL,
        images_left INTEGER NOT NULL,
        cost INTEGER NOT NULL,
        cost_left INTEGER NOT NULL
    ) WITHOUT ROWID
    """,
    """
    CREATE TRIGGER open_jobs_inserted AFTER INSERT ON open_jobs BEGIN
        INSERT INTO open_totals VALUES (
            NEW.schedule, 1, NEW.generation_jobs, NEW.images, NEW.images_left, NEW.cost, NEW.cost_left
        )
        ON CONFLICT (schedule) DO UPDATE SET
            jobs = jobs + 1,
            generation_jobs = generation_jobs + NEW.generation_jobs,
            images = images + NEW.images,
            images_left = images_left + NEW.images_left,
            cost = cost + NEW.cost,
            cost_left = cost_left + NEW.cost_left;
    END
    """,
    """
    CREATE TRIGGER open_jobs_deleted AFTER DELETE ON open_jobs BEGIN
        UPDATE open_totals SET
            jobs = jobs - 1,
            generation_jobs = generation_jobs - OLD.generation_jobs,
            images = images - OLD.images,
            images_left = images_left - OLD.images_left,
            cost = cost - OLD.cost,
            cost_left = cost_left - OLD.cost_left
        WHERE schedule = OLD.schedule;
        DELETE FROM open_totals WHERE schedule = OLD.schedule AND jobs = 0;
    END
    """,
)


def fill(connection: sqlite3.Connection) -> None:
    """Add the open jobs of an earlier file.

    A job that this version can't read counts without images and cost until its next save, so that the version that can
    read it finds it among the open jobs.
    """
    rows = connection.execute(
        """
        SELECT body, id, created_at, ifnull(owner, '') FROM documents
        WHERE kind = 'jobs' AND state IN (SELECT value FROM json_each(?))
        """,
        (json.dumps(sorted(OPEN)),),
    ).fetchall()
    for body, *place in rows:
        try:
            job = Job.model_validate_json(body)
        except ValidationError:
            connection.execute("INSERT INTO open_jobs VALUES (?, ?, ?, 0, 0, 0, 0, 0)", place)
        else:
            save(connection, job)


def save(connection: sqlite3.Connection, job: Job) -> None:
    """Save what this job contributes. An ended job is removed."""
    remove(connection, job.id)
    if job.finished:
        return
    own = totals_of(job)
    connection.execute(
        "INSERT INTO open_jobs VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            job.id,
            to_microseconds(job.created_at),
            job.schedule_id or "",
            own.generation_jobs,
            own.images,
            own.images_left,
            round(own.cost_usd * MILLIONTHS),
            round(own.cost_left_usd * MILLIONTHS),
        ),
    )


def remove(connection: sqlite3.Connection, id: str) -> None:
    """Remove a job from the open jobs, if it is one."""
    connection.execute("DELETE FROM open_jobs WHERE id = ?", (id,))


def oldest(connection: sqlite3.Connection, position: Cursor | None, limit: int) -> list[tuple[Any, ...]]:
    """Return the rows of the oldest open jobs after `position`. CROSS JOIN reads the open jobs first, in order."""
    after = (to_microseconds(position.at), position.id) if position else (-1, "")
    return connection.execute(
        """
        SELECT d.body, d.revision, o.created_at, o.id
        FROM open_jobs AS o CROSS JOIN documents AS d ON d.kind = 'jobs' AND d.id = o.id
        WHERE (o.created_at, o.id) > (?, ?) ORDER BY o.created_at, o.id LIMIT ?
        """,
        (*after, limit),
    ).fetchall()


def totals(connection: sqlite3.Connection, *, schedule_id: str | None, excluding: Collection[str]) -> OpenJobs:
    """Return the totals of the library or of one schedule, without the jobs `excluding`."""
    values = {"schedule": schedule_id, "excluding": json.dumps(list(excluding))}
    jobs, generation_jobs, images, images_left, cost, cost_left = connection.execute(
        """
        SELECT
            total(jobs), total(generation_jobs), total(images), total(images_left), total(cost), total(cost_left)
        FROM (
            SELECT * FROM open_totals WHERE :schedule IS NULL OR schedule = :schedule
            UNION ALL
            SELECT schedule, -1, -generation_jobs, -images, -images_left, -cost, -cost_left FROM open_jobs
            WHERE id IN (SELECT value FROM json_each(:excluding)) AND (:schedule IS NULL OR schedule = :schedule)
        )
        """,
        values,
    ).fetchone()
    return OpenJobs(
        jobs=int(jobs),
        generation_jobs=int(generation_jobs),
        images=int(images),
        images_left=int(images_left),
        cost_usd=cost / MILLIONTHS,
        cost_left_usd=cost_left / MILLIONTHS,
    )


def ahead(connection: sqlite3.Connection, jobs: Sequence[Job]) -> Mapping[str, int]:
    """Return the number of older open generation jobs for each of these jobs.

    The first one's is counted from the closer end of the queue, or nearly so; each other one's from the previous one.
    """
    places = sorted((to_microseconds(job.created_at), job.id) for job in jobs)
    if not places:
        return {}
    found: dict[str, int] = {}
    count, start = ahead_of(connection, *places[0]), places[0]
    for at, id in places:
        (more,) = connection.execute(
            """
            SELECT count(*) FROM open_jobs
            WHERE created_at BETWEEN ? AND ? AND (created_at, id) >= (?, ?) AND (created_at, id) < (?, ?)
                AND generation_jobs = 1
            """,
            (start[0], at, *start, at, id),
        ).fetchone()
        count, start = count + int(more), (at, id)
        found[id] = count
    return found


def ahead_of(connection: sqlite3.Connection, at: int, id: str) -> int:
    """Return the number of open generation jobs before this place."""
    (older,) = connection.execute(
        """
        SELECT count(*) FROM (
            SELECT 1 FROM open_jobs WHERE (created_at, id) < (?, ?) AND generation_jobs = 1
            ORDER BY created_at DESC, id DESC LIMIT ?
        )
        """,
        (at, id, COUNTED + 1),
    ).fetchone()
    if older <= COUNTED:
        return int(older)
    (newer,) = connection.execute(
        "SELECT count(*) FROM open_jobs WHERE (created_at, id) >= (?, ?) AND generation_jobs = 1", (at, id)
    ).fetchone()
    return totals(connection, schedule_id=None, excluding=()).generation_jobs - int(newer)
