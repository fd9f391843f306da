"""Fields of documents in responses."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from functions.models.document import Document

# An internal field, which isn't part of responses or of the OpenAPI document.
EXCLUDED: Any = Field(default=None, exclude=True)


def response_fields(document: Document, **more: Any) -> dict[str, Any]:
    """Return the fields of a document for a response. They were validated when it was loaded.

    Fields that this version doesn't know aren't included.
    """
    known = {name: getattr(document, name) for name in type(document).model_fields}
    return {**known, "etag": document.etag or ""} | more
