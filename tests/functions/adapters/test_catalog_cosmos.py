"""Cosmos DB only: errors, timeouts, time to live, and partitions."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from azure.core.exceptions import ClientAuthenticationError, ServiceRequestError
from azure.cosmos.exceptions import CosmosHttpResponseError

from functions.adapters.cosmos.catalog import open_cosmos
from functions.adapters.cosmos.errors import ErrorContext, translated
from functions.adapters.cosmos.query import conditions_of
from functions.errors import (
    AlreadyExists,
    AppError,
    NotFound,
    Permanent,
    RateLimited,
    SettingsError,
    Stale,
    Unavailable,
)
from functions.models.job import Status
from functions.search.query import ImageQuery, Span
from tests.azurite import free_ports
from tests.catalogs import a_job, an_image
from tests.cosmos_server import CONTAINERS, CosmosAccess
from tests.fakes import START

PLACE = ErrorContext("https://account.test", "auto-image-gen", "images")


def failure(status: int, sub_status: int | None = None, **headers: str) -> CosmosHttpResponseError:
    exc = CosmosHttpResponseError(status_code=status, message="told by the service", sub_status=sub_status)
    exc.headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return exc


@pytest.mark.parametrize(
    ("exc", "one_item", "expected", "says"),
    [
        (failure(404), True, NotFound, "No resource with this ID"),
        (failure(404), False, SettingsError, "database auto-image-gen has no container images"),
        (failure(404, 1002), True, Unavailable, "busy or unavailable"),
        (failure(404, 1002), False, Unavailable, "busy or unavailable"),
        (failure(404, 1003), True, SettingsError, "Deploy infra/"),
        (failure(409), False, AlreadyExists, "already in use"),
        (failure(412), True, Stale, "Someone else has changed"),
        (failure(401), True, SettingsError, "COSMOS_KEY"),
        (failure(403), True, SettingsError, "Built-in Data Contributor"),
        (failure(413), False, Permanent, "2 MB"),
        (failure(408), True, Unavailable, "busy or unavailable"),
        (failure(429), True, RateLimited, "rate limiting"),
        (failure(449), True, Unavailable, "busy or unavailable"),
        (failure(500), True, Unavailable, "busy or unavailable"),
        (failure(503), True, Unavailable, "busy or unavailable"),
        (failure(0), True, Unavailable, "busy or unavailable"),
        (failure(400), True, AppError, "status 400"),
        (ServiceRequestError("no route"), True, Unavailable, "didn't respond"),
        (ClientAuthenticationError("no identity"), True, Unavailable, "managed identity"),
    ],
)
def test_each_failure_has_its_sentence(exc: Any, one_item: bool, expected: Any, says: str) -> None:
    """Errors of the SDK become errors of this program, without the text of the service."""
    translation = translated(exc, PLACE, one_item=one_item)

    assert type(translation) is expected
    assert says in translation.message
    assert "told by the service" not in translation.message


def test_throttling_says_when_to_come_back() -> None:
    """The error contains the requested delay."""
    translation = translated(failure(429, x_ms_retry_after_ms="1500"), PLACE, one_item=True)

    assert translation.retry_after_s == 1.5


async def test_silence_is_unavailable() -> None:
    """An endpoint that doesn't respond is reported by name within the timeout."""
    endpoint = f"http://127.0.0.1:{free_ports(1)[0]}"
    catalog = open_cosmos(endpoint, "bm8=", "nowhere", retry_for_s=1.0)

    for _ in range(2):
        with pytest.raises(Unavailable, match=re.escape(endpoint)):
            await catalog.jobs.get("one")

    await catalog.close()


@pytest.mark.parametrize(
    ("endpoint", "key", "setting"),
    [
        ("https://account.test", "not base64!", "COSMOS_KEY"),
        ("https://account.test", "abc", "COSMOS_KEY"),
        ("account", "bm8=", "COSMOS_ENDPOINT"),
    ],
)
async def test_malformed_access_is_a_wrong_setting(endpoint: str, key: str, setting: str) -> None:
    """An endpoint or key that cannot be one names its setting, and never the key."""
    catalog = open_cosmos(endpoint, key, "nowhere")

    for _ in range(2):
        with pytest.raises(SettingsError, match=setting) as caught:
            await catalog.jobs.get("one")

    assert key not in caught.value.message
    await catalog.close()


@pytest.mark.cosmos
async def test_missing_containers_are_a_wrong_setting_and_stay_missing(cosmos: CosmosAccess) -> None:
    """A missing database or container is reported by name, and none is created."""
    catalog = open_cosmos(cosmos.endpoint, cosmos.key, "no-such-database")

    for attempt in (catalog.jobs.create(a_job("one")), catalog.images.search(ImageQuery()), catalog.schedules.all()):
        with pytest.raises(SettingsError, match="no-such-database"):
            await attempt

    await catalog.close()


