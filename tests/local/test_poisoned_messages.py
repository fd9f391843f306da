"""Messages that the local host moves to a poison queue in special cases, with a real Azurite."""

from __future__ import annotations

import azure.functions as func
import pytest
from azure.core.exceptions import ResourceNotFoundError

from tests.local.polling import until
from tests.local.queue_bench import Bench

pytestmark = pytest.mark.azurite


async def test_a_message_of_a_crashing_host_is_poisoned_without_a_call(bench: Bench) -> None:
    """A message that was delivered `maxDequeueCount` times without an answer goes to the poison queue at once."""
    await bench.send("x")
    client = bench.service.get_queue_client("jobs")
    for _ in range(2):
        (received,) = [message async for message in client.receive_messages(visibility_timeout=60)]
        await client.update_message(received, visibility_timeout=0)

    await bench.start(max_dequeue_count=2)
    poisoned = await until(bench.poisoned)

    async def empty() -> bool:
        return await bench.left() == 0

    await until(empty)
    assert (poisoned, bench.seen) == (["x"], [])


async def test_a_poisoned_plain_text_message(bench: Bench) -> None:
    """With `messageEncoding` none, a message is in the poison queue as it was sent."""

    async def fail(message: func.QueueMessage) -> None:
        raise RuntimeError("never")

    bench.work = fail
    await bench.start(base64_messages=False, max_dequeue_count=1)

    await bench.send("plain", raw=True)

    async def poisoned() -> list[str]:
        try:
            messages = await bench.service.get_queue_client("jobs-poison").peek_messages(32)
        except ResourceNotFoundError:
            return []
        return [message.content for message in messages]

    assert await until(poisoned) == ["plain"]
