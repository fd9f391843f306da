"""The stand-in for Cosmos DB behaves toward the SDK as the documentation says: refusals, counts, and charges."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, NamedTuple

import pytest
from azure.cosmos.aio import CosmosClient
from azure.cosmos.exceptions import CosmosHttpResponseError

from tests.cosmos_documented.server import DocumentedCosmos, documented_cosmos
from tests.cosmos_server import cosmos_database

pytestmark = pytest.mark.cosmos
PARTITIONS = 4


class Used(NamedTuple):
    """The container of images, and the stand-in that it uses."""

    container: Any
    standin: DocumentedCosmos


@pytest.fixture
async def used(cosmos_endpoint: str) -> AsyncIterator[Used]:
    """Twelve items in as many partitions."""
    async with (
        documented_cosmos(cosmos_endpoint, partitions=PARTITIONS) as standin,
        cosmos_database(cosmos_endpoint) as access,
        CosmosClient(standin.endpoint, access.key) as client,
    ):
        container = client.get_database_client(access.database).get_container_client("images")
        for n in range(12):
            await container.create_item({"id": f"image-{n:02}", "month": f"2026-{n + 1:02}", "rating": n % 3})
        yield Used(container, standin)


async def found(used: Used, sql: str, **options: Any) -> list[Any]:
    return [item async for item in used.container.query_items(sql, **options)]


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        ("c.rating ASC, c.id ASC", "does not have a corresponding composite index"),
        ("c.deleted_at ASC, c.purging ASC, c.id DESC", "does not have a corresponding composite index"),
        ("c.prompt ASC", "the specified order-by item is excluded"),
    ],
)
async def test_an_order_without_index_is_refused(used: Used, order: str, reason: str) -> None:
    """ORDER BY without an index that serves it is a bad request."""
    with pytest.raises(CosmosHttpResponseError, match=reason) as caught:
        await found(used, f"SELECT * FROM c ORDER BY {order}")

    assert caught.value.status_code == 400
    assert len(used.standin.refused) == 1


async def test_a_query_asks_each_physical_partition(used: Used) -> None:
    """A query without a partition key is sent to all partitions, and a query with one to a single partition."""
    used.standin.calls.clear()
    ids = await found(used, "SELECT VALUE c.id FROM c ORDER BY c.id DESC")
    everywhere = [call.partition for call in used.standin.calls]
    used.standin.calls.clear()
    one = await found(used, "SELECT VALUE c.id FROM c WHERE c.month = '2026-03'", partition_key="2026-03")

    assert ids == [f"image-{n:02}" for n in range(11, -1, -1)]
    assert (len(everywhere), set(everywhere)) == (PARTITIONS, set(range(PARTITIONS)))
    assert one == ["image-02"]
    assert [call.ru for call in used.standin.calls] == [pytest.approx(5, abs=0.1)]


async def test_sums_and_limits_are_merged(used: Used) -> None:
    """An aggregate is the total of all partitions, and TOP limits the merged results."""
    assert await found(used, "SELECT VALUE COUNT(1) FROM c WHERE c.rating = 1") == [4]
    assert await found(used, "SELECT VALUE SUM(c.rating) FROM c") == [12]
    assert len(await found(used, "SELECT TOP 5 VALUE c.id FROM c WHERE c.rating >= 0")) == 5
    first = await found(used, "SELECT TOP 2 c.id, c.rating FROM c ORDER BY c.id ASC")
    assert first == [{"id": "image-00", "rating": 0}, {"id": "image-01", "rating": 1}]


async def test_a_filter_without_index_is_a_scan(used: Used) -> None:
    """A filter of a property without an index is answered, but is recorded as loading every document."""
    await found(used, "SELECT * FROM c WHERE c.prompt = 'fox'")

    assert used.standin.calls[-1].access == "scan"


async def test_charges_and_session_tokens_are_in_the_headers(used: Used) -> None:
    """Each answer has its request units and a session token that counts the writes; strong reads send no token."""
    headers: list[Any] = []
    await used.container.read_item("image-00", "2026-01", response_hook=lambda seen, _: headers.append(dict(seen)))
    await used.container.create_item(
        {"id": "last", "month": "2026-01"}, response_hook=lambda seen, _: headers.append(dict(seen))
    )

    assert [float(seen["x-ms-request-charge"]) for seen in headers] == [2.0, pytest.approx(6.5, abs=0.5)]
    assert [seen["x-ms-session-token"] for seen in headers] == ["0:-1#12", "0:-1#13"]
    assert used.standin.session_tokens == []
