"""Routes of API keys and the audit log."""

from __future__ import annotations

from functions.api.routes.route import Route
from functions.api.schemas import access
from functions.api.schemas.fields import Empty

LIST_KEYS = Route(
    "GET",
    "keys",
    "list_keys",
    Empty,
    Empty,
    access.KeyList,
    "List API keys",
    description="Returns the keys that administrators have created, and those in the setting `API_KEYS`.",
    role="admin",
)
CREATE_KEY = Route(
    "POST",
    "keys",
    "create_key",
    Empty,
    access.KeyBody,
    access.NewKeyResponse,
    "Create an API key",
    description="Returns the key, which can't be read again.",
    role="admin",
    status=201,
)
REVOKE_KEY = Route(
    "DELETE",
    "keys/{id}",
    "revoke_key",
    Empty,
    Empty,
    None,
    "Revoke an API key",
    description="This instance of the app refuses the key at once, other instances within 30 seconds.",
    role="admin",
    status=204,
)
LIST_AUDIT = Route(
    "GET",
    "audit",
    "list_audit",
    access.AuditPageQuery,
    Empty,
    access.AuditPage,
    "List changes in the audit log",
    description="Returns who approved, published, deleted, or restored images, or changed settings, API keys, or "
    "schedules, newest first. An entry is written before its change; if the change fails, another entry follows.",
    role="admin",
)
EXPORT_AUDIT = Route(
    "GET",
    "audit/export",
    "export_audit",
    access.AuditFilter,
    Empty,
    None,
    "Export the audit log as CSV",
    description="Returns the newest 20,000 entries that match. The header `X-Truncated` is `true` if there are more.",
    role="admin",
    media_type="text/csv",
    other_responses={200: "The CSV file (UTF-8)."},
)
