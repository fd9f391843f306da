"""Access to a Cosmos DB database: client and errors.

Nothing is created at run time, because an app with managed identity isn't allowed to. The infrastructure creates the
containers from `containers.json`.
"""

from __future__ import annotations

import asyncio
import base64
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from functions.adapters.cosmos.errors import ErrorContext, no_answer, translated
from functions.errors import BadRequest, NotFound, SettingsError
from functions.models.stored import LeftOut

if TYPE_CHECKING:
    from azure.cosmos.aio import ContainerProxy, CosmosClient

Item = dict[str, Any]
T = TypeVar("T")

RETRY_FOR_S = 20.0  # for one operation, including the SDK's retries
RETRYING: dict[str, Any] = {
    "connection_timeout": 5,
    "retry_connect": 2,
    "retry_read": 1,
    "retry_throttle_total": 5,
    "retry_throttle_backoff_max": 10,
}
# A partition was moved, or simultaneous writes conflicted. Such calls are safe to repeat, but the SDK doesn't.
GONE, CONFLICTING = 410, 449
PAUSES_S = (0.05, 0.2, 0.5)
LONGEST_ID = 255
FORBIDDEN_IN_IDS = frozenset("/\\?#")


class CosmosDatabase:
    """The containers of one database by name."""

    def __init__(self, endpoint: str, key: str | None, name: str, *, retry_for_s: float = RETRY_FOR_S) -> None:
        self._endpoint, self._key, self._name, self._retry_for_s = endpoint, key, name, retry_for_s
        self.left_out = LeftOut()
        self._resources = AsyncExitStack()
        self._connecting = asyncio.Lock()
        self._containers: dict[str, ContainerProxy] = {}
        self._client: CosmosClient | None = None
        self._connected = False

    async def container(self, name: str) -> ContainerProxy:
        async with self._connecting:
            if not self._connected:
                await self._connect()
                self._connected = True
        if name not in self._containers:
            assert self._client is not None  # noqa: S101
            self._containers[name] = self._client.get_database_client(self._name).get_container_client(name)
        return self._containers[name]

    @asynccontextmanager
    async def errors(self, container: str, *, one_item: bool) -> AsyncIterator[None]:
        """Convert every error in the block to an error of the app, and limit its duration.

        If `one_item` is false, "not found" can only refer to the container.
        """
        from azure.core.exceptions import AzureError

        try:
            async with asyncio.timeout(self._retry_for_s):
                yield
        except AzureError as exc:
            context = ErrorContext(self._endpoint, self._name, container)
            raise translated(exc, context, one_item=one_item) from exc
        except TimeoutError as exc:
            raise no_answer(self._endpoint) from exc

    async def close(self) -> None:
        await self._resources.aclose()

    async def _connect(self) -> None:
        """Connect to the account. After a failure, the next call retries with the same client."""
        if self._client is None:
            self._client = self._make_client()
            self._resources.push_async_callback(self._client.close)
        await self._client.__aenter__()

    def _make_client(self) -> CosmosClient:
        from azure.cosmos.aio import CosmosClient

        if not self._endpoint.startswith(("https://", "http://")):
            raise SettingsError("COSMOS_ENDPOINT isn't a valid URL. Set it to the URI of the Cosmos DB account.")
        credential: Any = self._key
        if credential:
            check_key(credential)
        else:
            from azure.identity.aio import DefaultAzureCredential

            credential = DefaultAzureCredential()
            self._resources.push_async_callback(credential.close)
        return CosmosClient(self._endpoint, credential, **RETRYING)


class CosmosContainer:
    """Items of one container by ID and partition."""

    def __init__(self, database: CosmosDatabase, name: str) -> None:
        self._database, self.name = database, name
        self.left_out = database.left_out

    async def read(self, id: str, partition: str) -> Item:
        check_id(id, NotFound)
        async with self._database.errors(self.name, one_item=True):
            container = await self._database.container(self.name)
            return dict(await repeated(lambda: container.read_item(id, partition)))

    async def create(self, item: Item) -> Item:
        check_id(item["id"], BadRequest)
        async with self._database.errors(self.name, one_item=False):
            container = await self._database.container(self.name)
            # Not after a 410: if the first attempt created the item, the second would report that it already exists.
            return dict(await repeated(lambda: container.create_item(item), statuses=frozenset({CONFLICTING})))

    async def replace(self, item: Item, etag: str | None) -> Item:
        """Replace the version with this ETag.

        Raises `Stale` if it was replaced, and `NotFound` if the item doesn't exist.
        """
        from azure.core import MatchConditions

        check_id(item["id"], NotFound)
        async with self._database.errors(self.name, one_item=True):
            container = await self._database.container(self.name)
            return dict(
                await repeated(
                    lambda: container.replace_item(
                        item["id"], item, etag=etag or "never given", match_condition=MatchConditions.IfNotModified
                    )
                )
            )

    async def delete(self, id: str, partition: str) -> None:
        """Delete an item, or raise `NotFound` if it doesn't exist."""
        check_id(id, NotFound)
        async with self._database.errors(self.name, one_item=True):
            container = await self._database.container(self.name)
            await repeated(lambda: container.delete_item(id, partition))

    async def query(
        self, sql: str, values: Mapping[str, Any], *, partition: str | None = None, page: int | None = None
    ) -> Sequence[Any]:
        """Return all results of a query in one partition or, without `partition`, in all.

        `page` is the expected number.
        """
        options: dict[str, Any] = {"max_item_count": page} if page is not None else {}
        if partition is not None:
            options["partition_key"] = partition
        parameters = [{"name": f"@{name}", "value": value} for name, value in values.items()]
        async with self._database.errors(self.name, one_item=False):
            container = await self._database.container(self.name)
            return [item async for item in container.query_items(sql, parameters=parameters, **options)]


async def repeated(call: Callable[[], Awaitable[T]], *, statuses: frozenset[int] = frozenset({GONE, CONFLICTING})) -> T:
    """Return the result of a call, which is repeated after random pauses if it fails with one of these statuses."""
    from azure.cosmos.exceptions import CosmosHttpResponseError

    for longest_s in PAUSES_S:
        try:
            return await call()
        except CosmosHttpResponseError as exc:
            if exc.status_code not in statuses:
                raise
        await asyncio.sleep(random.uniform(0, longest_s))  # noqa: S311  not a secret
    return await call()


def check_key(key: str) -> None:
    """Raise `SettingsError` for an invalid key. The SDK would raise a less helpful error at the first request."""
    try:
        base64.b64decode(key, validate=True)
    except ValueError as exc:
        raise SettingsError(
            "COSMOS_KEY isn't a valid account key. Copy it from the account again, or remove it to use managed "
            "identity."
        ) from exc


def check_id(id: str, refusal: type[NotFound] | type[BadRequest]) -> None:
    """Raise `refusal` for an ID that Cosmos DB can't store.

    A request with such an ID would address something else.
    """
    if not 0 < len(id) <= LONGEST_ID or not FORBIDDEN_IN_IDS.isdisjoint(id):
        raise refusal("An ID must have 1 to 255 characters and can't contain / \\ ? or #.")
