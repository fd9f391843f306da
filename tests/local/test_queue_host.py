"""Queue triggers of the local host with a real Azurite."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import azure.functions as func
import pytest
from azure.core.exceptions import AzureError

from tests.azurite import AzuriteServer, azurite_met
from tests.local.polling import LIMIT_S, until
from tests.local.queue_bench import Bench
from tests.present import present

pytestmark = pytest.mark.azurite

REDELIVERY_S = 4  # renewed after one, so that a busy machine has three seconds for it


async def test_a_message_is_run_and_deleted(bench: Bench) -> None:
    """The function gets body, ID, and delivery count, and success deletes the message."""
    await bench.start()

    await bench.send('{"job_id": "1"}')
    await until(lambda: bench.seen)

    async def empty() -> bool:
        return await bench.left() == 0

    await until(empty)
    message = bench.seen[0]
    assert message.get_json() == {"job_id": "1"}
    assert message.dequeue_count == 1
    assert message.id
    assert message.pop_receipt
    assert present(message.insertion_time).tzinfo is not None


async def test_a_queue_that_does_not_exist_yet(bench: Bench) -> None:
    """A missing queue is treated as empty until its first message."""
    await bench.start(queue="later")

    await bench.send("x", queue="later")

    await until(lambda: bench.bodies == ["x"])


async def test_a_failed_message_is_redelivered_after_its_visibility_timeout(bench: Bench) -> None:
    """A failed message is hidden for `visibilityTimeout`, and the next delivery can succeed."""
    times: list[float] = []

    async def fail_once(message: func.QueueMessage) -> None:
        times.append(time.monotonic())
        if message.dequeue_count == 1:
            raise RuntimeError("not now")

    bench.work = fail_once
    await bench.start(visibility_timeout_s=1)

    await bench.send("x")
    await until(lambda: len(times) == 2)

    assert times[1] - times[0] >= 0.9
    assert await bench.poisoned() == []


@pytest.mark.parametrize(
    "returned", ["raises", "returns something", "takes too long"], ids=lambda how: how.replace(" ", "-")
)
async def test_a_message_that_always_fails_is_poisoned(bench: Bench, returned: str) -> None:
    """After `maxDequeueCount` deliveries, the message is in the poison queue with the same encoding."""

    async def fail(message: func.QueueMessage) -> Any:
        if returned == "raises":
            raise RuntimeError("never")
        if returned == "takes too long":
            await asyncio.sleep(60)
        return "a value"

    bench.work = fail
    await bench.start(max_dequeue_count=2, function_timeout_s=0.2)

    await bench.send("bad")
    poisoned = await until(bench.poisoned)

    async def empty() -> bool:
        return await bench.left() == 0

    await until(empty)
    assert poisoned == ["bad"]
    assert [message.dequeue_count for message in bench.seen] == [1, 2]


async def test_a_message_in_the_wrong_encoding(bench: Bench) -> None:
    """A message with the wrong encoding goes to the poison queue without a call and doesn't affect others."""
    await bench.start()

    await bench.send("not base64!", raw=True)
    await bench.send("good")
    poisoned = await until(bench.poisoned)
    await until(lambda: bench.seen)

    assert poisoned == ["not base64!"]
    assert bench.bodies == ["good"]


async def test_a_poison_queue_has_no_poison_queue(bench: Bench) -> None:
    """Failed messages of a poison queue are retried, as in Azure."""

    async def fail(message: func.QueueMessage) -> None:
        if (message.dequeue_count or 0) < 4:
            raise RuntimeError("not yet")

    bench.work = fail
    await bench.start(queue="jobs-poison", max_dequeue_count=2)

    await bench.send("x", queue="jobs-poison")
    await until(lambda: len(bench.seen) == 4)

    assert await bench.left("jobs-poison-poison") == 0


async def test_plain_text_messages(bench: Bench) -> None:
    """With `messageEncoding` none, bodies aren't decoded."""
    await bench.start(base64_messages=False)

    await bench.send("plain", raw=True)

    await until(lambda: bench.bodies == ["plain"])


