"""Fields of documents in responses."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from functions.models.document import Document, Value

# An internal field, which isn't part of responses or of the OpenAPI document.
EXCLUDED: Any = Field(default=None, exclude=True)


def response_fields(document: Document, **more: Any) -> dict[str, Any]:
    """Return the fields of a document for a response. They were validated when it was loaded.

    Fields that this version doesn't know aren't included, in parts of the document neither.
    """
    known = {name: known_fields(getattr(document, name)) for name in type(document).model_fields}
    creator = {"created_by_name": document.created_by_name or document.created_by}
    return {**known, **creator, "etag": document.etag or ""} | more


def known_fields(value: Any) -> Any:
    """Return a part of a document without the fields that a newer version has added."""
    if isinstance(value, Value):
        kept = {name: known_fields(getattr(value, name)) for name in type(value).model_fields}
        return type(value).model_construct(**kept)
    if isinstance(value, tuple):
        return tuple(known_fields(one) for one in value)
    return value
