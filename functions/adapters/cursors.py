"""Cursors of lists, as text: an image ID, or a time and an ID."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from functions.errors import BadRequest
from functions.models.identity import is_image_id


@dataclass(frozen=True)
class Cursor:
    """A position in a list of jobs (sorted by creation time) or of a history (sorted by time), then by ID."""

    at: datetime
    id: str

    def __str__(self) -> str:
        return base64.urlsafe_b64encode(f"{fixed_width(self.at)} {self.id}".encode()).decode().rstrip("=")

    @classmethod
    def read(cls, cursor: str) -> Self:
        """Parse a cursor, or raise `BadRequest`."""
        try:
            text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
            moment, _, id = text.partition(" ")
            at = datetime.fromisoformat(moment).astimezone(UTC)
            if id and str(cls(at, id)) == cursor:
                return cls(at, id)
        except (binascii.Error, ValueError, OverflowError):
            pass
        raise invalid_cursor()


def fixed_width(moment: datetime) -> str:
    """Return ISO 8601 in UTC, always with microseconds, so that texts sort like times."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def check_image_cursor(cursor: str) -> None:
    """Raise `BadRequest` for a cursor that isn't valid in a list of images."""
    if not is_image_id(cursor):
        raise invalid_cursor()


def invalid_cursor() -> BadRequest:
    """Return the error for an invalid cursor."""
    return BadRequest("The cursor isn't valid. Omit it to start from the first page.", field="cursor")
