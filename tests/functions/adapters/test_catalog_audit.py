"""The audit log in both catalogs: entries can be added and listed, and nothing else."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from functions.adapters.sqlite.catalog import open_sqlite
from functions.errors import BadRequest
from functions.models.audit import AuditEntry, AuditQuery
from functions.ports import Catalog
from tests.catalogs import minutes_later
from tests.fakes import START


def an_entry(number: int = 0, **changes: Any) -> AuditEntry:
    at = minutes_later(number)
    fields: dict[str, Any] = {
        "id": f"entry-{number}",
        "created_by": "key:ada",
        "created_by_name": "ada",
        "created_at": at,
        "updated_at": at,
        "at": at,
        "action": "schedule.pause",
        "target": "s",
    }
    return AuditEntry(**fields | changes)


async def ids(catalog: Catalog, limit: int = 50, **filters: Any) -> list[str]:
    """Return the IDs of all entries that match, page by page."""
    found: list[str] = []
    cursor = None
    while True:
        page = await catalog.audit.page(AuditQuery(**filters), cursor=cursor, limit=limit)
        found += [entry.id for entry in page.items]
        if (cursor := page.next_cursor) is None:
            return found


async def test_an_entry_comes_back_whole(catalog: Catalog) -> None:
    """A stored entry keeps the values before and after, and the failed change."""
    entry = an_entry(before={"paused": False}, after={"paused": True, "reason": "ö"}, failed="entry-9", error="stale")

    await catalog.audit.append(entry)

    (found,) = (await catalog.audit.page(AuditQuery())).items
    assert found.body() == entry.body()


async def test_entries_are_listed_newest_first_by_page(catalog: Catalog) -> None:
    """Each entry is listed once, also if several have the same time."""
    for number, id in ((2, "c"), (1, "a"), (1, "b"), (0, "z")):
        await catalog.audit.append(an_entry(number, id=id))

    for limit in (1, 2, 50):
        assert await ids(catalog, limit) == ["c", "b", "a", "z"]
    with pytest.raises(BadRequest):
        await catalog.audit.page(AuditQuery(), cursor="nonsense")


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"actor": "key:ada"}, ["2", "1"]),
        ({"actor": "ada"}, ["3", "2", "1"]),
        ({"action": "schedule.pause"}, ["4", "1"]),
        ({"action": "schedule"}, ["4", "1"]),
        ({"action": "sched"}, []),
        ({"target": "settings"}, ["2"]),
        ({"since": START + timedelta(minutes=2)}, ["4", "3", "2"]),
        ({"until": START + timedelta(minutes=2)}, ["1"]),
        ({"actor": "ada", "action": "key", "since": START}, ["3"]),
    ],
)
async def test_entries_are_filtered(catalog: Catalog, filters: dict[str, Any], expected: list[str]) -> None:
    """Filters are the ID or name of the actor, the action or its first part, the target, and the time."""
    await catalog.audit.append(an_entry(1, id="1"))
    await catalog.audit.append(an_entry(2, id="2", action="settings.update", target="settings"))
    await catalog.audit.append(an_entry(3, id="3", action="key.create", target="key-1", created_by="jwt:i:ada"))
    await catalog.audit.append(an_entry(4, id="4", created_by="key:bob", created_by_name="bob"))

    assert await ids(catalog, 2, **filters) == expected


async def test_entries_can_only_be_added(catalog: Catalog) -> None:
    """The log has no way to change or delete an entry, and an ID can be used once."""
    await catalog.audit.append(an_entry())

    with pytest.raises(Exception, match=r"(?i)unique|exist|in use"):
        await catalog.audit.append(an_entry(action="other"))
    methods = {name for name in dir(catalog.audit) if not name.startswith("_")} - {"SCOPE"}
    assert methods == {"append", "page"}


@pytest.mark.parametrize("statement", ["UPDATE audit SET action = 'x'", "DELETE FROM audit"])
async def test_the_file_refuses_other_changes(tmp_path: Path, statement: str) -> None:
    """Another program that uses the file can't change or delete entries by accident."""
    catalog = await open_sqlite(tmp_path / "catalog.sqlite", lambda: START)
    await catalog.audit.append(an_entry())
    await catalog.close()

    with sqlite3.connect(tmp_path / "catalog.sqlite") as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute(statement)
