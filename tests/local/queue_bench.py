"""A host with one queue function, and access to its queue."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from typing import Any

import azure.functions as func
from azure.core.exceptions import ResourceNotFoundError
from azure.storage.queue.aio import QueueServiceClient

from local.host.function_index import index_functions
from local.host.host import Host, HostOptions
from local.host.host_json import HostSettings
from tests.local.polling import LIMIT_S

# Quick to poll, so that the tests are quick; everything else as in Azure unless a test says otherwise.
QUICK = {"max_polling_interval_s": 0.2, "function_timeout_s": 30.0}


class Bench:
    """An app with one queue function, its host, and its queue."""

    def __init__(self, connection: str, tmp_path: Any) -> None:
        self.connection = connection
        self.service = QueueServiceClient.from_connection_string(connection, retry_total=0)
        self.seen: list[func.QueueMessage] = []
        self.work: Callable[[func.QueueMessage], Any] = self._nothing
        self._tmp_path = tmp_path
        self._hosts: list[tuple[Host, asyncio.Task[None]]] = []

    async def _nothing(self, message: func.QueueMessage) -> None: ...

    async def start(
        self, *, queue: str = "jobs", redelivery_s: float = 600, grace_s: float = 1, **settings: Any
    ) -> Host:
        app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

        @app.queue_trigger(arg_name="message", queue_name=queue, connection="AzureWebJobsStorage")
        async def run_job(message: func.QueueMessage) -> None:
            self.seen.append(message)
            return await self.work(message)

        @app.route(route="unused")
        async def unused(req: func.HttpRequest) -> None: ...

        env = {"AzureWebJobsStorage": self.connection}
        options = HostOptions(state=self._tmp_path, redelivery_s=redelivery_s, grace_s=grace_s)
        host = Host(index_functions(app, env), HostSettings(**QUICK | settings), options, env)
        self._hosts.append((host, asyncio.create_task(host.serve())))
        await asyncio.wait_for(host.started.wait(), LIMIT_S)
        return host

    async def stop(self) -> None:
        for host, serving in self._hosts:
            host.stop()
            await asyncio.wait_for(serving, LIMIT_S)
        self._hosts.clear()

    async def send(self, *bodies: str, queue: str = "jobs", raw: bool = False) -> None:
        client = self.service.get_queue_client(queue)
        for body in bodies:
            text = body if raw else base64.b64encode(body.encode()).decode()
            try:
                await client.send_message(text)
            except ResourceNotFoundError:
                await client.create_queue()
                await client.send_message(text)

    async def left(self, queue: str = "jobs") -> int:
        """Messages in the queue, including invisible ones."""
        try:
            properties = await self.service.get_queue_client(queue).get_queue_properties()
        except ResourceNotFoundError:
            return 0
        return properties.approximate_message_count or 0

    async def visible(self, queue: str = "jobs") -> int:
        """Messages that no host has received."""
        return len(await self.service.get_queue_client(queue).peek_messages(32))

    async def poisoned(self, queue: str = "jobs-poison") -> list[str]:
        try:
            messages = await self.service.get_queue_client(queue).peek_messages(32)
        except ResourceNotFoundError:
            return []
        return [base64.b64decode(message.content, validate=True).decode() for message in messages]

    @property
    def bodies(self) -> list[str]:
        return [message.get_body().decode() for message in self.seen]
