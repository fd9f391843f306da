"""A process that stops at its n-th external call, and a host that delivers messages."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import fields, replace
from typing import Any

from functions.models.job import Message
from functions.ports import Catalog
from functions.services.dependencies import Dependencies
from functions.services.library_jobs.worker import run_library_job
from functions.services.maintenance import follow_up
from functions.services.maintenance.sweep import sweep
from tests.fakes import Clock, FakeDependencies, FakeQueue

Run = Callable[[Dependencies, Message], Awaitable[None]]

REDELIVERY_S = 600  # how long the host waits for a process that died
OURS = (
    "catalog", "blobs", "site_blobs", "generation_queue", "library_queue", "prompt_writer", "image_generator",
    "webhook_client",
)  # fmt: skip


class Killed(BaseException):
    """The process was killed, and nothing in it may continue."""


class Death:
    """Kills the process at call number `at`, before or after its effect; every later call fails too."""

    def __init__(self, at: int, *, before: bool) -> None:
        self.at, self.before = at, before
        self.calls: list[str] = []
        self.dead = False

    def around(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        async def call(*args: Any, **kwargs: Any) -> Any:
            if self.dead:
                raise Killed
            self.calls.append(name)
            struck = len(self.calls) == self.at
            if struck and self.before:
                self.dead = True
                raise Killed
            try:
                return await method(*args, **kwargs)
            finally:
                if struck:
                    self.dead = True
                    raise Killed

        return call


class Mortal:
    """A port whose calls pass by `Death`."""

    def __init__(self, name: str, real: Any, death: Death) -> None:
        self._name, self._real, self._death = name, real, death

    def __getattr__(self, attribute: str) -> Any:
        found = getattr(self._real, attribute)
        if not asyncio.iscoroutinefunction(found):
            return found
        return self._death.around(f"{self._name}.{attribute}", found)


def mortal(deps: FakeDependencies, death: Death) -> Dependencies:
    """The dependencies of a process that will die."""
    ports: dict[str, Any] = {name: Mortal(name, getattr(deps, name), death) for name in OURS if name != "catalog"}
    catalog = deps.catalog
    stores: dict[str, Any] = {
        f.name: Mortal(f.name, getattr(catalog, f.name), death) for f in fields(Catalog) if f.name != "close"
    }
    return replace(deps, **ports, catalog=replace(catalog, **stores))


class Host:
    """Delivers messages as the Functions host does: at least once, later again where the process died."""

    def __init__(self, deps: FakeDependencies, clock: Clock) -> None:
        self.deps, self.clock = deps, clock
        self.queues: dict[FakeQueue, Run] = {
            deps.generation_queue: follow_up.work,
            deps.library_queue: run_library_job,
        }
        self._in_flight: list[tuple[float, Run, Message]] = []

    async def deliver(self, deps: Dependencies) -> None:
        """Deliver every visible message to a process with these dependencies; `Killed` leaves the message in flight."""
        for queue, run in self.queues.items():
            while (message := queue.take()) is not None:
                try:
                    await run(deps, message)
                except Killed:
                    self._in_flight.append((self.clock().timestamp() + REDELIVERY_S, run, message))
                    raise

    async def settle(self, *, minutes: int = 40) -> None:
        """Let a healthy process work on, minute by minute, with a sweep every five, until nothing is open."""
        for minute in range(minutes):
            now = self.clock().timestamp()
            due = [entry for entry in self._in_flight if entry[0] <= now]
            self._in_flight = [entry for entry in self._in_flight if entry[0] > now]
            for _, run, message in due:
                await run(self.deps, message)
            if minute % 5 == 0:
                await sweep(self.deps)
            await self.deliver(self.deps)
            if not (await self.deps.catalog.jobs.open()).items and not self._in_flight:
                return
            self.clock.advance(60)
