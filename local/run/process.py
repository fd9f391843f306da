"""A process of the local run: started, monitored, restarted, and stopped."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from local.run.errors import StartError

PARENT_WATCH = Path(__file__).with_name("parent_watch.py")
BACKOFF_S = (0.5, 1, 2, 5, 10, 30)
STABLE_AFTER_S = 60  # a process that ran this long restarts without a growing delay
POLL_INTERVAL_S = 0.1
LOG_BYTES = 5_000_000  # a larger log becomes the old one
LOG_INTERVAL_S = 10.0  # between checks of its size


@dataclass(frozen=True, kw_only=True)
class ProcessSpec:
    """What to run, and how to check that it is up."""

    name: str  # in messages, such as "the inference service"
    command: Sequence[str]
    env: Mapping[str, str] = field(repr=False)
    log: Path
    is_up: Callable[[], Awaitable[bool]]
    start_limit_s: float = 120.0
    stop_limit_s: float = 8.0
    log_bytes: int = LOG_BYTES
    log_interval_s: float = LOG_INTERVAL_S


class ManagedProcess:
    """Keeps one process running between `start` and `stop`."""

    def __init__(self, spec: ProcessSpec, say: Callable[[str], None]) -> None:
        self.spec = spec
        self._say = say
        self._process: asyncio.subprocess.Process | None = None
        self._stopping = False

    @property
    def pid(self) -> int | None:
        """The process ID, or None before the start."""
        return self._process.pid if self._process else None

    async def start(self) -> None:
        """Start the process and wait until it is up; `StartError` if it ends or exceeds its start limit."""
        await self._spawn()
        deadline = time.monotonic() + self.spec.start_limit_s
        while not await self.spec.is_up():
            if self._code is not None:
                raise StartError(f"{self._display_name} stopped while starting{self._log_excerpt()}")
            if time.monotonic() > deadline:
                limit = f"{self.spec.start_limit_s:.0f} seconds"
                raise StartError(f"{self._display_name} didn't respond within {limit}{self._log_excerpt()}")
            await asyncio.sleep(POLL_INTERVAL_S)

    async def watch(self) -> None:
        """Restart the process whenever it ends, with growing delays, and rotate its log; runs until canceled."""
        rotating = asyncio.create_task(self._rotate_log())
        try:
            await self._restart_whenever_ended()
        finally:
            rotating.cancel()

    async def _rotate_log(self) -> None:
        while True:
            await asyncio.sleep(self.spec.log_interval_s)
            await asyncio.to_thread(rotate, self.spec.log, self.spec.log_bytes)

    async def _restart_whenever_ended(self) -> None:
        restarts = 0
        while True:
            assert self._process is not None  # noqa: S101 - `start` comes first
            began = time.monotonic()
            code = await self._process.wait()
            if self._stopping:
                return
            restarts = 0 if time.monotonic() - began > STABLE_AFTER_S else restarts
            delay_s = BACKOFF_S[min(restarts, len(BACKOFF_S) - 1)]
            restarts += 1
            self._say(f"{self._display_name} stopped ({describe_exit(code)}). Restarting it. Log: {self.spec.log}")
            await asyncio.sleep(delay_s)
            await self._spawn()

    async def stop(self, *, force: bool = False) -> None:
        """End the process and its children: with SIGTERM unless `force` is set, then with SIGKILL."""
        self._stopping = True
        process = self._process
        if process is None:
            return
        if not force and process.returncode is None:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
            with suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), self.spec.stop_limit_s)
        # Its children are in its process group, which still exists if one of them hangs.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()

    async def _spawn(self) -> None:
        log = self.spec.log
        log.parent.mkdir(parents=True, exist_ok=True)
        rotate(log, self.spec.log_bytes)
        command = [sys.executable, "-I", str(PARENT_WATCH), str(os.getpid()), *self.spec.command]
        with log.open("ab") as output:
            try:
                self._process = await asyncio.create_subprocess_exec(
                    *command,
                    env=dict(self.spec.env),
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    start_new_session=True,  # the supervisor handles Ctrl+C and stops the processes in order
                )
            except OSError as exc:
                raise StartError(f"Couldn't start {self.spec.name}: {exc.strerror}.") from exc

    @property
    def _code(self) -> int | None:
        return self._process.returncode if self._process else None

    @property
    def _display_name(self) -> str:
        return self.spec.name[0].upper() + self.spec.name[1:]

    def _log_excerpt(self) -> str:
        """Return the rest of an error message: the last line of the log, and its path."""
        lines: list[str] = []
        with suppress(OSError):
            lines = self.spec.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        last_line = f': "{lines[-1][-300:]}"' if lines else ""
        return f"{last_line}. Log: {self.spec.log}"


def rotate(log: Path, most_bytes: int) -> None:
    """Copy a log that is larger than `most_bytes` to `NAME.old.log` and empty it, while a process may write to it.

    Without space for the copy, the log is only emptied, so that it can't fill the disk.
    """
    with suppress(OSError):
        if log.stat().st_size <= most_bytes:
            return
        with suppress(OSError):
            shutil.copyfile(log, log.with_suffix(".old.log"))
        os.truncate(log, 0)


def describe_exit(code: int) -> str:
    """Describe how a process ended."""
    if code >= 0:
        return f"exit code {code}"
    with suppress(ValueError):
        return f"ended by {signal.Signals(-code).name}"
    return f"ended by signal {-code}"
