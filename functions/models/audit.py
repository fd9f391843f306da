"""Entries of the audit log: who changed what, and how."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import Field

from functions.models.document import Document, Instant


class AuditEntry(Document):
    """One change by a caller, who is in `created_by`. It is written before the change is made.

    If the change then fails, another entry says so: its `failed` is the ID of the first entry, and `error` the code
    of the error.
    """

    at: Instant
    action: str  # such as schedule.pause
    target: str  # the ID of what is changed, or settings
    target_name: str = ""
    before: dict[str, Any] = Field(default_factory=dict)  # only values that are changed
    after: dict[str, Any] = Field(default_factory=dict)
    failed: str | None = None
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class AuditQuery:
    """Which entries to list. None means all."""

    actor: str | None = None  # ID or name of a caller
    action: str | None = None  # an action, or the part before the dot
    target: str | None = None
    since: datetime | None = None
    until: datetime | None = None  # exclusive
