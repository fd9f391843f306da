"""JobQueue for Azure Storage Queues and Azurite."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from functions.adapters.azure_storage.errors import (
    RETRY_FOR_S,
    RETRYING,
    ErrorContext,
    encrypted,
    host_of,
    make_missing,
    malformed,
    storage_errors,
)
from functions.errors import BadRequest, NotFound, SettingsError
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


class StorageQueue:
    """One queue of a storage account, opened by connection string, or by URL and credential.

    The queue and its poison queue are created on the first send if they are missing. `credential` creates an async
    token credential on first use; the caller closes it.
    """

    def __init__(
        self,
        name: str,
        *,
        connection_string: str = "",
        account_url: str = "",
        credential: Callable[[], Any] | None = None,
        retry_for_s: float = RETRY_FOR_S,
    ) -> None:
        self._name = name
        self._connection_string = connection_string
        self._account_url = account_url
        self._credential = credential
        self._retry_for_s = retry_for_s
        self._opened: QueueClient | None = None

    async def send(self, message: Message, *, delay_s: float = 0) -> None:
        from azure.core.exceptions import ResourceNotFoundError

        queue = self._queue()
        text = message.model_dump_json()
        delay = min(max(math.ceil(delay_s), 0), LONGEST_DELAY_S)
        async with storage_errors(self._context(), retry_for_s=self._retry_for_s):
            try:
                await queue.send_message(text, visibility_timeout=delay, time_to_live=NEVER_EXPIRES)
            except ResourceNotFoundError:
                await self._make()
                await queue.send_message(text, visibility_timeout=delay, time_to_live=NEVER_EXPIRES)

    async def oldest_inserted_at(self) -> datetime | None:
        queue = self._queue()
        try:
            async with storage_errors(self._context(), retry_for_s=self._retry_for_s):
                # A message that returned after a failure comes after newer ones.
                peeked = await queue.peek_messages(max_messages=MOST_PEEKED)
        except NotFound:
            return None
        return min((message.inserted_on for message in peeked if message.inserted_on is not None), default=None)

    async def close(self) -> None:
        if self._opened is not None:
            await self._opened.close()
            self._opened = None

    def _queue(self) -> QueueClient:
        if self._opened is None:
            self._opened = self._client(self._name)
        return self._opened

    def _client(self, name: str) -> QueueClient:
        from azure.storage.queue import TextBase64EncodePolicy
        from azure.storage.queue.aio import QueueClient

        options: dict[str, Any] = {
            "message_encode_policy": TextBase64EncodePolicy(),  # the format that the Functions host expects
            # No decoding: only the times are needed, and an invalid message must not cause an error.
            **RETRYING,
        }
        if self._connection_string:
            try:
                return QueueClient.from_connection_string(self._connection_string, name, **options)
            except ValueError as exc:
                raise malformed(exc) from exc
        if self._account_url and self._credential is not None:
            return QueueClient(
                encrypted(self._account_url, "AzureWebJobsStorage__queueServiceUri"),
                name,
                credential=self._credential(),
                **options,
            )
        raise SettingsError(
            "No storage account is configured. Set AzureWebJobsStorage, or AzureWebJobsStorage__queueServiceUri "
            "to use managed identity."
        )

    async def _make(self) -> None:
        for name in (self._name, self._name + POISON):
            client = self._client(name)
            try:
                await make_missing(client.create_queue, self._context(name), retry_for_s=self._retry_for_s)
            finally:
                await client.close()

    def _context(self, name: str | None = None) -> ErrorContext:
        return ErrorContext("queue", host_of(str(self._queue().url)), name or self._name)
