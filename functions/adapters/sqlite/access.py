"""API keys and the audit log in SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from functools import partial
from typing import Any

from functions.adapters.cursors import Cursor
from functions.adapters.sqlite.database import Database
from functions.adapters.sqlite.documents import SqliteDocuments, cursor_at, read_document, to_microseconds
from functions.models.api_key import StoredKey
from functions.models.audit import AuditEntry, AuditQuery
from functions.models.stored import readable
from functions.ports import Page


class SqliteKeys(SqliteDocuments[StoredKey]):
    """API keys by ID, and a list of all."""

    kind = "keys"

    async def all(self) -> Sequence[StoredKey]:
        return sorted(await self._all(), key=lambda key: (key.name.casefold(), key.id))


class SqliteAudit:
    """The audit log, a table that refuses updates and deletions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(self, entry: AuditEntry) -> None:
        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                "INSERT INTO audit (id, at, actor, actor_name, action, target, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    entry.id,
                    to_microseconds(entry.at),
                    entry.created_by,
                    entry.created_by_name,
                    entry.action,
                    entry.target,
                    entry.model_dump_json(),
                ),
            )

        await self._database.write(work, durable=True)

    async def page(self, query: AuditQuery, *, cursor: str | None = None, limit: int = 50) -> Page[AuditEntry]:
        conditions, values = conditions_of(query)
        if cursor is not None:
            position = Cursor.read(cursor)
            conditions.append("(at, id) < (:cursor_at, :cursor_id)")
            values |= {"cursor_at": to_microseconds(position.at), "cursor_id": position.id}

        def work(connection: sqlite3.Connection) -> Page[AuditEntry]:
            rows = connection.execute(
                f"""
                SELECT body, 0, at, id FROM audit WHERE {" AND ".join(conditions)}
                ORDER BY at DESC, id DESC LIMIT :limit
                """,  # noqa: S608
                values | {"limit": limit + 1},
            ).fetchall()
            following = cursor_at(rows[limit - 1]) if len(rows) > limit else None
            readers = (partial(read_document, AuditEntry, row) for row in rows[:limit])
            items = readable(readers, self._database.left_out)
            return Page(items=items, next_cursor=following)

        return await self._database.read(work)


def conditions_of(query: AuditQuery) -> tuple[list[str], dict[str, Any]]:
    """Return the conditions of a query, all of which must hold, and the values of their parameters."""
    conditions, values = ["true"], dict[str, Any]()
    if query.actor is not None:
        conditions.append("(actor = :actor OR actor_name = :actor)")
        values["actor"] = query.actor
    if query.action is not None:
        conditions.append("(action = :action OR substr(action, 1, length(:action) + 1) = :action || '.')")
        values["action"] = query.action
    if query.target is not None:
        conditions.append("target = :target")
        values["target"] = query.target
    if query.since is not None:
        conditions.append("at >= :since")
        values["since"] = to_microseconds(query.since)
    if query.until is not None:
        conditions.append("at < :until")
        values["until"] = to_microseconds(query.until)
    return conditions, values
