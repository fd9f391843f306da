"""Images in SQLite: a table sorted by ID, and a full-text index of words and filters."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from functions.adapters.cursors import check_image_cursor
from functions.adapters.sqlite import album_places, counts
from functions.adapters.sqlite.database import Database
from functions.adapters.sqlite.documents import (
    last_revision,
    next_revision,
    read_document,
    to_microseconds,
    token_revision,
)
from functions.adapters.sqlite.fts_query import match_of
from functions.adapters.sqlite.fts_tokens import tokens_of
from functions.adapters.sqlite.row_ids import (
    first_key_from,
    free_key,
    key_range_of,
    last_key_until,
    month_range,
    siblings,
)
from functions.adapters.sqlite.shuffle import cursor_after, shuffled_rows
from functions.errors import AlreadyExists, NotFound, Stale
from functions.models.identity import is_image_id
from functions.models.image import Image
from functions.models.insights import DayCounts
from functions.models.stored import readable
from functions.ports import Page
from functions.search.query import ImageQuery, needs_sizes, terms_in

# in the order of the fields of `Counts`
COUNT_QUERY = """
    SELECT json_extract(body, '$.schedule_id') AS schedule, max(json_extract(body, '$.schedule_name')),
        json_extract(body, '$.day') AS day, json_extract(body, '$.model') AS model, count(*),
        total(purge_from IS NOT NULL), total(json_extract(body, '$.favourite')),
        total(json_extract(body, '$.approved_at') IS NOT NULL)
    FROM images WHERE key >= ? AND key < ? AND purge_from IS NOT 0 GROUP BY schedule, day, model
"""
PURGING = 0  # stored instead of the time of deletion; sorts before all times


class SqliteImages:
    """The catalog of images."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def _read_all(self, rows: Sequence[tuple[Any, ...]]) -> list[Image]:
        """Return the images of rows that start with body and revision."""
        return readable((partial(read_document, Image, row) for row in rows), self._database.left_out)

    async def get(self, id: str) -> Image:
        def work(connection: sqlite3.Connection) -> Image:
            return found(connection, id)[1]

        return await self._database.read(work)

    async def create(self, document: Image) -> Image:
        def work(connection: sqlite3.Connection) -> Image:
            return insert(connection, [document])[0]

        return await self._database.write(work)

    async def replace(self, document: Image) -> Image:
        def work(connection: sqlite3.Connection) -> Image:
            key, known = found(connection, document.id)
            if document.etag is None or document.etag != known.etag:
                raise Stale
            revision = next_revision(connection)
            connection.execute(
                "UPDATE images SET revision = ?, purge_from = ?, body = ? WHERE key = ?",
                (revision, purge_from(document), document.model_dump_json(), key),
            )
            tokens = tokens_of(document)
            if tokens != tokens_of(known):
                connection.execute("UPDATE image_index SET tokens = ? WHERE rowid = ?", (tokens, key))
            album_places.save(connection, key, document, known)
            changes = counts.counts_of(document)
            changes.subtract(counts.counts_of(known))
            counts.add(connection, changes)
            return document.evolve(etag=str(revision))

        return await self._database.write(work)

    async def delete(self, id: str) -> None:
        def work(connection: sqlite3.Connection) -> None:
            try:
                key, known = found(connection, id)
            except NotFound:
                return
            connection.execute("DELETE FROM images WHERE key = ?", (key,))
            connection.execute("DELETE FROM image_index WHERE rowid = ?", (key,))
            album_places.save(connection, key, None, known)
            gone: Counter[counts.CountKey] = Counter()
            gone.subtract(counts.counts_of(known))
            counts.add(connection, gone)

        await self._database.write(work)

    async def changed(self, since: str | None, *, limit: int = 200) -> tuple[Sequence[Image], str]:
        def work(connection: sqlite3.Connection) -> tuple[Sequence[Image], str]:
            last = last_revision(connection)
            if since is None:
                return (), str(last)
            rows = connection.execute(
                "SELECT body, revision FROM images WHERE revision > ? ORDER BY revision LIMIT ?",
                (token_revision(since), limit),
            ).fetchall()
            return self._read_all(rows), str(rows[-1][1] if len(rows) == limit else last)

        return await self._database.read(work)

    async def search(
        self, query: ImageQuery, *, before: str | None = None, after: str | None = None, limit: int = 60
    ) -> Sequence[Image]:
        def work(connection: sqlite3.Connection) -> Sequence[Image]:
            conditions, values = conditions_of(connection, query, before=before, after=after)
            if conditions is None:
                return []
            order, beyond = ("DESC", "<") if after is None else ("ASC", ">")
            images: list[Image] = []
            place: list[int] = []
            while len(images) < limit:  # once, unless a document can't be read
                rows = connection.execute(
                    f"""
                    SELECT body, revision, place FROM (
                        SELECT rowid AS place FROM image_index
                        WHERE {conditions} {f"AND rowid {beyond} ?" if place else ""} ORDER BY rowid {order} LIMIT ?
                    ) JOIN images ON key = place ORDER BY place {order}
                    """,  # noqa: S608  conditions are spelled out below, values are bound
                    [*values, *place, wanted := limit - len(images)],
                ).fetchall()
                images += self._read_all(rows)
                if len(rows) < wanted:
                    break
                place = [rows[-1][2]]
            return images if after is None else images[::-1]

        return await self._database.read(work)

    async def shuffled(self, query: ImageQuery, *, shuffle: int, cursor: str | None, limit: int) -> Page[Image]:
        def work(connection: sqlite3.Connection) -> Page[Image]:
            conditions, values = conditions_of(connection, query)
            images: list[Image] = []
            after = cursor
            while conditions is not None:  # once, unless a document can't be read
                wanted = limit - len(images)
                rows = shuffled_rows(connection, conditions, values, shuffle=shuffle, cursor=after, limit=wanted + 1)
                images += self._read_all(rows[:wanted])
                if len(rows) <= wanted:
                    break
                after = cursor_after(rows[wanted - 1])
                if len(images) == limit:
                    return Page(items=images, next_cursor=after)
            return Page(items=images)

        return await self._database.read(work)

    async def in_album(
        self, query: ImageQuery, *, album: str, after: str | None = None, before: str | None = None, limit: int = 60
    ) -> Sequence[Image]:
        def work(connection: sqlite3.Connection) -> Sequence[Image]:
            conditions, values = conditions_of(connection, query)
            if conditions is None:
                return []
            return self._read_all(
                album_places.sorted_rows(
                    connection, conditions, values, album=album, after=after, before=before, limit=limit
                )
            )

        return await self._database.read(work)

    async def count(self, query: ImageQuery, *, cap: int = 1000) -> int:
        def work(connection: sqlite3.Connection) -> int:
            conditions, values = conditions_of(connection, query)
            if conditions is None:
                return 0
            (n,) = connection.execute(
                f"SELECT count(*) FROM (SELECT 1 FROM image_index WHERE {conditions} LIMIT ?)",  # noqa: S608
                [*values, cap + 1],
            ).fetchone()
            return int(n)

        return await self._database.read(work)

    async def day_counts(self, month: str) -> Mapping[str, int]:
        return await self._database.read(lambda connection: counts.per_name(connection, "day", month))

    async def tag_counts(self, month: str) -> Mapping[str, int]:
        return await self._database.read(lambda connection: counts.per_name(connection, "tag", month))

    async def schedule_counts(self, month: str) -> Sequence[DayCounts]:
        first, last = month_range(month)

        def work(connection: sqlite3.Connection) -> Sequence[DayCounts]:
            rows = connection.execute(COUNT_QUERY, (first, last)).fetchall()
            return [DayCounts(**dict(zip(DayCounts.model_fields, row, strict=True))) for row in rows]

        return await self._database.read(work)

    async def term_prefix(self, prefix: str, *, limit: int = 10) -> Sequence[tuple[str, int]]:
        return await self._database.read(lambda connection: counts.words_from(connection, prefix, limit))

    async def months(self) -> Sequence[str]:
        return await self._database.read(counts.months)

    async def trashed_before(self, moment: datetime, *, limit: int = 100) -> Sequence[Image]:
        def work(connection: sqlite3.Connection) -> Sequence[Image]:
            return self._read_all(
                connection.execute(
                    "SELECT body, revision FROM images WHERE purge_from < ? ORDER BY purge_from, key LIMIT ?",
                    (to_microseconds(moment), limit),
                ).fetchall()
            )

        return await self._database.read(work)


