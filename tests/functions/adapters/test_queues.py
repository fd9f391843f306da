"""JobQueue against a real Azurite."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from azure.storage.queue.aio import QueueServiceClient

from functions.adapters.azure_storage.errors import RETRY_FOR_S
from functions.adapters.azure_storage.queues import StorageQueue, parse_message
from functions.bootstrap import GENERATION_QUEUE
from functions.errors import BadRequest, Permanent, SettingsError, Unavailable
from functions.models.job import Message
from tests.azurite import AzuriteServer, azurite_met

pytestmark = pytest.mark.azurite

SLACK_S = 10  # of a busy machine; the SDK's own patience is minutes
FIRST = Message(job_id="daily@20261123T0900Z", attempt=1)
SECOND = Message(job_id="daily@20261123T0900Z", attempt=2)


@pytest.fixture
async def queue(storage: str) -> AsyncIterator[StorageQueue]:
    opened = StorageQueue(GENERATION_QUEUE, connection_string=storage)
    yield opened
    await opened.close()


@pytest.fixture
async def service(storage: str) -> AsyncIterator[QueueServiceClient]:
    async with QueueServiceClient.from_connection_string(storage) as opened:
        yield opened


async def received(service: QueueServiceClient, name: str = GENERATION_QUEUE) -> list[str]:
    """The texts on the wire, as the functions host gets them."""
    async with service.get_queue_client(name) as client:
        return [message.content async for message in client.receive_messages(visibility_timeout=30)]


async def test_a_message_is_base64_of_json_as_the_host_expects(
    queue: StorageQueue, service: QueueServiceClient
) -> None:
    """A message in any other encoding would go straight to the poison queue."""
    await queue.send(FIRST)

    texts = await received(service)
    assert [json.loads(base64.b64decode(text)) for text in texts] == [{"job_id": FIRST.job_id, "attempt": 1}]
    assert parse_message(base64.b64decode(texts[0])) == FIRST


async def test_the_first_message_makes_the_queue_and_its_poison_queue(
    queue: StorageQueue, service: QueueServiceClient
) -> None:
    """A fresh storage account needs no preparation."""
    await asyncio.gather(*(queue.send(FIRST) for _ in range(5)))

    names = [found.name async for found in service.list_queues()]
    assert names == ["generation-jobs", "generation-jobs-poison"]
    assert len(await received(service)) + len(await received(service)) == 5


async def test_a_message_never_expires(queue: StorageQueue, service: QueueServiceClient) -> None:
    """A job that waits through a long holiday is still there."""
    await queue.send(FIRST)

    async with service.get_queue_client(GENERATION_QUEUE) as client:
        peeked = await client.peek_messages()
    assert peeked[0].expires_on is not None
    assert peeked[0].expires_on > datetime.now(UTC) + timedelta(days=365)


async def test_a_delayed_message_is_invisible_until_then(queue: StorageQueue, service: QueueServiceClient) -> None:
    """A delayed message is not visible before its delay ends."""
    await queue.send(SECOND, delay_s=0.2)

    assert await queue.oldest_inserted_at() is None
    async with asyncio.timeout(60):
        while not (texts := await received(service)):  # noqa: ASYNC110  (nothing in this process knows when)
            await asyncio.sleep(0.1)
    assert parse_message(base64.b64decode(texts[0])) == SECOND


async def test_the_age_of_the_oldest_visible_message(queue: StorageQueue, service: QueueServiceClient) -> None:
    """Leased messages and messages of other programs don't count."""
    assert await queue.oldest_inserted_at() is None
    before = datetime.now(UTC).replace(microsecond=0)
    await queue.send(FIRST)
    async with service.get_queue_client(GENERATION_QUEUE) as client:
        await client.send_message("not base64 at all")

    oldest = await queue.oldest_inserted_at()
    await received(service)

    assert oldest is not None
    assert before <= oldest <= datetime.now(UTC)
    assert await queue.oldest_inserted_at() is None


@pytest.mark.parametrize(
    "body",
    [
        "",
        "hello",
        "[]",
        "null",
        '"x"',
        "{}",
        '{"job_id": "a"}',
        '{"job_id": "a", "attempt": "soon"}',
        b"\xff\xfe",
        b"\x00",
    ],
)
def test_a_foreign_message_is_reported_apart(body: str | bytes) -> None:
    """A message of another format is rejected, whatever its bytes."""
    with pytest.raises(BadRequest, match="must be JSON with job_id and attempt"):
        parse_message(body)


def test_a_message_is_read_from_bytes_and_text() -> None:
    """A message is read from bytes and text, and fields of later versions are ignored."""
    text = '{"job_id": "a", "attempt": 3, "later": true}'

    assert parse_message(text) == parse_message(text.encode()) == Message(job_id="a", attempt=3)


async def test_a_wrong_key_names_the_remedy(azurite: AzuriteServer) -> None:
    """The error is permanent and names the setting to correct."""
    queue = StorageQueue(
        GENERATION_QUEUE, connection_string=azurite.connection_string_of("devstoreaccount1", "d3Jvbmc=")
    )

    with pytest.raises(Permanent, match="correct AzureWebJobsStorage"):
        await queue.send(FIRST)
    await queue.close()


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({}, "Set AzureWebJobsStorage"),
        ({"connection_string": "hello"}, "AzureWebJobsStorage isn't a valid storage connection string"),
        ({"account_url": "http://x", "credential": object}, "STORAGE_QUEUE_URL must start with https://"),
    ],
)
async def test_a_setting_that_is_wrong_is_named(settings: Any, says: str) -> None:
    """The error names the setting to correct."""
    with pytest.raises(SettingsError, match=says):
        await StorageQueue(GENERATION_QUEUE, **settings).send(FIRST)


async def test_a_storage_that_stops_loses_no_message(tmp_path: Path) -> None:
    """A send during an outage is retryable, and each sent message exists once afterwards."""
    azurite_met()
    with AzuriteServer(tmp_path) as server:
        queue = StorageQueue(GENERATION_QUEUE, connection_string=server.connection_string)
        await queue.send(FIRST)

        server.stop()
        began = time.monotonic()
        results = await asyncio.gather(
            *(queue.send(SECOND) for _ in range(8)), queue.oldest_inserted_at(), return_exceptions=True
        )
        took_s = time.monotonic() - began
        server.start()
        await queue.send(SECOND)
        async with QueueServiceClient.from_connection_string(server.connection_string) as service:
            texts = await received(service) + await received(service)
        await queue.close()

    assert {type(result) for result in results} == {Unavailable}
    assert took_s < RETRY_FOR_S + SLACK_S
    assert [parse_message(base64.b64decode(text)) for text in texts] == [FIRST, SECOND]
