"""Messages that the local host moves to a poison queue in special cases, with a real Azurite."""

from __future__ import annotations

from typing import Any

import azure.functions as func
import pytest
from azure.core.exceptions import ResourceNotFoundError

from functions import bootstrap
from functions.triggers import queues
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


class Broken:
    """Dependencies with a bug in every part."""

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(name)


async def test_a_bug_of_the_app_is_delivered_again(bench: Bench) -> None:
    """A message whose function raises an unexpected exception is delivered again, then moved to the poison queue."""
    broken: Any = Broken()
    run_job = queues.run_job.build().get_user_function()
    bootstrap.provide(broken, await bootstrap.authenticator())
    bench.work = run_job
    body = '{"job_id": "one", "attempt": 1}'

    try:
        await bench.start(max_dequeue_count=2)
        await bench.send(body)
        poisoned = await until(bench.poisoned)
    finally:
        await bench.stop()
        await bootstrap.close()

    assert poisoned == [body]
    assert [message.dequeue_count for message in bench.seen] == [1, 2]
