"""Row numbers of images in the order of their IDs.

A ULID has 128 bits, a row number 63: the milliseconds, then 15 bits. These start with the first 15 random bits. If
images of one millisecond collide (consecutive IDs share these bits), the new image gets the closest free number that
keeps the order. If there is none, the images of that millisecond are renumbered.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from functions.errors import BadRequest, Permanent
from functions.models.identity import is_image_id

KEYS_PER_MILLISECOND = 1 << 15  # number of rows per millisecond
BASE32 = {digit: value for value, digit in enumerate("0123456789ABCDEFGHJKMNPQRSTVWXYZ")}
TIME_DIGITS, FRACTION_DIGITS = 10, 3


class KeyRange(NamedTuple):
    """The row numbers that an ID can have."""

    start: int  # first row number of its millisecond
    preferred: int  # preferred row number


def key_range_of(image_id: str) -> KeyRange:
    """Return the place of an ID, or raise `BadRequest` if it isn't an image ID."""
    if not is_image_id(image_id):
        raise BadRequest("This isn't a valid image ID. Image IDs have 26 uppercase letters and digits.", field="id")
    start = base32(image_id[:TIME_DIGITS]) * KEYS_PER_MILLISECOND
    return KeyRange(start, start + base32(image_id[TIME_DIGITS : TIME_DIGITS + FRACTION_DIGITS]))


def base32(digits: str) -> int:
    """Return the number that these Base32 digits represent."""
    value = 0
    for digit in digits:
        value = value * len(BASE32) + BASE32[digit]
    return value


def month_range(month: str) -> tuple[int, int]:
    """Return the first row number of a month `YYYY-MM` and the first one after it, or an empty range for other text."""
    try:
        begin = datetime.strptime(month, "%Y-%m").replace(tzinfo=UTC)
    except ValueError:
        return 0, 0
    end = (begin + timedelta(days=32)).replace(day=1)
    return int(begin.timestamp()) * 1000 * KEYS_PER_MILLISECOND, int(end.timestamp()) * 1000 * KEYS_PER_MILLISECOND


def siblings(connection: sqlite3.Connection, keys: KeyRange) -> Mapping[str, int]:
    """Return IDs and row numbers of the images of one millisecond."""
    rows = connection.execute(
        "SELECT id, key FROM images WHERE key BETWEEN ? AND ?", (keys.start, keys.start + KEYS_PER_MILLISECOND - 1)
    )
    return dict(rows.fetchall())


def first_key_from(connection: sqlite3.Connection, image_id: str) -> int:
    """Return the first row number of IDs that aren't smaller than this one, which need not exist."""
    keys = key_range_of(image_id)
    return min(
        (key for id, key in siblings(connection, keys).items() if id >= image_id),
        default=keys.start + KEYS_PER_MILLISECOND,
    )


def last_key_until(connection: sqlite3.Connection, image_id: str) -> int:
    """Return the last row number of IDs that aren't greater than this one, which need not exist."""
    keys = key_range_of(image_id)
    return max((key for id, key in siblings(connection, keys).items() if id <= image_id), default=keys.start - 1)


def free_key(connection: sqlite3.Connection, image_id: str, known: Mapping[str, int]) -> int:
    """Return a row number for a new image. Its siblings `known` can be renumbered."""
    keys = key_range_of(image_id)
    low = max((key for id, key in known.items() if id < image_id), default=keys.start - 1) + 1
    high = min((key for id, key in known.items() if id > image_id), default=keys.start + KEYS_PER_MILLISECOND) - 1
    if low <= high:
        return min(max(keys.preferred, low), high)
    return spread(connection, keys, sorted((*known, image_id)), known)[image_id]


def spread(
    connection: sqlite3.Connection, keys: KeyRange, ids: list[str], known: Mapping[str, int]
) -> Mapping[str, int]:
    """Give the images of one millisecond evenly spaced row numbers."""
    gap = KEYS_PER_MILLISECOND // (len(ids) + 1)
    if gap == 0:
        raise Permanent("Too many images were created in the same millisecond. Try again.", field="id")
    moved = {id: keys.start + gap * (n + 1) for n, id in enumerate(ids)}
    for table, column in (("images", "key"), ("image_index", "rowid")):
        for sign in (-1, 1):  # by way of unused negative numbers, so that no number is used twice in between
            for id, key in known.items():
                old, new = (key, -moved[id] - 1) if sign < 0 else (-moved[id] - 1, moved[id])
                connection.execute(f"UPDATE {table} SET {column} = ? WHERE {column} = ?", (new, old))  # noqa: S608
    return moved
