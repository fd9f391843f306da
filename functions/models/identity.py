"""Image IDs (ULIDs), and what follows from them: creation time, partition, and blob names."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from functions.errors import NotFound

# Crockford's Base32 in upper case: 48 bits of milliseconds, then 80 random bits.
_ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TIME_DIGITS = 10
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# datetime ends with the year 9999, but ULIDs continue to the year 10889.
_LAST_MS = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // timedelta(milliseconds=1)


class BlobNames(NamedTuple):
    """Names of an image's blobs in the containers of the same names."""

    original: str  # {yyyy}/{mm}/{id}.png
    thumbnail: str  # {yyyy}/{mm}/{id}.webp
    sidecar: str  # {yyyy}/{mm}/{id}.json


def new_image_id(now: datetime) -> str:
    """Return a new ULID for this time."""
    return new_image_ids(now, 1)[0]


def new_image_ids(now: datetime, count: int) -> tuple[str, ...]:
    """Return new ULIDs for the same time in ascending order, so that the images of a job keep their order."""
    from ulid import ULID

    moment = (now - _EPOCH) // timedelta(milliseconds=1)
    ids: set[str] = set()
    while len(ids) < count:
        ids.add(str(ULID.from_timestamp(moment)))
    return tuple(sorted(ids))


def image_ids_of_job(job_id: str, created_at: datetime, count: int) -> tuple[str, ...]:
    """Return the IDs of a job's images in ascending order, each with the time when the job was created.

    They depend on nothing else, so that a job whose progress was lost finds the images that it has already stored.
    """
    from ulid import ULID

    moment = ((created_at - _EPOCH) // timedelta(milliseconds=1)).to_bytes(6)
    hashes = (hashlib.sha256(f"{job_id}\0{number}".encode()).digest()[:10] for number in range(count))
    return tuple(sorted(str(ULID.from_bytes(moment + part)) for part in hashes))


def image_id_of_content(created_at: datetime, file: bytes) -> str:
    """Return the ID of an imported file: its time, and 80 bits of its SHA-256 hash, which are the same at any time."""
    from ulid import ULID

    moment = ((created_at - _EPOCH) // timedelta(milliseconds=1)).to_bytes(6)
    return str(ULID.from_bytes(moment + hashlib.sha256(file).digest()[:10]))


def last_of_moment(id: str) -> str:
    """Return the largest ID of the same millisecond. A list of older IDs contains everything created until then."""
    return id[:_TIME_DIGITS] + _DIGITS[-1] * (len(id) - _TIME_DIGITS)


def is_image_id(id: str) -> bool:
    """Return whether the text is a ULID in canonical form."""
    return _ULID.fullmatch(id) is not None and _milliseconds(id) <= _LAST_MS


def created_at_of(image_id: str) -> datetime:
    """Return the time in an image ID, or raise `NotFound` if the ID isn't valid."""
    if not is_image_id(image_id):
        raise NotFound("No image with this ID exists. Image IDs have 26 uppercase letters and digits.")
    return _EPOCH + timedelta(milliseconds=_milliseconds(image_id))


def month_of(image_id: str) -> str:
    """Return the partition `YYYY-MM` (UTC) of an image."""
    return f"{created_at_of(image_id):%Y-%m}"


def blob_names(image_id: str) -> BlobNames:
    """Return the names of an image's original, thumbnail, and sidecar."""
    stem = f"{created_at_of(image_id):%Y/%m}/{image_id}"
    return BlobNames(f"{stem}.png", f"{stem}.webp", f"{stem}.json")


def originals_of_moment(image_id: str) -> str:
    """Return what the names of all originals of the same millisecond start with."""
    return blob_names(image_id).original.partition(image_id)[0] + image_id[:_TIME_DIGITS]


def _milliseconds(image_id: str) -> int:
    value = 0
    for digit in image_id[:_TIME_DIGITS]:
        value = value * len(_DIGITS) + _DIGITS.index(digit)
    return value
