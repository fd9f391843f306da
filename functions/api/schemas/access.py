"""Schemas of API keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from functions.api.schemas.fields import Body, Moment, Name
from functions.models.api_key import StoredKey
from functions.models.document import Instant

Role = Literal["reader", "editor", "admin"]


class KeyBody(Body):
    """An API key to create."""

    name: Annotated[
        Name,
        Field(
            max_length=64,
            pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._@-]*$",
            description="Name of the key, unique in any case. It identifies the caller as `key:NAME`.",
        ),
    ]
    role: Annotated[Role, Field(description="What the key may do.")]
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

    key: str = Field(description="The key itself. It is returned only now, and only its hash is stored.")


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
