"""Documents by id in Cosmos DB."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

from functions.adapters.cosmos_changes import ChangeToken, changes_since, token_of_now
from functions.adapters.cosmos_database import CosmosContainer, Item
from functions.errors import NotFound
from functions.models.document import Document
from functions.models.library import LibrarySettings, Preset, SavedSearch
from functions.models.schedule import Schedule

D = TypeVar("D", bound=Document)
P = TypeVar("P", bound=Preset | SavedSearch)

Clock = Callable[[], datetime]


class CosmosStore(Generic[D]):
    """A store of one kind of document; the id is the partition, unless a subclass says otherwise."""

    def __init__(self, container: CosmosContainer, model: type[D], clock: Clock) -> None:
        self._container = container
        self._model = model
        self._clock = clock

    async def get(self, id: str) -> D:
        return self._read(await self._container.read(id, self._partition_of_id(id)))

    async def create(self, document: D) -> D:
        return self._saved(document, await self._container.create(self._item(document)))

    async def replace(self, document: D) -> D:
        return self._saved(document, await self._container.replace(self._item(document), document.etag))

    async def delete(self, id: str) -> None:
        try:
            await self._container.delete(id, self._partition_of_id(id))
        except NotFound:
            return

    async def changed(self, since: str | None, *, limit: int = 200) -> tuple[Sequence[D], str]:
        condition, values = self._kind_condition()
        now = self._clock()
        if since is None:
            return (), str(await token_of_now(self._container, condition, values, now=now))
        items, token = await changes_since(
            self._container, condition, values, ChangeToken.read(since), limit=limit, now=now
        )
        return self._read_all(items), str(token)

    def _partition_of_id(self, id: str) -> str:
        return id

    def _item(self, document: D) -> Item:
        return document.body()

    def _kind_condition(self) -> tuple[str, dict[str, Any]]:
        """What tells this store's items from others in the same container."""
        return "true", {}

    def _read(self, item: Item) -> D:
        return self._model.model_validate(item).evolve(etag=item["_etag"])

    def _read_all(self, items: Sequence[Item]) -> list[D]:
        return [self._read(item) for item in items]

    def _saved(self, document: D, item: Item) -> D:
        return document.evolve(etag=item["_etag"])


class CosmosSchedules(CosmosStore[Schedule]):
    async def all(self) -> Sequence[Schedule]:
        items = await self._container.query("SELECT * FROM c WHERE c.deleted_at = null", {})
        return sorted(self._read_all(items), key=by_name)


class CosmosSettings(CosmosStore[LibrarySettings]):
    """The library's settings, in the partition `settings`."""

    SCOPE = "settings"

    def _partition_of_id(self, id: str) -> str:
        return self.SCOPE

    def _item(self, document: LibrarySettings) -> Item:
        return document.body() | {"scope": self.SCOPE, "kind": self.SCOPE}

    def _kind_condition(self) -> tuple[str, dict[str, Any]]:
        return "c.scope = @scope", {"scope": self.SCOPE}


class CosmosPersonal(CosmosStore[P]):
    """Documents that belong to who created them, in the partition of that person."""

    def __init__(self, container: CosmosContainer, model: type[P], clock: Clock, *, kind: str) -> None:
        super().__init__(container, model, clock)
        self._kind = kind

    async def get(self, id: str) -> P:
        return self._read(await self._find(id))

    async def delete(self, id: str) -> None:
        try:
            await self._container.delete(id, (await self._find(id))["scope"])
        except NotFound:
            return

    async def of(self, person: str) -> Sequence[P]:
        scope = scope_of(person)
        items = await self._container.query(
            "SELECT * FROM c WHERE c.scope = @scope AND c.kind = @kind",
            {"scope": scope, "kind": self._kind},
            partition=scope,
        )
        return sorted(self._read_all(items), key=by_name)

    def _item(self, document: P) -> Item:
        return document.body() | {"scope": scope_of(document.created_by), "kind": self._kind}

    def _kind_condition(self) -> tuple[str, dict[str, Any]]:
        return "c.kind = @kind", {"kind": self._kind}

    async def _find(self, id: str) -> Item:
        """The item, whoever owns it: the id alone does not say."""
        found = await self._container.query(
            "SELECT * FROM c WHERE c.id = @id AND c.kind = @kind", {"id": id, "kind": self._kind}
        )
        if not found:
            raise NotFound
        return dict(found[0])


def scope_of(person: str) -> str:
    return f"person:{person}"


def by_name(document: Schedule | Preset | SavedSearch) -> tuple[str, str]:
    return document.name.casefold(), document.id
