"""Starts the parts in order, watches them, and stops them in the opposite one."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from local.run.process import Part, PartPlan

Say = Callable[[str], None]


class Supervisor:
    """All parts of one run.  `run` returns when a person or the system says stop."""

    def __init__(self, say: Say) -> None:
        self.say = say
        self._parts: list[Part] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._stop = asyncio.Event()
        self._hurry = asyncio.Event()

    async def run(self, begin: Callable[[Supervisor], Awaitable[None]]) -> None:
        """Do what `begin` does to start the parts, then wait.  Whatever happens, no part is left running."""
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(name, self._on_signal)
        beginning = asyncio.ensure_future(begin(self))
        stopped = asyncio.create_task(self._stop.wait())
        try:
            await asyncio.wait({beginning, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if beginning.done():
                beginning.result()
                await stopped
        finally:
            beginning.cancel()
            await self._end()

    async def start(self, *plans: PartPlan) -> None:
        """Start these parts side by side; returns once all are up, and then keeps them up."""
        parts = [Part(plan, self.say) for plan in plans]
        self._parts += parts
        for plan in plans:
            self.say(f"Starting {plan.name}…")
        try:
            async with asyncio.TaskGroup() as tasks:
                for part in parts:
                    tasks.create_task(part.start())
        except BaseExceptionGroup as group:
            raise group.exceptions[0] from None  # one sentence is enough
        for part in parts:
            self.keep_doing(part.watch())

    def keep_doing(self, work: Coroutine[Any, Any, None]) -> None:
        """Run `work` beside everything else, until the end."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _on_signal(self) -> None:
        if self._stop.is_set():
            self._hurry.set()
        self._stop.set()

    async def _end(self) -> None:
        if self._parts:
            self.say("Stopping…")
        for task in self._tasks:
            task.cancel()
        # The storage was started first, and everybody else needs it to the end.
        for together in (self._parts[1:], self._parts[:1]):
            stopping: asyncio.Future[list[None]] = asyncio.gather(*(part.stop() for part in together))
            hurry = asyncio.create_task(self._hurry.wait())
            either: set[asyncio.Future[Any]] = {stopping, hurry}
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            hurry.cancel()
            if not stopping.done():
                stopping.cancel()
                await asyncio.gather(stopping, return_exceptions=True)
                await asyncio.gather(*(part.stop(at_once=True) for part in together))
