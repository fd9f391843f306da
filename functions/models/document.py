"""Base classes of stored documents."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

SCHEMA_VERSION = 1


def in_utc(value: datetime) -> datetime:
    """Return the time in UTC."""
    return value.astimezone(UTC)


Instant = Annotated[AwareDatetime, AfterValidator(in_utc)]
"""A point in time: aware, held in UTC, ISO 8601 in JSON."""


def without_extra(schema: dict[str, Any]) -> None:
    """Remove from a JSON schema that unknown fields are kept, which concerns stored documents only."""
    schema.pop("additionalProperties", None)


class Value(BaseModel):
    """An immutable part of a document. `evolve` returns a changed copy.

    Unknown fields are kept, so that saving a document of a newer version loses nothing.
    """

    model_config = ConfigDict(frozen=True, extra="allow", json_schema_extra=without_extra)

    def evolve(self, **changes: Any) -> Self:
        return self.model_copy(update=changes)


class Document(Value):
    """A stored value with an ID.

    `etag` is assigned by the store. It isn't part of the body; a save sends it as If-Match.
    """

    id: str
    schema_version: int = SCHEMA_VERSION
    created_by: str  # ID of a caller, or schedule:ID; in documents of version 0.1.0 the name of a caller
    created_by_name: str = ""  # for display; empty in documents of version 0.1.0 and of no user
    created_at: Instant
    updated_at: Instant
    etag: str | None = Field(default=None, exclude=True)

    def body(self) -> dict[str, Any]:
        """Return the document as JSON-compatible data, without its ETag."""
        return self.model_dump(mode="json")
