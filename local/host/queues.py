"""Queue triggers: poll a storage queue and run its function like the Azure Functions host."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Sequence
from dataclasses import dataclass

from azure.core.exceptions import AzureError, ResourceNotFoundError
from azure.functions.queue import QueueMessage
from azure.storage.queue import QueueMessage as StoredMessage
from azure.storage.queue.aio import QueueServiceClient

from local.host.function_index import QueueFunction
from local.host.host_json import HostSettings
from local.host.invoke import event, invoke_without_result, log_failure
from local.host.leased_message import LeasedMessage, PoisonQueue, Undecodable, decode

MIN_POLL_INTERVAL_S = 0.1
RETRY_INTERVAL_S = 1.0  # while the storage isn't responding
RELEASE_LIMIT_S = 10.0  # time to release the messages of functions that were stopped


@dataclass(frozen=True, kw_only=True)
class QueueRules:
    """Rules for receiving messages: the settings in host.json, and values that are fixed in Azure."""

    settings: HostSettings
    redelivery_s: float = 600.0  # seconds until a message of a crashed host is redelivered
    grace_s: float = 3.0  # time for running functions to complete when the host stops


class QueueListener:
    """Runs a queue function for the messages of its queue."""

    def __init__(self, function: QueueFunction, service: QueueServiceClient, rules: QueueRules) -> None:
        self._function = function
        self._queue = service.get_queue_client(function.queue)
        self._poison = PoisonQueue(service, function.queue, base64_messages=rules.settings.base64_messages)
        self._rules = rules
        self._running: set[asyncio.Task[None]] = set()
        self._reachable = True

    async def run(self, stopping: asyncio.Event) -> None:
        """Process messages until `stopping`; then wait for running functions, or release their messages."""
        settings = self._rules.settings
        interval_s = MIN_POLL_INTERVAL_S
        while not stopping.is_set():
            if len(self._running) > settings.new_batch_threshold:
                await wait_for_any(stopping, self._running)
                continue
            messages = await self._receive()
            for message in messages or ():
                task = asyncio.create_task(self._process(message))
                self._running.add(task)
                task.add_done_callback(self._running.discard)
            if messages:
                interval_s = MIN_POLL_INTERVAL_S
            elif messages is None:
                await wait_for_any(stopping, timeout_s=RETRY_INTERVAL_S * random.uniform(0.8, 1.2))  # noqa: S311
            else:
                await wait_for_any(stopping, timeout_s=interval_s)
                interval_s = min(interval_s * 1.5, settings.max_polling_interval_s)
        await self._finish()

    async def _receive(self) -> Sequence[StoredMessage] | None:
        """Return the next messages; empty if the queue is empty or doesn't exist, None if the storage is down."""
        batch = self._rules.settings.batch_size
        pages = self._queue.receive_messages(
            messages_per_page=batch, visibility_timeout=max(1, round(self._rules.redelivery_s))
        ).by_page()
        try:
            messages = [message async for message in await anext(pages)]
        except (ResourceNotFoundError, StopAsyncIteration):
            messages = []
        except AzureError as exc:
            self._log_reachable(False, exc)
            return None
        self._log_reachable(True)
        return messages

    def _log_reachable(self, reachable: bool, exc: Exception | None = None) -> None:
        """Log once that the storage is unreachable, and once that it is reachable again."""
        if reachable == self._reachable:
            return
        self._reachable = reachable
        name, level = ("queue.reachable", logging.INFO) if reachable else ("queue.unreachable", logging.WARNING)
        event(name, level=level, queue=self._function.queue, error=type(exc).__name__ if exc else None)

    async def _process(self, message: StoredMessage) -> None:
        settings = self._rules.settings
        leased = LeasedMessage(self._queue, message, self._rules.redelivery_s)
        try:
            body = decode(message.content, base64_messages=settings.base64_messages)
        except Undecodable:
            await self._move_to_poison_queue(leased, message.content.encode(), "wrong_encoding")
            return
        count = message.dequeue_count or 0
        if count > settings.max_dequeue_count and self._poison.exists:
            await self._move_to_poison_queue(leased, body, "too_many_deliveries")
            return
        argument = QueueMessage(
            id=message.id,
            body=body,
            dequeue_count=count,
            expiration_time=message.expires_on,
            insertion_time=message.inserted_on,
            time_next_visible=message.next_visible_on,
            pop_receipt=message.pop_receipt,
        )
        try:
            async with leased.renewed():
                await invoke_without_result(self._function, argument, timeout_s=settings.function_timeout_s)
        except asyncio.CancelledError:
            await leased.release(0)  # the next host must not have to wait for the redelivery time
            raise
        except Exception as exc:  # noqa: BLE001 - as Azure's host delivers again
            log_failure("queue.failed", exc, function=self._function.name, message=message.id, delivery=count)
            if count >= settings.max_dequeue_count and self._poison.exists:
                await self._move_to_poison_queue(leased, body, "failed_too_often")
            else:
                await leased.release(settings.visibility_timeout_s)
        else:
            await leased.delete()

    async def _move_to_poison_queue(self, leased: LeasedMessage, body: bytes, reason: str) -> None:
        event("queue.poisoned", level=logging.WARNING, queue=self._function.queue, message=leased.id, reason=reason)
        if not self._poison.exists or await self._poison.send(body):
            await leased.delete()

    async def _finish(self) -> None:
        if not self._running:
            return
        _, late = await asyncio.wait(self._running, timeout=self._rules.grace_s)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=RELEASE_LIMIT_S)


async def wait_for_any(
    stopping: asyncio.Event, tasks: set[asyncio.Task[None]] | None = None, *, timeout_s: float | None = None
) -> None:
    """Wait until the host stops, one of the tasks ends, or the timeout expires."""
    stop = asyncio.create_task(stopping.wait())
    try:
        await asyncio.wait({stop, *(tasks or ())}, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stop.cancel()
