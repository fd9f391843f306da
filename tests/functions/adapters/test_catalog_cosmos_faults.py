"""How the SDK handles failures of Cosmos DB, and what the caller receives, with a stand-in made from the docs."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import NamedTuple

import pytest

from functions.adapters.cosmos.catalog import open_cosmos
from functions.errors import AppError, NotFound, Permanent, RateLimited, Unavailable
from functions.ports import Catalog
from functions.search.query import ImageQuery
from tests.catalogs import a_job, an_image
from tests.cosmos_documented.server import DocumentedCosmos, Fault, documented_cosmos
from tests.cosmos_server import cosmos_database

pytestmark = pytest.mark.cosmos


class Failing(NamedTuple):
    """A catalog, and the stand-in whose failures are planned."""

    catalog: Catalog
    standin: DocumentedCosmos


@pytest.fixture
async def failing(cosmos_endpoint: str) -> AsyncIterator[Failing]:
    async with (
        documented_cosmos(cosmos_endpoint, partitions=2) as standin,
        cosmos_database(cosmos_endpoint) as access,
    ):
        catalog = open_cosmos(standin.endpoint, access.key, access.database)
        await catalog.jobs.create(a_job("one"))
        yield Failing(catalog, standin)
        await catalog.close()


async def test_a_short_throttling_is_waited_for(failing: Failing) -> None:
    """After a 429, the SDK waits as long as the answer says, and the caller notices nothing."""
    failing.standin.plan(Fault(429, 3200, retry_after_ms=150))
    begun = time.monotonic()

    job = await failing.catalog.jobs.get("one")

    assert job.id == "one"
    assert time.monotonic() - begun >= 0.15


async def test_a_long_throttling_says_when_to_come_back(failing: Failing) -> None:
    """After six answers with 429, the caller is told to wait, with the last answer's delay."""
    failing.standin.plan(*[Fault(429, 3200, retry_after_ms=20)] * 5, Fault(429, 3200, retry_after_ms=1500))

    with pytest.raises(RateLimited) as caught:
        await failing.catalog.jobs.get("one")

    assert caught.value.retry_after_s == 1.5
    assert not failing.standin.faults


async def test_a_throttled_query_is_repeated(failing: Failing) -> None:
    """A page of the gallery that is throttled in one partition is complete."""
    image = await failing.catalog.images.create(an_image())
    failing.standin.plan(Fault(429, 3200, retry_after_ms=10, method="POST"))

    assert await failing.catalog.images.search(ImageQuery()) == [image]
    assert not failing.standin.faults


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault(449), Unavailable),
        (Fault(410, 1002), Unavailable),
        (Fault(410, 1007), Unavailable),
        (Fault(404, 1002), Unavailable),
        (Fault(404, 0), NotFound),
    ],
)
@pytest.mark.parametrize("method", ["get", "replace", "delete"])
async def test_a_passing_failure_of_one_item(
    failing: Failing, fault: Fault, expected: type[AppError], method: str
) -> None:
    """A failure that will pass is `Unavailable`, and never a missing item."""
    job = await failing.catalog.jobs.get("one")
    failing.standin.plan(*[fault] * 8)
    calls: dict[str, Callable[[], Awaitable[object]]] = {
        "get": lambda: failing.catalog.jobs.get("one"),
        "replace": lambda: failing.catalog.jobs.replace(job),
        "delete": lambda: failing.catalog.jobs.delete("one"),
    }
    if (method, expected) == ("delete", NotFound):
        await failing.catalog.jobs.delete("one")
        return

    with pytest.raises(expected) as caught:
        await calls[method]()

    assert type(caught.value) is expected
    failing.standin.faults.clear()
    assert await failing.catalog.jobs.get("one") == job


@pytest.mark.parametrize("fault", [Fault(449), Fault(410, 1002), Fault(410, 1007)])
async def test_a_conflict_of_simultaneous_writes_is_repeated(failing: Failing, fault: Fault) -> None:
    """The documentation says that 410 and 449 are safe to repeat; the SDK leaves that to the adapter."""
    job = await failing.catalog.jobs.get("one")
    failing.standin.plan(fault, fault)

    replaced = await failing.catalog.jobs.replace(job.evolve(attempt=2))

    assert not failing.standin.faults
    assert await failing.catalog.jobs.get("one") == replaced


async def test_a_create_is_repeated_only_if_nothing_was_created(failing: Failing) -> None:
    """A create is repeated after a 449, but not after a 410, which leaves open whether the item was created."""
    failing.standin.plan(Fault(449))
    assert (await failing.catalog.jobs.create(a_job("two"))).id == "two"

    failing.standin.plan(Fault(410, 1007))
    with pytest.raises(Unavailable):
        await failing.catalog.jobs.create(a_job("three"))


async def test_a_create_while_a_session_lags_is_no_wrong_setting(failing: Failing) -> None:
    """404 with sub-status 1002 for a create is a passing failure, not a missing container."""
    failing.standin.plan(*[Fault(404, 1002)] * 4)

    with pytest.raises(Unavailable):
        await failing.catalog.jobs.create(a_job("two"))


async def test_one_lagging_replica_goes_unnoticed(failing: Failing) -> None:
    """The SDK repeats a read once if the replica hasn't received the write yet."""
    failing.standin.plan(Fault(404, 1002))

    assert (await failing.catalog.jobs.get("one")).id == "one"


async def test_a_query_survives_a_split_of_a_partition(failing: Failing) -> None:
    """After a 410 the SDK reads the partitions again, and the page is complete."""
    image = await failing.catalog.images.create(an_image())
    failing.standin.plan(Fault(410, 1002, method="POST"))

    assert await failing.catalog.images.search(ImageQuery()) == [image]


async def test_a_document_over_2_mb_is_a_permanent_error(failing: Failing) -> None:
    """A document that is too large is refused with what to change, and isn't stored."""
    with pytest.raises(Permanent, match="2 MB"):
        await failing.catalog.jobs.create(a_job("large", error="x" * 2_100_000))

    with pytest.raises(NotFound):
        await failing.catalog.jobs.get("large")


async def test_charges_follow_the_documentation(failing: Failing) -> None:
    """With strong consistency, a small point read costs 2 RU, and a query 5 RU in each partition it asks."""
    failing.standin.calls.clear()
    job = await failing.catalog.jobs.get("one")
    await failing.catalog.jobs.replace(job)
    await failing.catalog.images.search(ImageQuery())

    read, write, *parts = failing.standin.calls

    assert (read.method, round(read.ru)) == ("GET", 2)
    assert write.method == "PUT"
    assert 10 < write.ru < 20
    assert [(part.partition, round(part.ru, 1)) for part in parts] == [(0, 5.0), (1, 5.0)]
