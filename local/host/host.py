"""The function host: all triggers of one app in one process and one event loop."""

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
from local.host.http import BODY_S, MAX_BODY_BYTES, http_app
from local.host.http_protocol import HEADERS_S, protocol
from local.host.invoke import event
from local.host.queues import QueueListener, QueueRules, wait_for_any
from local.host.timers import TimerStateFile, run_timer


@dataclass(frozen=True, kw_only=True)
class HostOptions:
    """Options of the host in addition to host.json."""

    address: str = "127.0.0.1"
    port: int = 0
    state: Path = Path(".local/host")
    origins: Sequence[str] = ()
    redelivery_s: float = 600.0
    grace_s: float = 3.0
    max_body_bytes: int = MAX_BODY_BYTES
    headers_s: float = HEADERS_S  # until the headers of a request must have arrived
    body_s: float = BODY_S  # until its body must have arrived
    pages: Sequence[BaseRoute] = field(default=(), repr=False)


class Host:
    """Serves an app object. `serve` returns after `stop` is called and all functions have ended."""

    def __init__(self, functions: Index, settings: HostSettings, options: HostOptions, env: Mapping[str, str]) -> None:
        self._functions = functions
        self._settings = settings
        self._options = options
        self._env = env
        self._stopping = asyncio.Event()
        self.started = asyncio.Event()
        self.port = options.port

    def stop(self) -> None:
        """Stop accepting work; running functions complete, or their messages become visible again."""
        self._stopping.set()

    async def serve(self) -> None:
        """Serve all triggers until `stop` is called; `OSError` if the port is in use."""
        options = self._options
        listening = socket.create_server((options.address, options.port), backlog=512)
        listening.setblocking(False)
        self.port = listening.getsockname()[1]
        app = http_app(
            self._functions.http,
            self._settings,
            origins=options.origins,
            pages=options.pages,
            max_body_bytes=options.max_body_bytes,
            body_s=options.body_s,
        )
        server = ServerWithoutSignals(
            uvicorn.Config(
                app,
                http=protocol(options.headers_s),
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
            state_file = TimerStateFile(options.state / "timers.json")
            for timer in self._functions.timers:
                limit_s = self._settings.function_timeout_s
                tasks.create_task(run_timer(timer, state_file, self._stopping, timeout_s=limit_s))
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


class ServerWithoutSignals(uvicorn.Server):
    """A uvicorn server without signal handlers, because the host itself handles signals."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve_until(server: uvicorn.Server, listening: socket.socket, stopping: asyncio.Event) -> None:
    serving = asyncio.create_task(server.serve([listening]))
    await wait_for_any(stopping, {serving})
    stopping.set()
    server.should_exit = True
    await serving
