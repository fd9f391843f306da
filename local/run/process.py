"""One part of the local run: a process that is started, watched, started again, and stopped."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from local.run.errors import StartError

GUARD = Path(__file__).with_name("parent_watch.py")
BACKOFF_S = (0.5, 1, 2, 5, 10, 30)
STEADY_S = 60  # after this long its next death is a first one again
LOOK_EVERY_S = 0.1
LOG_BYTES = 5_000_000  # a log that is larger at a start makes way


@dataclass(frozen=True, kw_only=True)
class PartPlan:
    """What to run, and how to know that it is up."""

    name: str  # as a person calls it: "the painter"
    command: Sequence[str]
    env: Mapping[str, str] = field(repr=False)
    log: Path
    is_up: Callable[[], Awaitable[bool]]
    start_limit_s: float = 120.0
    stop_limit_s: float = 8.0


class Part:
    """Keeps one process running between `start` and `stop`."""

    def __init__(self, plan: PartPlan, say: Callable[[str], None]) -> None:
        self.plan = plan
        self._say = say
        self._process: asyncio.subprocess.Process | None = None
        self._stopping = False

    @property
    def pid(self) -> int | None:
        """Of the process, once it runs."""
        return self._process.pid if self._process else None

    async def start(self) -> None:
        """Start it and wait until it is up; `StartError` when it ends or takes too long."""
        await self._spawn()
        deadline = time.monotonic() + self.plan.start_limit_s
        while not await self.plan.is_up():
            if self._code is not None:
                raise StartError(f"{self._Name} stopped while starting{self._because()}")
            if time.monotonic() > deadline:
                raise StartError(f"{self._Name} did not answer within {self.plan.start_limit_s:.0f} s{self._because()}")
            await asyncio.sleep(LOOK_EVERY_S)

    async def watch(self) -> None:
        """Start it again whenever it dies, with growing pauses; runs until cancelled."""
        deaths = 0
        while True:
            assert self._process is not None  # noqa: S101 - `start` comes first
            began = time.monotonic()
            code = await self._process.wait()
            if self._stopping:
                return
            deaths = 0 if time.monotonic() - began > STEADY_S else deaths
            pause_s = BACKOFF_S[min(deaths, len(BACKOFF_S) - 1)]
            deaths += 1
            self._say(f"{self._Name} stopped ({ending(code)}); starting it again.  Its log: {self.plan.log}")
            await asyncio.sleep(pause_s)
            await self._spawn()

    async def stop(self, *, at_once: bool = False) -> None:
        """Ask it to end, make it end, and leave nothing of it behind."""
        self._stopping = True
        process = self._process
        if process is None:
            return
        if not at_once and process.returncode is None:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
            with suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), self.plan.stop_limit_s)
        # Its children are in its group, which outlives it if one of them hangs.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()

    async def _spawn(self) -> None:
        log = self.plan.log
        log.parent.mkdir(parents=True, exist_ok=True)
        if log.exists() and log.stat().st_size > LOG_BYTES:
            os.replace(log, log.with_suffix(".old.log"))
        command = [sys.executable, "-I", str(GUARD), str(os.getpid()), *self.plan.command]
        with log.open("ab") as output:
            try:
                self._process = await asyncio.create_subprocess_exec(
                    *command,
                    env=dict(self.plan.env),
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    start_new_session=True,  # Ctrl-C is for the supervisor, which stops the parts in order
                )
            except OSError as exc:
                raise StartError(f"{self._Name} cannot be started: {exc.strerror}.") from exc

    @property
    def _code(self) -> int | None:
        return self._process.returncode if self._process else None

    @property
    def _Name(self) -> str:
        return self.plan.name[0].upper() + self.plan.name[1:]

    def _because(self) -> str:
        """The end of a sentence: the last thing it said, and where the rest is."""
        lines: list[str] = []
        with suppress(OSError):
            lines = self.plan.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        said = f': "{lines[-1][-300:]}"' if lines else ""
        return f"{said}.  Its log: {self.plan.log}"


def ending(code: int) -> str:
    """How a process ended, in words."""
    if code >= 0:
        return f"exit code {code}"
    with suppress(ValueError):
        return f"ended by {signal.Signals(-code).name}"
    return f"ended by signal {-code}"