async def test_concurrent_messages(bench: Bench) -> None:
    """At most `batchSize` + `newBatchThreshold` messages run, and not fewer while messages are queued."""
    running = most = 0
    gate = asyncio.Event()

    async def hold(message: func.QueueMessage) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await gate.wait()
        running -= 1

    bench.work = hold
    await bench.send(*(str(number) for number in range(12)))
    await bench.start(batch_size=3, new_batch_threshold=2)

    await until(lambda: running == 3)
    for _ in range(5):  # a host that leases too many has requested them before these calls return
        await bench.left()
    held_back, untouched = most, await bench.visible()
    gate.set()
    await until(lambda: len(bench.seen) == 12)

    assert (held_back, untouched) == (3, 9)  # three are above the threshold of two, so no new batch is taken
    assert most <= 5


async def test_a_long_run_renews_its_message(bench: Bench) -> None:
    """A message is renewed while its function runs longer than the redelivery time, and then deleted."""

    async def long(message: func.QueueMessage) -> None:
        await asyncio.sleep(1.5 * REDELIVERY_S)

    bench.work = long
    await bench.start(redelivery_s=REDELIVERY_S, function_timeout_s=60)
    await bench.start(redelivery_s=REDELIVERY_S, function_timeout_s=60)  # another host, which would take it

    await bench.send("x")
    await until(lambda: bench.seen)

    async def empty() -> bool:
        return await bench.left() == 0

    await until(empty)
    assert bench.bodies == ["x"]


async def test_a_stopping_host_releases_its_message(bench: Bench) -> None:
    """A function that exceeds the grace period is stopped, and its message is visible again immediately."""
    interrupted = asyncio.Event()

    async def never(message: func.QueueMessage) -> None:
        try:
            await asyncio.sleep(10 * LIMIT_S)
        except asyncio.CancelledError:
            interrupted.set()
            raise

    bench.work = never
    await bench.start(grace_s=0, function_timeout_s=10 * LIMIT_S)
    await bench.send("x")
    await until(lambda: bench.seen)

    began = time.monotonic()
    await bench.stop()
    took_s = time.monotonic() - began
    bench.work = bench._nothing
    await bench.start()
    await until(lambda: len(bench.seen) == 2)

    assert interrupted.is_set()
    assert took_s < LIMIT_S  # the function would take longer
    assert bench.seen[1].dequeue_count == 2


async def test_a_stopping_host_lets_short_work_complete(bench: Bench) -> None:
    """A function that ends within the grace period completes, and its message is deleted."""
    finished = asyncio.Event()

    async def short(message: func.QueueMessage) -> None:
        await asyncio.sleep(0.3)
        finished.set()

    bench.work = short
    await bench.start(grace_s=30)
    await bench.send("x")
    await until(lambda: bench.seen)

    await bench.stop()

    assert finished.is_set()
    assert await bench.left() == 0


@asynccontextmanager
async def refusing(port: int) -> AsyncIterator[list[str]]:
    """A server in place of a storage that is down: it closes and counts all connections."""
    refused: list[str] = []

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        refused.append((await reader.readline()).decode())
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", port):
        yield refused


async def test_azurite_stops_and_restarts(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The host logs once that the storage is down, keeps polling, and continues after it is up."""
    azurite_met()
    caplog.set_level("INFO", "local.host")
    with AzuriteServer(tmp_path / "azurite") as server:
        bench = Bench(server.connection_string, tmp_path)
        await bench.start()
        await bench.send("before")
        await until(lambda: bench.bodies == ["before"])

        await asyncio.to_thread(server.stop)
        await until(lambda: "queue.unreachable" in caplog.text)
        with pytest.raises(AzureError):
            await bench.send("into the void")
        async with refusing(server.queue_port) as refused:  # more polls, which must not be logged
            await until(lambda: len(refused) >= 3)
        await asyncio.to_thread(server.start)
        await bench.send("after")
        await until(lambda: bench.bodies == ["before", "after"])

        await bench.stop()
        await bench.service.close()
    assert caplog.text.count("queue.unreachable") == 1
    assert caplog.text.count("queue.reachable") == 1
