"""Places of images in albums, by which the images of an album are sorted."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from functions.models.image import Image

TABLES = (
    """
    CREATE TABLE album_places (
        album TEXT NOT NULL,
        place TEXT NOT NULL,
        key INTEGER NOT NULL,
        PRIMARY KEY (album, place)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX album_places_of_image ON album_places (key)",
)


def save(connection: sqlite3.Connection, key: int, image: Image | None, known: Image | None = None) -> None:
    """Save the places of an image in the caller's transaction. `image` is None if it is deleted."""
    if (image.places if image else ()) == (known.places if known else ()):
        return
    connection.execute("DELETE FROM album_places WHERE key = ?", (key,))
    if image is not None:
        connection.executemany(
            "INSERT INTO album_places (album, place, key) VALUES (?, ?, ?)",
            [(place.album, image.place_in(place.album), key) for place in image.places],
        )


def sorted_rows(
    connection: sqlite3.Connection,
    conditions: str,
    values: Sequence[Any],
    *,
    album: str,
    after: str | None,
    before: str | None,
    limit: int,
) -> list[tuple[Any, ...]]:
    """Return body and revision of images in the order of an album. `conditions` selects rows of the index."""
    order = "ASC" if before is None else "DESC"
    rows = connection.execute(
        f"""
        SELECT body, revision FROM album_places JOIN images USING (key)
        WHERE album = ? AND place > ? AND (? IS NULL OR place < ?)
            AND key IN (SELECT rowid FROM image_index WHERE {conditions})
        ORDER BY place {order} LIMIT ?
        """,  # noqa: S608  conditions are the caller's, values are bound
        [album, after or "", before, before, *values, limit],
    ).fetchall()
    return rows if before is None else rows[::-1]
