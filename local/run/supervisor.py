"""Start the processes in order, monitor them, and stop them in reverse order."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from local.run.process import ManagedProcess, ProcessSpec

Say = Callable[[str], None]


class Supervisor:
    """All processes of one run. `run` returns when the user or the system stops it."""

    def __init__(self, say: Say) -> None:
        self.say = say
        self._processes: list[ManagedProcess] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._stop = asyncio.Event()
        self._hurry = asyncio.Event()

    async def run(self, begin: Callable[[Supervisor], Awaitable[None]]) -> None:
        """Call `begin` to start the processes, then wait for a signal. No process is left running."""
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

    async def start(self, *specs: ProcessSpec) -> None:
        """Start these processes in parallel; return when all are up, and restart them from then on."""
        processes = [ManagedProcess(spec, self.say) for spec in specs]
        self._processes += processes
        for spec in specs:
            self.say(f"Starting {spec.name}…")
        try:
            async with asyncio.TaskGroup() as tasks:
                for process in processes:
                    tasks.create_task(process.start())
        except BaseExceptionGroup as group:
            raise group.exceptions[0] from None  # only the first error is reported
        for process in processes:
            self.run_in_background(process.watch())

    def run_in_background(self, work: Coroutine[Any, Any, None]) -> None:
        """Run `work` in the background until the end."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def stop(self) -> None:
        """End the run, as a signal does."""
        self._stop.set()

    def _on_signal(self) -> None:
        if self._stop.is_set():
            self._hurry.set()
        self._stop.set()

    async def _end(self) -> None:
        if self._processes:
            self.say("Stopping…")
        for task in self._tasks:
            task.cancel()
        # The storage was started first and is stopped last, because all other processes use it.
        for group in (self._processes[1:], self._processes[:1]):
            stopping: asyncio.Future[list[None]] = asyncio.gather(*(process.stop() for process in group))
            hurry = asyncio.create_task(self._hurry.wait())
            either: set[asyncio.Future[Any]] = {stopping, hurry}
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            hurry.cancel()
            if not stopping.done():
                stopping.cancel()
                await asyncio.gather(stopping, return_exceptions=True)
                await asyncio.gather(*(process.stop(force=True) for process in group))
