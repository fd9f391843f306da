"""Jobs in Cosmos DB, which deletes them 400 days after they end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from functions.adapters.cosmos.database import Item
from functions.adapters.cosmos.documents import CosmosStore, cursor_at
from functions.adapters.cursors import Cursor, fixed_width
from functions.models.job import OPEN, Job, JobKind, Status
from functions.ports import Page

RETENTION_S = 400 * 24 * 60 * 60


class CosmosJobs(CosmosStore[Job]):
    """Jobs by ID, and lists of jobs."""

    async def open(self) -> Sequence[Job]:
        condition, values = one_of("status", OPEN)
        items = await self._container.query(f"SELECT * FROM c WHERE {condition}", values)  # noqa: S608
        return sorted(self._read_all(items), key=lambda job: (job.created_at, job.id))

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
            conditions.append("(c.created_at < @moment OR (c.created_at = @moment AND c.id < @id))")
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
        return item | {"ttl": RETENTION_S} if document.finished else item


def one_of(field: str, wanted: Iterable[str]) -> tuple[str, dict[str, Any]]:
    """Return a condition that uses the index, and its parameters."""
    values: dict[str, Any] = {f"{field}{n}": str(value) for n, value in enumerate(sorted(wanted))}
    names = ", ".join(f"@{name}" for name in values)
    return (f"c.{field} IN ({names})" if values else "false"), values
