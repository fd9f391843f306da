"""A queue message that this host has leased, and the poison queue."""

from __future__ import annotations

import asyncio
import base64
import binascii
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from azure.core.exceptions import AzureError, ResourceExistsError, ResourceNotFoundError
from azure.storage.queue import QueueMessage as StoredMessage
from azure.storage.queue.aio import QueueClient, QueueServiceClient

from local.host.invoke import event

POISON = "-poison"
MAX_ATTEMPTS = 6
ALREADY_GONE = frozenset({"MessageNotFound", "PopReceiptMismatch", "QueueNotFound"})


class Undecodable(Exception):
    """The message doesn't have the encoding that host.json specifies."""


def decode(content: str, *, base64_messages: bool) -> bytes:
    """Return the message's bytes; `Undecodable` if the encoding is wrong."""
    if not base64_messages:
        return content.encode()
    try:
        return base64.b64decode("".join(content.split()), validate=True)
    except (binascii.Error, ValueError) as exc:
        raise Undecodable from exc


class LeasedMessage:
    """A message and its pop receipt, which changes with every renewal."""

    def __init__(self, queue: QueueClient, message: StoredMessage, redelivery_s: float) -> None:
        self.id = message.id
        self._queue = queue
        self._receipt = message.pop_receipt
        self._redelivery_s = redelivery_s
        self._receipt_lock = asyncio.Lock()  # a running renewal has to end before the receipt is used again

    @asynccontextmanager
    async def renewed(self) -> AsyncIterator[None]:
        """Keep the message invisible while the block runs."""
        renewal = asyncio.create_task(self._renew())
        try:
            yield
        finally:
            async with self._receipt_lock:
                renewal.cancel()

    async def _renew(self) -> None:
        while True:
            # Renewing often keeps the remaining time close to the redelivery time: if this host crashes, the message
            # isn't redelivered much earlier, when the job's lease can still be held.
            await asyncio.sleep(self._redelivery_s / 4)
            async with self._receipt_lock:
                try:
                    await self._hide(self._redelivery_s)
                except AzureError as exc:
                    event("queue.not_renewed", level=logging.WARNING, message=self.id, error=type(exc).__name__)

    async def delete(self) -> None:
        """Delete the message, because its work is done."""
        await self._settle(lambda: self._queue.delete_message(self.id, self._receipt))

    async def release(self, after_s: float) -> None:
        """Make the message visible again in `after_s` seconds."""
        await self._settle(lambda: self._hide(after_s))

    async def _hide(self, seconds: float) -> None:
        updated = await self._queue.update_message(
            self.id, pop_receipt=self._receipt, visibility_timeout=round(seconds)
        )
        self._receipt = updated.pop_receipt

    async def _settle(self, action: Callable[[], Awaitable[object]]) -> None:
        """Retry the action; if it fails, the message is delivered again, which functions have to support anyway."""
        if not await retry_storage(action, accept=ALREADY_GONE):
            event("queue.not_settled", level=logging.WARNING, message=self.id)


async def retry_storage(action: Callable[[], Awaitable[object]], *, accept: frozenset[str] = frozenset()) -> bool:
    """Try the action several times; return whether it succeeded or failed with an error code in `accept`."""
    for attempt in range(MAX_ATTEMPTS):
        try:
            await action()
            return True
        except AzureError as exc:
            code = getattr(exc, "error_code", "")
            if getattr(code, "value", code) in accept:
                return True
        await asyncio.sleep(0.1 * 2**attempt)
    return False


class PoisonQueue:
    """The queue for messages that can't be processed. As in Azure, a poison queue has no poison queue."""

    def __init__(self, service: QueueServiceClient, queue: str, *, base64_messages: bool) -> None:
        self.exists = not queue.endswith(POISON)
        self._client = service.get_queue_client(queue + POISON)
        self._base64 = base64_messages

    async def send(self, body: bytes) -> bool:
        """Add the message; return whether it was stored."""
        text = base64.b64encode(body).decode() if self._base64 else body.decode(errors="replace")

        async def send() -> None:
            try:
                await self._client.send_message(text, time_to_live=-1)
            except ResourceNotFoundError:
                with suppress(ResourceExistsError):
                    await self._client.create_queue()
                await self._client.send_message(text, time_to_live=-1)

        return await retry_storage(send)
