"""JobQueue for Azure Storage Queues and Azurite."""

from __future__ import annotations

import json
import math
from datetime import datetime
from typing import TYPE_CHECKING, Unpack

from pydantic import ValidationError

from functions.adapters.azure_storage.account import AccountClient, AccountOptions
from functions.adapters.azure_storage.errors import make_missing, storage_errors
from functions.errors import BadRequest, NotFound
from functions.models.job import Message

if TYPE_CHECKING:
    from azure.storage.queue.aio import QueueClient

POISON = "-poison"  # suffix of the queues for messages that failed repeatedly, defined by the Functions host

NEVER_EXPIRES = -1
LONGEST_DELAY_S = 7 * 24 * 60 * 60
MOST_PEEKED = 32


def parse_message(body: bytes | str) -> Message:
    """Parse a queue message. Raises `BadRequest` if it isn't a message of this app."""
    try:
        data = json.loads(body)
        if not isinstance(data, dict):
            raise TypeError
        return Message.model_validate(data)
    except (ValueError, TypeError, ValidationError) as exc:
        raise BadRequest(
            "The queue message isn't a valid job message. It must be JSON with job_id and attempt.", field="job_id"
        ) from exc


class StorageQueue(AccountClient["QueueClient"]):
    """One queue of a storage account. It and its poison queue are created on the first send if they are missing."""

    service = "queue"

    def __init__(self, name: str, **account: Unpack[AccountOptions]) -> None:
        super().__init__(**account)
        self._name = name

    async def send(self, message: Message, *, delay_s: float = 0) -> None:
        queue = self._client()
        text = message.model_dump_json()
        delay = min(max(math.ceil(delay_s), 0), LONGEST_DELAY_S)

        async def send() -> None:
            await queue.send_message(text, visibility_timeout=delay, time_to_live=NEVER_EXPIRES)

        await self._send(send, self._context(self._name), create=self._create_queues, retry_for_s=self._retry_for_s)

    async def oldest_inserted_at(self) -> datetime | None:
        queue = self._client()
        try:
            async with storage_errors(self._context(self._name), retry_for_s=self._retry_for_s):
                # A message that returned after a failure comes after newer ones.
                peeked = await queue.peek_messages(max_messages=MOST_PEEKED)
        except NotFound:
            return None
        return min((message.inserted_on for message in peeked if message.inserted_on is not None), default=None)

    def _open(self) -> QueueClient:
        return self._named(self._name)

    def _named(self, name: str) -> QueueClient:
        from azure.storage.queue import TextBase64EncodePolicy
        from azure.storage.queue.aio import QueueClient

        # The Functions host expects this encoding. Nothing is decoded: only the times are needed, and an invalid
        # message must not cause an error.
        client: QueueClient = self._connect(QueueClient, name, message_encode_policy=TextBase64EncodePolicy())
        return client

    async def _create_queues(self) -> None:
        for name in (self._name, self._name + POISON):
            client = self._named(name)
            try:
                await make_missing(client.create_queue, self._context(name), retry_for_s=self._retry_for_s)
            finally:
                await client.close()
