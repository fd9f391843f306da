"""Jobs in Cosmos DB, which deletes them 400 days after they end."""

from __future__ import annotations

import asyncio
import bisect
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from functions.adapters.cosmos.database import Item
from functions.adapters.cosmos.documents import CosmosStore, cursor_at
from functions.adapters.cursors import Cursor, fixed_width
from functions.models.job import OPEN, Job, JobKind, Status
from functions.models.open_jobs import OpenJobs, totals_of
from functions.ports import Page

RETENTION_S = 400 * 24 * 60 * 60
OLDER = "(c.created_at < @moment OR (c.created_at = @moment AND c.id < @id))"
NEWER = "(c.created_at > @moment OR (c.created_at = @moment AND c.id > @id))"


class CosmosJobs(CosmosStore[Job]):
    """Jobs by ID, and lists of jobs."""

    async def open(self, *, cursor: str | None = None, limit: int = 200) -> Page[Job]:
        condition, values = one_of("status", OPEN)
        if cursor is not None:
            position = Cursor.read(cursor)
            condition += f" AND {NEWER}"
            values |= {"moment": fixed_width(position.at), "id": position.id}
        items = await self._container.query(
            f"SELECT TOP {limit + 1} * FROM c WHERE {condition} ORDER BY c.created_at ASC, c.id ASC",  # noqa: S608
            values,
            page=limit + 1,
        )
        following = cursor_at(items[limit - 1], "created_at") if len(items) > limit else None
        return Page(items=self._read_all(items[:limit]), next_cursor=following)

    async def open_totals(self, *, schedule_id: str | None = None, excluding: Collection[str] = ()) -> OpenJobs:
        condition, values = one_of("status", OPEN)
        if schedule_id is not None:
            condition += " AND c.schedule_id = @schedule"
            values["schedule"] = schedule_id
        if excluding:
            condition += " AND NOT ARRAY_CONTAINS(@excluding, c.id)"
            values["excluding"] = sorted(excluding)

        async def total(field: str) -> float:
            # One query for each sum, because the SDK combines the results of partitions for a single one only.
            found = await self._container.query(
                f"SELECT VALUE SUM(c.open.{field}) FROM c WHERE {condition} AND IS_DEFINED(c.open)",  # noqa: S608
                values,
            )
            return math.fsum(part for part in found if isinstance(part, int | float))

        sums = await asyncio.gather(*(total(field) for field in OpenJobs.model_fields))
        return OpenJobs.model_validate(
            {field: round(found, 6) for field, found in zip(OpenJobs.model_fields, sums, strict=True)}
        )

    async def open_ahead(self, jobs: Sequence[Job]) -> Mapping[str, int]:
        """Return the number of older open generation jobs for each of these jobs.

        The jobs before the oldest one are only counted; from there to the newest one, their positions are read.
        """
        if not jobs:
            return {}
        places = sorted((fixed_width(job.created_at), job.id) for job in jobs)
        condition, values = one_of("status", OPEN)
        condition += " AND c.kind = 'generation'"
        first, last = places[0], places[-1]
        start = {"moment": first[0], "id": first[1]}
        before, between = await asyncio.gather(
            self._container.query(f"SELECT VALUE COUNT(1) FROM c WHERE {condition} AND {OLDER}", values | start),  # noqa: S608
            self._container.query(
                f"SELECT c.created_at, c.id FROM c WHERE {condition} "  # noqa: S608
                "AND c.created_at >= @first AND c.created_at <= @last",
                values | {"first": first[0], "last": last[0]},
            ),
        )
        known = sorted(place for item in between if (place := (item["created_at"], item["id"])) >= first)
        return {id: sum(before) + bisect.bisect_left(known, (at, id)) for at, id in places}

    async def page(
        self,
        *,
        statuses: frozenset[Status] | None = None,
        kinds: frozenset[JobKind] | None = None,
        schedule_id: str | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[Job]:
        conditions = ["true"]
        values: dict[str, Any] = {}
        for field, wanted in (("status", statuses), ("kind", kinds)):
            if wanted is not None:
                condition, bound = one_of(field, wanted)
                conditions.append(condition)
                values |= bound
        if schedule_id is not None:
            conditions.append("c.schedule_id = @schedule")
            values["schedule"] = schedule_id
        if cursor is not None:
            position = Cursor.read(cursor)
            conditions.append(OLDER)
            values |= {"moment": fixed_width(position.at), "id": position.id}
        items = await self._container.query(
            f"SELECT TOP {limit + 1} * FROM c WHERE {' AND '.join(conditions)} "  # noqa: S608
            "ORDER BY c.created_at DESC, c.id DESC",
            values,
            page=limit + 1,
        )
        following = cursor_at(items[limit - 1], "created_at") if len(items) > limit else None
        return Page(items=self._read_all(items[:limit]), next_cursor=following)

    def _item(self, document: Job) -> Item:
        item = document.body() | {"created_at": fixed_width(document.created_at)}
        return item | ({"ttl": RETENTION_S} if document.finished else {"open": totals_of(document).model_dump()})


def one_of(field: str, wanted: Iterable[str]) -> tuple[str, dict[str, Any]]:
    """Return a condition that uses the index, and its parameters."""
    values: dict[str, Any] = {f"{field}{n}": str(value) for n, value in enumerate(sorted(wanted))}
    names = ", ".join(f"@{name}" for name in values)
    return (f"c.{field} IN ({names})" if values else "false"), values