def insert(connection: sqlite3.Connection, images: Iterable[Image]) -> Sequence[Image]:
    """Insert new images in the caller's transaction."""
    saved: list[Image] = []
    added: Counter[counts.CountKey] = Counter()
    for image in images:
        known = siblings(connection, key_range_of(image.id))
        if image.id in known:
            raise AlreadyExists
        key, revision = free_key(connection, image.id, known), next_revision(connection)
        connection.execute(
            "INSERT INTO images (key, id, revision, purge_from, body) VALUES (?, ?, ?, ?, ?)",
            (key, image.id, revision, purge_from(image), image.model_dump_json()),
        )
        connection.execute("INSERT INTO image_index (rowid, tokens) VALUES (?, ?)", (key, tokens_of(image)))
        album_places.save(connection, key, image)
        added.update(counts.counts_of(image))
        saved.append(image.evolve(etag=str(revision)))
    counts.add(connection, added)
    return saved


def found(connection: sqlite3.Connection, id: str) -> tuple[int, Image]:
    """Return row number and image, or raise `NotFound`."""
    if is_image_id(id):
        key = first_key_from(connection, id)
        row = connection.execute("SELECT body, revision, id FROM images WHERE key = ?", (key,)).fetchone()
        if row is not None and row[2] == id:
            return key, read_document(Image, row)
    raise NotFound


def purge_from(image: Image) -> int | None:
    """Return the value of the column `purge_from` for an image."""
    if image.purging:
        return PURGING
    return to_microseconds(image.deleted_at) if image.deleted_at is not None else None


def conditions_of(
    connection: sqlite3.Connection, query: ImageQuery, *, before: str | None = None, after: str | None = None
) -> tuple[str | None, list[Any]]:
    """Return the conditions for rows of the index and their parameters, or None if nothing can match."""
    match = match_of(query, counts.frequencies(connection, tuple(terms_in(query)), sizes=needs_sizes(query)))
    conditions: list[str] = ["image_index MATCH ?"]
    values: list[Any] = [match]
    for cursor in (before, after):
        if cursor is not None:
            check_image_cursor(cursor)
    if before is not None:
        conditions.append("rowid < ?")
        values.append(first_key_from(connection, before))
    if after is not None:
        conditions.append("rowid > ?")
        values.append(last_key_until(connection, after))
    return (None if match is None else " AND ".join(conditions)), values
