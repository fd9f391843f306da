"""A message that this host holds, and the poison queue it may end in."""

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
TRIES = 6
NOT_OURS = frozenset({"MessageNotFound", "PopReceiptMismatch", "QueueNotFound"})


class Undecodable(Exception):
    """The message is not in the encoding that host.json names."""


def decoded(content: str, *, base64_messages: bool) -> bytes:
    """The message's bytes, or `Undecodable`."""
    if not base64_messages:
        return content.encode()
    try:
        return base64.b64decode("".join(content.split()), validate=True)
    except (binascii.Error, ValueError) as exc:
        raise Undecodable from exc


class Held:
    """One message under its pop receipt, which every renewal changes."""

    def __init__(self, queue: QueueClient, message: StoredMessage, redelivery_s: float) -> None:
        self.id = message.id
        self._queue = queue
        self._receipt = message.pop_receipt
        self._redelivery_s = redelivery_s
        self._turn = asyncio.Lock()  # a renewal in flight must land before the receipt is used again

    @asynccontextmanager
    async def renewed(self) -> AsyncIterator[None]:
        """Keep the message invisible for as long as the block runs."""
        renewal = asyncio.create_task(self._renew())
        try:
            yield
        finally:
            async with self._turn:
                renewal.cancel()

    async def _renew(self) -> None:
        while True:
            # Often enough that a message whose host dies never comes back much before its time: whoever works on
            # it may hold a lock for nearly as long.
            await asyncio.sleep(self._redelivery_s / 4)
            async with self._turn:
                try:
                    await self._hide(self._redelivery_s)
                except AzureError as exc:
                    event("queue.not_renewed", level=logging.WARNING, message=self.id, error=type(exc).__name__)

    async def delete(self) -> None:
        """The work is done."""
        await self._settle(lambda: self._queue.delete_message(self.id, self._receipt))

    async def release(self, after_s: float) -> None:
        """Make the message visible again, `after_s` from now."""
        await self._settle(lambda: self._hide(after_s))

    async def _hide(self, seconds: float) -> None:
        updated = await self._queue.update_message(
            self.id, pop_receipt=self._receipt, visibility_timeout=round(seconds)
        )
        self._receipt = updated.pop_receipt

    async def _settle(self, action: Callable[[], Awaitable[object]]) -> None:
        """Try for a while; if that fails the message comes back, which its function has to bear anyway."""
        if not await persisted(action, enough=NOT_OURS):
            event("queue.not_settled", level=logging.WARNING, message=self.id)


async def persisted(action: Callable[[], Awaitable[object]], *, enough: frozenset[str] = frozenset()) -> bool:
    """Whether the storage did it, asked a few times; the error codes in `enough` count as done."""
    for attempt in range(TRIES):
        try:
            await action()
            return True
        except AzureError as exc:
            code = getattr(exc, "error_code", "")
            if getattr(code, "value", code) in enough:
                return True
        await asyncio.sleep(0.1 * 2**attempt)
    return False


class PoisonQueue:
    """Where messages go that cannot be worked on.  A poison queue has none of its own, as in Azure."""

    def __init__(self, service: QueueServiceClient, queue: str, *, base64_messages: bool) -> None:
        self.exists = not queue.endswith(POISON)
        self._client = service.get_queue_client(queue + POISON)
        self._base64 = base64_messages

    async def send(self, body: bytes) -> bool:
        """Whether the message is safe there."""
        text = base64.b64encode(body).decode() if self._base64 else body.decode(errors="replace")

        async def send() -> None:
            try:
                await self._client.send_message(text, time_to_live=-1)
            except ResourceNotFoundError:
                with suppress(ResourceExistsError):
                    await self._client.create_queue()
                await self._client.send_message(text, time_to_live=-1)

        return await persisted(send)