async def test_unused_catalog_closes_without_having_connected() -> None:
    """Opening and closing a catalog without a call connects to nothing."""
    catalog = open_cosmos("https://account.invalid", None, "auto-image-gen")

    await catalog.close()


@pytest.fixture
async def raw(cosmos: CosmosAccess) -> AsyncIterator[Any]:
    """The database as the SDK sees it."""
    from azure.cosmos.aio import CosmosClient

    async with CosmosClient(cosmos.endpoint, cosmos.key) as client:
        yield client.get_database_client(cosmos.database)


@pytest.mark.cosmos
async def test_finished_jobs_carry_their_time_to_live(cosmos: CosmosAccess, raw: Any) -> None:
    """Cosmos forgets a job 400 days after it ended, and never one that is open."""
    catalog = open_cosmos(cosmos.endpoint, cosmos.key, cosmos.database)
    await catalog.jobs.create(a_job("open"))
    job = await catalog.jobs.create(a_job("done"))
    await catalog.jobs.replace(job.with_status(Status.FAILED, now=START))

    items = {item["id"]: item async for item in raw.get_container_client("jobs").read_all_items()}

    assert items["done"]["ttl"] == 400 * 86_400
    assert "ttl" not in items["open"]
    await catalog.close()


@pytest.mark.cosmos
async def test_items_lie_in_their_partitions(cosmos: CosmosAccess, raw: Any) -> None:
    """An image is in the partition of its month; its items have words, tags, and model."""
    catalog = open_cosmos(cosmos.endpoint, cosmos.key, cosmos.database)
    image = await catalog.images.create(an_image(tags=("Night",), model="acme/XL", deleted_at=START))

    item = await raw.get_container_client("images").read_item(image.id, "2026-11")

    assert item["search"] == {
        "tags": ["night"],
        "words": ["animals", "a", "red", "fox", "night"],
        "models": ["acme/xl", "xl"],
        "ratio": 1.0,
    }
    assert item["deleted_at"] == "2026-11-23T09:00:00.000000Z"
    assert {key for key in item if key.startswith("_")} <= {"_etag", "_rid", "_self", "_ts", "_attachments"}
    await catalog.close()


def test_every_queried_path_is_indexed() -> None:
    """The indexing policy contains every queried field and excludes all others."""
    query = ImageQuery(
        terms=("a",),
        without_terms=("b",),
        tags=("c",),
        without_tags=("d",),
        model="m",
        schedule_id="s",
        job_id="j",
        seed=1,
        steps=Span(low=1, high=2),
        rating=Span(low=1, high=2),
        size=(1, 2),
        ratio=(16, 9),
        favourite=True,
        approved=True,
        missing=True,
        since=START.date(),
        until=(START + timedelta(days=1)).date(),
    )
    containers: dict[str, dict[str, Any]] = {found["id"]: found for found in json.loads(CONTAINERS.read_text())}
    policy = containers["images"]["indexingPolicy"]
    indexed = {found["path"] for found in policy["includedPaths"]}

    named = set(re.findall(r"c\.([a-z_.]+)", " ".join(conditions_of(query)[0])))

    assert {
        path.removeprefix("/").removesuffix("/?").removesuffix("/[]").replace("/", ".") for path in indexed
    } >= named
    assert policy["excludedPaths"] == [{"path": "/*"}]
    assert {found["partitionKey"]["paths"][0] for found in containers.values()} == {"/month", "/id", "/scope"}
    assert containers["jobs"]["defaultTtl"] == -1


@pytest.mark.cosmos
async def test_an_image_of_an_earlier_version_is_found_by_its_ratio(cosmos: CosmosAccess, raw: Any) -> None:
    """An item without a stored ratio is found by its width and height, also if the ratio is excluded."""
    catalog = open_cosmos(cosmos.endpoint, cosmos.key, cosmos.database)
    wide = await catalog.images.create(an_image(width=352, height=192))
    square = await catalog.images.create(an_image())
    container = raw.get_container_client("images")
    for image in (wide, square):
        item = await container.read_item(image.id, image.month)
        del item["search"]["ratio"]
        await container.replace_item(image.id, item)
    stored = await catalog.images.create(an_image(width=1344, height=768))

    found = await catalog.images.search(ImageQuery(ratio=(16, 9)))
    others = await catalog.images.search(ImageQuery(none_of=(ImageQuery(ratio=(16, 9)),)))

    assert {image.id for image in found} == {wide.id, stored.id}
    assert [image.id for image in others] == [square.id]
    await catalog.close()


def test_excluding_a_schedule_keeps_images_without_one() -> None:
    """The condition is false for a null schedule, whose comparison with a text is undefined in Cosmos DB."""
    conditions, values = conditions_of(ImageQuery(none_of=(ImageQuery(schedule_id="daily"),)))

    assert conditions[1:] == ["NOT (NOT IS_NULL(c.schedule_id) AND c.schedule_id = @p0)"]
    assert values == {"p0": "daily"}
