"""Documents by ID in SQLite, except images. Every save has the next revision, which is the ETag.

Saves are durable: a job that a power failure reset to an earlier state would generate its images again.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, ClassVar, Generic, TypeVar

from functions.adapters.cursors import Cursor
from functions.adapters.sqlite.database import Database
from functions.errors import AlreadyExists, BadRequest, NotFound, Stale
from functions.models.album import Album
from functions.models.document import Document
from functions.models.history import HistoryEntry
from functions.models.library import Preset, SavedSearch
from functions.models.schedule import Schedule
from functions.models.stored import read_json, readable
from functions.ports import Page

D = TypeVar("D", bound=Document)
E = TypeVar("E", bound=HistoryEntry)
P = TypeVar("P", bound=Preset | SavedSearch)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class SqliteDocuments(Generic[D]):
    """A store of one kind of document."""

    kind: ClassVar[str] = ""  # for stores with a single kind

    def __init__(self, database: Database, model: type[D], kind: str = "") -> None:
        self._database = database
        self._model = model
        self._kind = kind or self.kind

    async def get(self, id: str) -> D:
        def work(connection: sqlite3.Connection) -> D:
            row = connection.execute(
                "SELECT body, revision FROM documents WHERE kind = ? AND id = ?", (self._kind, id)
            ).fetchone()
            if row is None:
                raise NotFound
            return self._read(row)

        return await self._database.read(work)

    async def get_many(self, ids: Sequence[str]) -> Sequence[D]:
        def work(connection: sqlite3.Connection) -> Sequence[D]:
            rows = connection.execute(
                """
                SELECT d.body, d.revision FROM json_each(?) AS wanted
                JOIN documents AS d ON d.kind = ? AND d.id = wanted.value ORDER BY wanted.key
                """,
                (json.dumps(list(ids)), self._kind),
            )
            return self._read_all(rows.fetchall())

        return await self._database.read(work)

    async def create(self, document: D) -> D:
        def work(connection: sqlite3.Connection) -> D:
            revision = next_revision(connection)
            made = connection.execute(
                """
                INSERT INTO documents (kind, id, revision, owner, state, created_at, body)
                VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                """,
                (
                    self._kind,
                    document.id,
                    revision,
                    self._owner(document),
                    self._state(document),
                    to_microseconds(self._moment(document)),
                    document.model_dump_json(),
                ),
            )
            if made.rowcount == 0:
                raise AlreadyExists
            self._after_save(connection, document)
            return document.evolve(etag=str(revision))

        return await self._database.write(work, durable=True)

    async def replace(self, document: D) -> D:
        def work(connection: sqlite3.Connection) -> D:
            revision = next_revision(connection)
            saved = connection.execute(
                """
                UPDATE documents SET revision = ?, owner = ?, state = ?, created_at = ?, body = ?
                WHERE kind = ? AND id = ? AND revision = ?
                """,
                (
                    revision,
                    self._owner(document),
                    self._state(document),
                    to_microseconds(self._moment(document)),
                    document.model_dump_json(),
                    self._kind,
                    document.id,
                    revision_of(document.etag),
                ),
            )
            if saved.rowcount == 0:
                known = connection.execute(
                    "SELECT 1 FROM documents WHERE kind = ? AND id = ?", (self._kind, document.id)
                ).fetchone()
                raise Stale if known else NotFound
            self._after_save(connection, document)
            return document.evolve(etag=str(revision))

        return await self._database.write(work, durable=True)

    async def delete(self, id: str) -> None:
        def work(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM documents WHERE kind = ? AND id = ?", (self._kind, id))
            self._after_delete(connection, id)

        await self._database.write(work, durable=True)
        self._database.left_out.discard(id)

    async def changed(self, since: str | None, *, limit: int = 200) -> tuple[Sequence[D], str]:
        def work(connection: sqlite3.Connection) -> tuple[Sequence[D], str]:
            last = last_revision(connection)
            if since is None:
                return (), str(last)
            rows = connection.execute(
                "SELECT body, revision FROM documents WHERE kind = ? AND revision > ? ORDER BY revision LIMIT ?",
                (self._kind, token_revision(since), limit),
            ).fetchall()
            return self._read_all(rows), str(rows[-1][1] if len(rows) == limit else last)

        return await self._database.read(work)

    def _after_save(self, connection: sqlite3.Connection, document: D) -> None:
        """Save what is derived from the document in the same transaction."""

    def _after_delete(self, connection: sqlite3.Connection, id: str) -> None:
        """Delete what was derived from the document in the same transaction."""

    def _moment(self, document: D) -> datetime:
        """Return the time by which lists are sorted."""
        return document.created_at

    def _owner(self, document: D) -> str | None:
        return None

    def _state(self, document: D) -> str | None:
        return None

    def _read(self, row: tuple[Any, ...]) -> D:
        return read_document(self._model, row)

    def _read_all(self, rows: Sequence[tuple[Any, ...]]) -> Sequence[D]:
        return readable((partial(self._read, row) for row in rows), self._database.left_out)

    async def _all(self, owners: Sequence[str] | None = None) -> Sequence[D]:
        def work(connection: sqlite3.Connection) -> Sequence[D]:
            return self._read_all(
                connection.execute(
                    """
                    SELECT body, revision FROM documents
                    WHERE kind = :kind AND (:owners IS NULL OR owner IN (SELECT value FROM json_each(:owners)))
                    """,
                    {"kind": self._kind, "owners": None if owners is None else json.dumps(owners)},
                ).fetchall()
            )

        return await self._database.read(work)


class SqliteSchedules(SqliteDocuments[Schedule]):
    """Schedules by ID, and a list of all."""

    kind = "schedules"

    async def all(self) -> Sequence[Schedule]:
        return sorted((known for known in await self._all() if known.deleted_at is None), key=by_name)


class SqliteAlbums(SqliteDocuments[Album]):
    """Albums by ID, and a list of all."""

    kind = "albums"

    async def all(self) -> Sequence[Album]:
        return sorted(await self._all(), key=by_name)


class SqlitePersonal(SqliteDocuments[P]):
    """Documents that belong to the user who created them."""

    async def of(self, *creators: str) -> Sequence[P]:
        return sorted(await self._all(creators), key=by_name)

    async def all(self) -> Sequence[P]:
        return await self._all()

    def _owner(self, document: P) -> str | None:
        return document.created_by


class SqliteHistory(SqliteDocuments[E]):
    """Entries of histories by owner."""

    async def page(self, *owners: str, cursor: str | None = None, limit: int = 50) -> Page[E]:
        position = Cursor.read(cursor) if cursor is not None else None

        def work(connection: sqlite3.Connection) -> Page[E]:
            before = "AND (created_at, id) < (:at, :id)" if position else ""
            names = ", ".join(f":owner{number}" for number in range(len(owners)))
            rows = connection.execute(
                f"""
                SELECT body, revision, created_at, id FROM documents
                WHERE kind = '{self._kind}' AND owner IN ({names}) {before}
                ORDER BY created_at DESC, id DESC LIMIT :limit
                """,  # noqa: S608  the kind stands in the text so that its partial index is found
                {
                    **{f"owner{number}": owner for number, owner in enumerate(owners)},
                    "limit": limit + 1,
                    "at": to_microseconds(position.at) if position else 0,
                    "id": position.id if position else "",
                },
            ).fetchall()
            following = cursor_at(rows[limit - 1]) if len(rows) > limit else None
            return Page(items=self._read_all(rows[:limit]), next_cursor=following)

        return await self._database.read(work)

    def _moment(self, document: E) -> datetime:
        return document.at

    def _owner(self, document: E) -> str | None:
        return document.owner


def by_name(document: Schedule | Preset | SavedSearch | Album) -> tuple[str, str]:
    """Return the sort key for lists sorted by name."""
    return document.name.casefold(), document.id


def read_document(model: type[D], row: tuple[Any, ...]) -> D:
    """Return the document of a row that starts with body and revision, or raise `Unreadable`."""
    return read_json(model, row[0], etag=str(row[1]))


def cursor_at(row: tuple[Any, ...]) -> str:
    """Return the cursor after a row of body, revision, time, and ID, whether or not its document can be read."""
    _body, _revision, at, id = row
    return str(Cursor(EPOCH + at * MICROSECOND, id))


def to_microseconds(moment: datetime) -> int:
    """Return the exact number of microseconds since 1970."""
    return (moment - EPOCH) // MICROSECOND


def next_revision(connection: sqlite3.Connection) -> int:
    """Increment and return the revision in the caller's transaction."""
    (revision,) = connection.execute("UPDATE revision SET last = last + 1 RETURNING last").fetchone()
    return int(revision)


def last_revision(connection: sqlite3.Connection) -> int:
    """Return the revision of the latest save."""
    (revision,) = connection.execute("SELECT last FROM revision").fetchone()
    return int(revision)


def revision_of(etag: str | None) -> int:
    """Return the revision of an ETag. An invalid ETag gives a revision that matches nothing."""
    return int(etag) if etag and etag.isascii() and etag.isdigit() and len(etag) < 19 else -1


def token_revision(token: str) -> int:
    """Return the revision in a change token, or raise `BadRequest`."""
    revision = revision_of(token)
    if revision < 0:
        raise BadRequest("The change token isn't valid. Omit it to start over.", field="since")
    return revision
