"""API keys in SQLite."""

from __future__ import annotations

from collections.abc import Sequence

from functions.adapters.sqlite.documents import SqliteDocuments
from functions.models.api_key import StoredKey


class SqliteKeys(SqliteDocuments[StoredKey]):
    """API keys by ID, and a list of all."""

    kind = "keys"

    async def all(self) -> Sequence[StoredKey]:
        return sorted(await self._all(), key=lambda key: (key.name.casefold(), key.id))
