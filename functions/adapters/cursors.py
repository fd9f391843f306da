"""Places in lists, as texts that a client carries: a picture's id, or a moment and the id of what happened then."""

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
    """Jobs are listed by creation, lines of a history by when they happened, then both by id."""

    at: datetime
    id: str

    def __str__(self) -> str:
        return base64.urlsafe_b64encode(f"{fixed_width(self.at)} {self.id}".encode()).decode().rstrip("=")

    @classmethod
    def read(cls, cursor: str) -> Self:
        """The place that a cursor names, or `BadRequest`."""
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
    """ISO 8601 in UTC, always with microseconds, so that the order of the texts is that of the times."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def check_image_cursor(cursor: str) -> None:
    """Raise `BadRequest` for a cursor that no list of pictures can have given."""
    if not is_image_id(cursor):
        raise invalid_cursor()


def invalid_cursor() -> BadRequest:
    return BadRequest("The cursor isn't valid. Omit it to start from the first page.", field="cursor")
