"""Workers that measure on several cores at once, each with its own server."""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any, TypeVar

T = TypeVar("T")
LOOK_S = 0.2


class Stopped(Exception):
    """The run must stop."""


class Workers:
    """Runs tasks in order, each on the next free core. The first failure stops all."""

    def __init__(self, cores: Sequence[int | None]) -> None:
        """`None` is a worker without a fixed core."""
        self._cores, self._stop = cores, threading.Event()
        self._failure: BaseException | None = None

    def work(self, tasks: Sequence[Callable[[int | None], None]]) -> None:
        """Return when all tasks are done; what one of them raised is raised here."""
        waiting = deque(tasks)
        with ThreadPoolExecutor(len(self._cores)) as pool:
            workers = [pool.submit(self._run_worker, core, waiting) for core in self._cores]
            try:
                # Not Thread.join: in Python 3.11 one that is interrupted takes the thread for ended.
                wait(workers)
            except KeyboardInterrupt:
                self._stop.set()
                wait(workers)
                raise SystemExit("Stopped; the same command goes on where this one ended.") from None
        if self._failure is not None:
            raise self._failure

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the calling worker, or raise `Stopped` soon after the whole run was stopped."""

        async def watched() -> T:
            task = asyncio.ensure_future(work)
            while not (await asyncio.wait({task}, timeout=LOOK_S))[0]:
                if self._stop.is_set():
                    task.cancel()
                    raise Stopped
            return task.result()

        return asyncio.run(watched())

    def _run_worker(self, core: int | None, waiting: deque[Callable[[int | None], None]]) -> None:
        if core is not None:
            on_time()
        while not self._stop.is_set():
            try:
                task = waiting.popleft()
            except IndexError:
                return
            try:
                task(core)
            except Stopped:
                return
            except BaseException as exc:  # noqa: BLE001 - raised again in the main thread
                self._failure = self._failure or exc
                self._stop.set()
                return


def on_time() -> None:
    """Let this thread, and none that it starts, go before all others: a load generator must not be late."""
    if hasattr(os, "SCHED_RESET_ON_FORK"):
        with contextlib.suppress(PermissionError):
            os.sched_setscheduler(0, os.SCHED_RR | os.SCHED_RESET_ON_FORK, os.sched_param(1))
