"""Random orders of images, computed from row numbers, so that nothing has to be stored for them.

A linear and a quadratic function modulo a prime map a row number to a position; their coefficients follow from the
number of the order. Equal positions are sorted by row number. All products are below 2**63, the limit of SQLite's
integers.
"""

from __future__ import annotations

import random
import re
import sqlite3
from collections.abc import Sequence
from typing import Any

from functions.adapters.cursors import invalid_cursor

PRIME = 2**31 - 1
CURSOR = re.compile(r"([0-9]{1,10})\.([0-9]{1,19})", re.ASCII)


def shuffled_rows(
    connection: sqlite3.Connection,
    conditions: str,
    values: Sequence[Any],
    *,
    shuffle: int,
    cursor: str | None,
    limit: int,
) -> list[tuple[Any, ...]]:
    """Return body, revision, position, and row number of the next images. `conditions` selects rows of the index."""
    draw = random.Random(shuffle)  # noqa: S311  not a secret
    factor, offset = draw.randrange(1, PRIME), draw.randrange(PRIME)
    after = (-1, -1) if cursor is None else read_cursor(cursor)
    return connection.execute(
        f"""
        SELECT body, revision, position, place FROM (
            SELECT line * line % {PRIME} AS position, place FROM (
                SELECT (rowid % {PRIME} * ? + ?) % {PRIME} AS line, rowid AS place FROM image_index WHERE {conditions}
            ) WHERE (position, place) > (?, ?) ORDER BY position, place LIMIT ?
        ) JOIN images ON key = place ORDER BY position, place
        """,  # noqa: S608  conditions are the caller's, values are bound
        [factor, offset, *values, *after, limit],
    ).fetchall()


def cursor_after(row: Sequence[Any]) -> str:
    """Return the cursor after a row of `shuffled_rows`."""
    return f"{row[2]}.{row[3]}"


def read_cursor(cursor: str) -> tuple[int, int]:
    """Return position and row number, or raise `BadRequest`."""
    match = CURSOR.fullmatch(cursor)
    if match is None or int(match[2]) >= 2**63:
        raise invalid_cursor()
    return int(match[1]), int(match[2])
