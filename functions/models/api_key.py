"""API keys that administrators have created."""

from __future__ import annotations

from functions.models.document import Document, Instant


class StoredKey(Document):
    """An API key in the catalog. Only its hash is stored."""

    name: str
    role: str  # reader, editor, or admin
    sha256: str  # hexadecimal
    last_four: str  # characters of the key, to recognize it
    expires_at: Instant | None = None
    last_used_at: Instant | None = None  # saved at most every few minutes
