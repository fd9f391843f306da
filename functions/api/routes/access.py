"""Routes of API keys."""

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
    description="The key is refused at once, by other instances of the app within 30 seconds.",
    role="admin",
    status=204,
)
