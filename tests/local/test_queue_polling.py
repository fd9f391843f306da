"""How often and with what limits the local host polls a queue, in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import azure.functions as func
import pytest

from local.host.function_index import index_functions
from local.host.host_json import HostSettings
from local.host.queues import MIN_POLL_INTERVAL_S, QueueListener, QueueRules
from tests.local.virtual_time import in_virtual_time

NOW = datetime(2026, 11, 30, tzinfo=UTC)
MESSAGE = SimpleNamespace(
    id="1",
    content="eA==",
    dequeue_count=1,
    pop_receipt="r",
    expires_on=NOW,
    inserted_on=NOW,
    next_visible_on=NOW,
)


class RecordedQueue:
    """A storage with one queue, which is empty except for batches at certain polls."""

    def __init__(self, batches: dict[int, Sequence[Any]], *, polls: int, stopping: asyncio.Event) -> None:
        self.polled_at: list[float] = []
        self.asked: list[tuple[int, int]] = []
        self.deleted: list[str] = []
        self._batches, self._last, self._stopping = batches, polls, stopping

    def get_queue_client(self, name: str) -> RecordedQueue:
        return self

    def receive_messages(self, *, messages_per_page: int, visibility_timeout: int) -> Any:
        self.polled_at.append(asyncio.get_running_loop().time())
        self.asked.append((messages_per_page, visibility_timeout))
        number = len(self.polled_at)
        if number == self._last:
            self._stopping.set()
        return SimpleNamespace(by_page=lambda: pages(self._batches.get(number, ())))

    async def delete_message(self, message: str, receipt: str) -> None:
        self.deleted.append(message)


async def pages(messages: Sequence[Any]) -> AsyncIterator[Any]:
    async def page() -> AsyncIterator[Any]:
        for message in messages:
            yield message

    yield page()


def listen(batches: dict[int, Sequence[Any]], *, polls: int, **settings: Any) -> RecordedQueue:
    """Poll a number of times, with functions that end at once."""
    app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

    @app.queue_trigger(arg_name="message", queue_name="jobs", connection="AzureWebJobsStorage")
    async def run_job(message: func.QueueMessage) -> None: ...

    async def listening() -> RecordedQueue:
        stopping = asyncio.Event()
        queue: Any = RecordedQueue(batches, polls=polls, stopping=stopping)
        rules = QueueRules(settings=HostSettings(**settings))
        await QueueListener(index_functions(app, {}).queues[0], queue, rules).run(stopping)
        found: RecordedQueue = queue
        return found

    return in_virtual_time(listening())


def gaps(queue: RecordedQueue) -> list[float]:
    return [later - earlier for earlier, later in pairwise(queue.polled_at)]


def test_an_empty_queue_is_polled_less_and_less() -> None:
    """The time between polls of an empty queue increases up to `maxPollingInterval`."""
    found = gaps(listen({}, polls=30, max_polling_interval_s=2.0))

    assert found[0] == pytest.approx(MIN_POLL_INTERVAL_S)
    assert found == sorted(found)
    assert found[-5:] == pytest.approx([2.0] * 5)


def test_a_message_makes_polling_quick_again() -> None:
    """After a message, the queue is polled at once, and then at the shortest interval again."""
    queue = listen({20: [MESSAGE]}, polls=23, max_polling_interval_s=2.0)

    found = gaps(queue)
    assert found[18] == pytest.approx(2.0)
    assert found[19:21] == pytest.approx([0.0, MIN_POLL_INTERVAL_S])
    assert queue.deleted == ["1"]


def test_a_batch_is_hidden_for_azures_ten_minutes() -> None:
    """A poll asks for `batchSize` messages and hides them for ten minutes, which Azure's host doesn't let change."""
    queue = listen({}, polls=1, batch_size=16, visibility_timeout_s=30)

    assert queue.asked == [(16, 600)]
