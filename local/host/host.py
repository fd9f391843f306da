"""The host as a whole: one process, one event loop, every trigger of one app."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn
from azure.storage.queue.aio import QueueServiceClient
from starlette.routing import BaseRoute

from local.host.connection import queue_service
from local.host.function_index import Index
from local.host.host_json import HostSettings
from local.host.http import http_app
from local.host.invoke import event
from local.host.queues import QueueListener, QueueRules, first_of
from local.host.timers import TimerMemory, run_timer


@dataclass(frozen=True, kw_only=True)
class HostOptions:
    """Where and how the host runs, beside what host.json says."""

    address: str = "127.0.0.1"
    port: int = 0
    state: Path = Path(".local/host")
    origins: Sequence[str] = ()
    redelivery_s: float = 600.0
    grace_s: float = 3.0
    pages: Sequence[BaseRoute] = field(default=(), repr=False)


class Host:
    """Serves an app object.  `serve` returns once `stop` was called and everything is settled."""

    def __init__(self, functions: Index, settings: HostSettings, options: HostOptions, env: Mapping[str, str]) -> None:
        self._functions = functions
        self._settings = settings
        self._options = options
        self._env = env
        self._stopping = asyncio.Event()
        self.started = asyncio.Event()
        self.port = options.port

    def stop(self) -> None:
        """Take no more work; let running functions finish or give their messages back."""
        self._stopping.set()

    async def serve(self) -> None:
        """Listen, tick and poll until stopped.  Raises `OSError` when the port is taken."""
        options = self._options
        listening = socket.create_server((options.address, options.port), backlog=512)
        listening.setblocking(False)
        self.port = listening.getsockname()[1]
        app = http_app(self._functions.http, self._settings, origins=options.origins, pages=options.pages)
        server = QuietServer(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                lifespan="off",
                server_header=False,
                timeout_graceful_shutdown=max(1, round(options.grace_s)),
                timeout_keep_alive=30,
            )
        )
        async with self._queue_services() as services, asyncio.TaskGroup() as tasks:
            rules = QueueRules(settings=self._settings, redelivery_s=options.redelivery_s, grace_s=options.grace_s)
            for function in self._functions.queues:
                tasks.create_task(QueueListener(function, services[function.connection], rules).run(self._stopping))
            memory = TimerMemory(options.state / "timers.json")
            for timer in self._functions.timers:
                tasks.create_task(run_timer(timer, memory, self._stopping, timeout_s=self._settings.function_timeout_s))
            tasks.create_task(serve_until(server, listening, self._stopping))
            event("host.started", port=self.port, functions=self._names())
            self.started.set()
        event("host.stopped")

    def _names(self) -> list[str]:
        every = (*self._functions.http, *self._functions.timers, *self._functions.queues)
        return sorted(function.name for function in every)

    @asynccontextmanager
    async def _queue_services(self) -> AsyncIterator[Mapping[str, QueueServiceClient]]:
        names = {function.connection for function in self._functions.queues}
        services = {name: queue_service(name, self._env) for name in names}
        try:
            yield services
        finally:
            for service in services.values():
                await service.close()


class QuietServer(uvicorn.Server):
    """uvicorn without signal handlers of its own: a signal ends more than this one server."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve_until(server: uvicorn.Server, listening: socket.socket, stopping: asyncio.Event) -> None:
    serving = asyncio.create_task(server.serve([listening]))
    await first_of(stopping, {serving})
    stopping.set()
    server.should_exit = True
    await serving
