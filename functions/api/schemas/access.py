"""Schemas of API keys and the audit log."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from functions.api.schemas.fields import PRINTABLE, Body, Cursor, Moment, Name, Query
from functions.models.api_key import StoredKey
from functions.models.audit import AuditEntry, AuditQuery
from functions.models.document import Instant

Role = Literal["reader", "editor", "admin"]


class KeyBody(Body):
    """An API key to create."""

    name: Annotated[
        Name,
        Field(
            max_length=64,
            pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._@-]*$",
            description="Name of the key, unique regardless of case. It identifies the caller as `key:NAME`.",
        ),
    ]
    role: Annotated[Role, Field(description="Role of the caller who uses the key.")]
    expires_at: Annotated[Moment | None, Field(description="Time when the key expires. `null` for never.")] = None


class KeyResponse(BaseModel):
    """An API key, without the key itself."""

    id: str | None = Field(description="ID to revoke the key. `null` for a key in the setting `API_KEYS`.")
    source: Literal["library", "settings"] = Field(
        description="`settings` for a key in the setting `API_KEYS`, which can only be revoked there."
    )
    name: str
    role: Role
    last_four: str | None = Field(default=None, description="Last four characters of the key.")
    created_by: str | None = None
    created_by_name: str | None = None
    created_at: Instant | None = None
    expires_at: Instant | None = Field(default=None, description="Time when the key expires. `null` for never.")
    last_used_at: Instant | None = Field(
        default=None, description="Time of a recent use, saved at most every five minutes. `null` if unknown."
    )


class NewKeyResponse(KeyResponse):
    """A new API key."""

    key: str = Field(description="The key. Only this response contains it; the app stores a hash.")


class KeyList(BaseModel):
    """All API keys."""

    items: Sequence[KeyResponse]
    next_cursor: None = None


def key_fields(key: StoredKey) -> dict[str, object]:
    """Return the fields of the response for a key in the catalog."""
    fields = ("id", "name", "role", "last_four", "created_by", "created_at", "expires_at", "last_used_at")
    return {name: getattr(key, name) for name in fields} | {
        "source": "library",
        "created_by_name": key.created_by_name or key.created_by,
    }


FilterText = Annotated[str, Field(min_length=1, max_length=400), PRINTABLE]
CSV_COLUMNS = ("time", "actor", "name", "action", "target", "target name", "before", "after", "failed", "error", "id")


class AuditFilter(Query):
    """Query parameters that select entries of the audit log."""

    actor: Annotated[FilterText | None, Field(description="ID or name of the caller who made the change.")] = None
    action: Annotated[
        FilterText | None,
        Field(description="Action such as `schedule.pause`, or its first part, such as `schedule`."),
    ] = None
    target: Annotated[
        FilterText | None, Field(description="ID of the changed image, job, schedule, or API key, or `settings`.")
    ] = None
    since: Annotated[Moment | None, Field(description="Only entries from this time on.")] = None
    until: Annotated[Moment | None, Field(description="Only entries before this time.")] = None

    def query(self) -> AuditQuery:
        return AuditQuery(actor=self.actor, action=self.action, target=self.target, since=self.since, until=self.until)


class AuditPageQuery(AuditFilter):
    """Query parameters of the audit log."""

    cursor: Annotated[Cursor | None, Field(description="Cursor from `next_cursor` of the previous page.")] = None
    limit: Annotated[int, Field(ge=1, le=200, description="Maximum number of entries per page.")] = 50


class AuditResponse(BaseModel):
    """An entry of the audit log."""

    id: str
    at: Instant
    actor: str = Field(description="ID of the caller who made the change.")
    actor_name: str
    action: str = Field(examples=["schedule.pause"])
    target: str = Field(description="ID of the changed image, job, schedule, or API key, `settings`, or `images`.")
    target_name: str
    before: dict[str, Any] = Field(description="Values before the change, without secrets.")
    after: dict[str, Any] = Field(description="Values that the request sets, without secrets.")
    failed: str | None = Field(
        description="ID of the earlier entry whose change failed. `null` if this entry is about a change."
    )
    error: str = Field(description="Code of the error if this entry is about a failed change, otherwise empty.")


class AuditPage(BaseModel):
    """One page of the audit log."""

    items: Sequence[AuditResponse]
    next_cursor: str | None


def audit_response(entry: AuditEntry) -> AuditResponse:
    return AuditResponse(
        id=entry.id,
        at=entry.at,
        actor=entry.created_by,
        actor_name=entry.created_by_name or entry.created_by,
        action=entry.action,
        target=entry.target,
        target_name=entry.target_name,
        before=entry.before,
        after=entry.after,
        failed=entry.failed,
        error=entry.error,
    )


def csv_row(entry: AuditEntry) -> tuple[str, ...]:
    """Return the cells of an entry under `CSV_COLUMNS`."""

    def text(values: dict[str, Any]) -> str:
        return json.dumps(values, ensure_ascii=False) if values else ""

    return (
        entry.at.isoformat(),
        entry.created_by,
        entry.created_by_name,
        entry.action,
        entry.target,
        entry.target_name,
        text(entry.before),
        text(entry.after),
        entry.failed or "",
        entry.error,
        entry.id,
    )
