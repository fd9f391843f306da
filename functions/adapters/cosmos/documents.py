"""Documents by ID in Cosmos DB."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Generic, TypeVar

from functions.adapters.cosmos.change_feed import ChangeToken, changes_since, token_of_now
from functions.adapters.cosmos.database import CosmosContainer, Item
from functions.adapters.cursors import Cursor, fixed_width
from functions.errors import NotFound
from functions.models.album import Album
from functions.models.document import Document
from functions.models.history import HistoryEntry, person_owner
from functions.models.library import LibrarySettings, Preset, SavedSearch
from functions.models.schedule import Schedule
from functions.models.stored import read, readable
from functions.ports import Page

D = TypeVar("D", bound=Document)
E = TypeVar("E", bound=HistoryEntry)
P = TypeVar("P", bound=Preset | SavedSearch)

Clock = Callable[[], datetime]


class CosmosStore(Generic[D]):
    """A store of one kind of document. The ID is the partition key, unless a subclass overrides it."""

    def __init__(self, container: CosmosContainer, model: type[D], clock: Clock) -> None:
        self._container = container
        self._model = model
        self._clock = clock

    async def get(self, id: str) -> D:
        return self._read(await self._container.read(id, self._partition_of_id(id)))

    async def get_many(self, ids: Sequence[str]) -> Sequence[D]:
        condition, values = self._kind_condition()
        items = await self._container.query(
            f"SELECT * FROM c WHERE ARRAY_CONTAINS(@ids, c.id) AND {condition}",  # noqa: S608
            {"ids": list(ids), **values},
        )
        found = {document.id: document for document in self._read_all(items)}
        return [found[id] for id in ids if id in found]

    async def create(self, document: D) -> D:
        return self._saved(document, await self._container.create(self._item(document)))

    async def replace(self, document: D) -> D:
        return self._saved(document, await self._container.replace(self._item(document), document.etag))

    async def delete(self, id: str) -> None:
        try:
            await self._container.delete(id, self._partition_of_id(id))
        except NotFound:
            return
        self._container.left_out.discard(id)

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
        """Return the condition that selects this store's items from a container with several kinds."""
        return "true", {}

    def _read(self, item: Item) -> D:
        known = self._model.model_fields
        body = {name: value for name, value in item.items() if name in known or not is_own(name)}
        return read(self._model, body, etag=item["_etag"])

    def _read_all(self, items: Sequence[Item]) -> list[D]:
        return readable((partial(self._read, item) for item in items), self._container.left_out)

    def _saved(self, document: D, item: Item) -> D:
        return document.evolve(etag=item["_etag"])


class CosmosSchedules(CosmosStore[Schedule]):
    """Schedules by ID, and a list of all."""

    async def all(self) -> Sequence[Schedule]:
        items = await self._container.query("SELECT * FROM c WHERE c.deleted_at = null", {})
        return sorted(self._read_all(items), key=by_name)


class CosmosSettings(CosmosStore[LibrarySettings]):
    """The settings of the library, in the partition `settings`."""

    SCOPE = "settings"

    def _partition_of_id(self, id: str) -> str:
        return self.SCOPE

    def _item(self, document: LibrarySettings) -> Item:
        return document.body() | {"scope": self.SCOPE, "kind": self.SCOPE}

    def _kind_condition(self) -> tuple[str, dict[str, Any]]:
        return "c.scope = @scope", {"scope": self.SCOPE}


class CosmosAlbums(CosmosStore[Album]):
    """Albums by ID, and a list of all, in the partition `albums`."""

    SCOPE = "albums"

    async def all(self) -> Sequence[Album]:
        condition, values = self._kind_condition()
        items = await self._container.query(
            f"SELECT * FROM c WHERE {condition}",  # noqa: S608
            values,
            partition=self.SCOPE,
        )
        return sorted(self._read_all(items), key=by_name)

    def _partition_of_id(self, id: str) -> str:
        return self.SCOPE

    def _item(self, document: Album) -> Item:
        return document.body() | {"scope": self.SCOPE, "kind": self.SCOPE}

    def _kind_condition(self) -> tuple[str, dict[str, Any]]:
        return "c.scope = @scope", {"scope": self.SCOPE}


