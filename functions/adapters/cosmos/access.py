"""API keys in Cosmos DB."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from functions.adapters.cosmos.database import Item
from functions.adapters.cosmos.documents import CosmosStore
from functions.models.api_key import StoredKey


class CosmosKeys(CosmosStore[StoredKey]):
    """API keys by ID, and a list of all, in the partition `keys` of the container `library`."""

    SCOPE = "keys"

    async def all(self) -> Sequence[StoredKey]:
        condition, values = self._kind_condition()
        items = await self._container.query(
            f"SELECT * FROM c WHERE {condition}",  # noqa: S608
            values,
            partition=self.SCOPE,
        )
        return sorted(self._read_all(items), key=lambda key: (key.name.casefold(), key.id))

    def _partition_of_id(self, id: str) -> str:
        return self.SCOPE

    def _item(self, document: StoredKey) -> Item:
        return document.body() | {"scope": self.SCOPE, "kind": self.SCOPE}

    def _kind_condition(self) -> tuple[str, dict[str, Any]]:
        return "c.scope = @scope", {"scope": self.SCOPE}
