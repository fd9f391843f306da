"""API keys and the audit log in Cosmos DB."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from functions.adapters.cosmos.database import CosmosContainer, Item
from functions.adapters.cosmos.documents import CosmosStore, cursor_at, is_own
from functions.adapters.cursors import Cursor, fixed_width
from functions.models.api_key import StoredKey
from functions.models.audit import AuditEntry, AuditQuery
from functions.models.stored import read, readable
from functions.ports import Page


class CosmosKeys(CosmosStore[StoredKey]):
    """API keys by ID, and a list of all, in the partition `keys` of the container `library`."""

    SCOPE = "keys"

    async def all(self) -> Sequence[StoredKey]:
        condition, values = self._kind_condition()
        items = await self._container.query(
            f"SELECT * FROM c WHERE {condition}",  # noqa: S608
            values,
            partition=self.SCOPE,
        )
        return sorted(self._read_all(items), key=lambda key: (key.name.casefold(), key.id))

    def _partition_of_id(self, id: str) -> str:
        return self.SCOPE

    def _item(self, document: StoredKey) -> Item:
        return document.body() | {"scope": self.SCOPE, "kind": self.SCOPE}

    def _kind_condition(self) -> tuple[str, dict[str, Any]]:
        return "c.scope = @scope", {"scope": self.SCOPE}


class CosmosAudit:
    """The audit log in the partition `audit` of the container `library`. Nothing here changes or deletes an entry."""

    SCOPE = "audit"

    def __init__(self, container: CosmosContainer) -> None:
        self._container = container

    async def append(self, entry: AuditEntry) -> None:
        item = entry.body() | {"at": fixed_width(entry.at), "scope": self.SCOPE, "kind": self.SCOPE}
        await self._container.create(item)

    async def page(self, query: AuditQuery, *, cursor: str | None = None, limit: int = 50) -> Page[AuditEntry]:
        conditions, values = conditions_of(query)
        if cursor is not None:
            position = Cursor.read(cursor)
            conditions.append("(c.at < @moment OR (c.at = @moment AND c.id < @id))")
            values |= {"moment": fixed_width(position.at), "id": position.id}
        items = await self._container.query(
            f"SELECT TOP {limit + 1} * FROM c WHERE {' AND '.join(conditions)} ORDER BY c.at DESC, c.id DESC",  # noqa: S608
            values | {"scope": self.SCOPE},
            partition=self.SCOPE,
            page=limit + 1,
        )
        following = cursor_at(items[limit - 1], "at") if len(items) > limit else None
        readers = (partial(read_entry, item) for item in items[:limit])
        return Page(items=readable(readers, self._container.left_out), next_cursor=following)


def conditions_of(query: AuditQuery) -> tuple[list[str], dict[str, Any]]:
    """Return the conditions of a query, all of which must hold, and the values of their parameters."""
    conditions, values = ["c.scope = @scope"], dict[str, Any]()
    if query.actor is not None:
        conditions.append("(c.created_by = @actor OR c.created_by_name = @actor)")
        values["actor"] = query.actor
    if query.action is not None:
        conditions.append("(c.action = @action OR STARTSWITH(c.action, @actions))")
        values |= {"action": query.action, "actions": f"{query.action}."}
    if query.target is not None:
        conditions.append("c.target = @target")
        values["target"] = query.target
    if query.since is not None:
        conditions.append("c.at >= @since")
        values["since"] = fixed_width(query.since)
    if query.until is not None:
        conditions.append("c.at < @until")
        values["until"] = fixed_width(query.until)
    return conditions, values


def read_entry(item: Item) -> AuditEntry:
    """Return the entry of an item, or raise `Unreadable`."""
    known = AuditEntry.model_fields
    body = {name: value for name, value in item.items() if name in known or not is_own(name)}
    return read(AuditEntry, body, etag=item["_etag"])