class CosmosScoped(CosmosStore[D]):
    """Documents in the partition of their owner, which isn't known from the ID alone."""

    def __init__(self, container: CosmosContainer, model: type[D], clock: Clock, *, kind: str) -> None:
        super().__init__(container, model, clock)
        self._kind = kind

    async def get(self, id: str) -> D:
        return self._read(await self._find(id))

    async def delete(self, id: str) -> None:
        try:
            await self._container.delete(id, (await self._find(id))["scope"])
        except NotFound:
            return
        self._container.left_out.discard(id)

    def _scope(self, document: D) -> str:
        raise NotImplementedError

    def _item(self, document: D) -> Item:
        return document.body() | {"scope": self._scope(document), "kind": self._kind}

    def _kind_condition(self) -> tuple[str, dict[str, Any]]:
        return "c.kind = @kind", {"kind": self._kind}

    async def _find(self, id: str) -> Item:
        found = await self._container.query(
            "SELECT * FROM c WHERE c.id = @id AND c.kind = @kind", {"id": id, "kind": self._kind}
        )
        if not found:
            raise NotFound
        return dict(found[0])


class CosmosPersonal(CosmosScoped[P]):
    """Documents that belong to the user who created them."""

    async def of(self, *creators: str) -> Sequence[P]:
        scopes = [person_owner(created_by) for created_by in creators]
        items = await self._container.query(
            "SELECT * FROM c WHERE ARRAY_CONTAINS(@scopes, c.scope) AND c.kind = @kind",
            {"scopes": scopes, "kind": self._kind},
            partition=only(scopes),
        )
        return sorted(self._read_all(items), key=by_name)

    async def all(self) -> Sequence[P]:
        return self._read_all(await self._container.query("SELECT * FROM c WHERE c.kind = @kind", {"kind": self._kind}))

    def _scope(self, document: P) -> str:
        return person_owner(document.created_by)


class CosmosHistory(CosmosScoped[E]):
    """Entries of histories by owner. Cosmos DB deletes them after their time to live, if they have one."""

    def __init__(
        self, container: CosmosContainer, model: type[E], clock: Clock, *, kind: str, ttl_s: int | None = None
    ) -> None:
        super().__init__(container, model, clock, kind=kind)
        self._ttl = {"ttl": ttl_s} if ttl_s is not None else {}

    async def page(self, *owners: str, cursor: str | None = None, limit: int = 50) -> Page[E]:
        conditions = ["ARRAY_CONTAINS(@scopes, c.scope)", "c.kind = @kind"]
        values: dict[str, Any] = {"scopes": list(owners), "kind": self._kind}
        if cursor is not None:
            position = Cursor.read(cursor)
            conditions.append("(c.at < @moment OR (c.at = @moment AND c.id < @id))")
            values |= {"moment": fixed_width(position.at), "id": position.id}
        items = await self._container.query(
            f"SELECT TOP {limit + 1} * FROM c WHERE {' AND '.join(conditions)} ORDER BY c.at DESC, c.id DESC",  # noqa: S608
            values,
            partition=only(owners),
            page=limit + 1,
        )
        following = cursor_at(items[limit - 1], "at") if len(items) > limit else None
        return Page(items=self._read_all(items[:limit]), next_cursor=following)

    def _scope(self, document: E) -> str:
        return document.owner

    def _item(self, document: E) -> Item:
        return super()._item(document) | {"at": fixed_width(document.at)} | self._ttl


def only(scopes: Sequence[str]) -> str | None:
    """Return the only partition of a query, or None if it reads several."""
    return scopes[0] if len(scopes) == 1 else None


def is_own(name: str) -> bool:
    """Return whether a property of an item is added by Cosmos DB or by this adapter, and isn't part of the document."""
    return name.startswith("_") or name in ("search", "open", "scope", "kind", "ttl")


def cursor_at(item: Item, field: str) -> str:
    """Return the cursor after an item by its time in `field`, whether or not its document can be read."""
    return str(Cursor(datetime.fromisoformat(item[field]), item["id"]))


def by_name(document: Schedule | Preset | SavedSearch | Album) -> tuple[str, str]:
    """Return the sort key for lists sorted by name."""
    return document.name.casefold(), document.id
