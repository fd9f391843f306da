"""Callers of the API, and the IDs under which documents store them."""

from __future__ import annotations

from typing import Annotated, Any, Self
from urllib.parse import quote

from pydantic import AfterValidator

from functions.models.document import Value

PRODUCT_ID = "auto-image-gen"  # the app itself
ID_PREFIXES = ("key:", "jwt:", "schedule:")


def unless_an_id(name: str) -> str:
    """Return the name, or an empty string if documents could contain it as the ID of another creator."""
    return "" if name == PRODUCT_ID or name.startswith(ID_PREFIXES) else name


class Caller(Value):
    """The caller of a request. Its `id` is stored as `created_by`, its `name` is for display.

    `id` is `key:NAME`, `jwt:ISSUER:SUBJECT` with an encoded issuer, or the name of the app itself.
    """

    id: str
    name: str
    role: str  # reader, editor, or admin
    # the name under which version 0.1.0 stored the caller
    earlier_name: Annotated[str, AfterValidator(unless_an_id)] = ""

    @classmethod
    def of_key(cls, name: str, *, role: str) -> Self:
        """Return the owner of an API key."""
        return cls(id=f"key:{name}", name=name, role=role, earlier_name=name)

    @classmethod
    def of_token(cls, issuer: str, subject: str, *, name: str, role: str, earlier_name: str) -> Self:
        """Return the user of an access token. No other issuer and subject give the same ID."""
        return cls(id=f"jwt:{quote(issuer, safe='/')}:{subject}", name=name, role=role, earlier_name=earlier_name)

    @property
    def may_edit(self) -> bool:
        return self.role in ("editor", "admin")

    @property
    def may_administer(self) -> bool:
        return self.role == "admin"

    @property
    def known_as(self) -> tuple[str, ...]:
        """Return the values of `created_by` in documents of this caller.

        Documents of version 0.1.0 contain only a name, so that all callers of this name share them, as before.
        """
        return (self.id, self.earlier_name) if self.earlier_name else (self.id,)

    @property
    def creator(self) -> dict[str, Any]:
        """Return the fields of a document that this caller creates."""
        return {"created_by": self.id, "created_by_name": self.name}
