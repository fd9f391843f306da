"""Timer triggers: one loop a timer, in UTC, to the second, never two runs of one timer at once."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from azure.functions.timer import TimerRequest

from local.host.function_index import TimerFunction
from local.host.invoke import event, invoke_without_result, log_failure

LONGEST_SLEEP_S = 30.0  # so that a laptop that slept notices soon after it wakes


class TimerMemory:
    """When each monitored timer last ran and will run next, in one file that survives the host."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._status: dict[str, dict[str, str]] = {}
        # On the first start there is no file, and then no timer is past due.
        with suppress(OSError, ValueError):
            self._status = json.loads(path.read_text(encoding="utf-8"))

    def next(self, name: str, expression: str) -> datetime | None:
        """When the timer should have run next, if it had this expression then."""
        status = self._status.get(name)
        if not status or status.get("expression") != expression:
            return None
        return datetime.fromisoformat(status["next"])

    def status(self, name: str) -> dict[str, str]:
        """As the function sees it."""
        status = self._status.get(name, {})
        return {"Last": status.get("last", ""), "Next": status.get("next", ""), "LastUpdated": status.get("last", "")}

    def save(self, name: str, expression: str, *, last: datetime | None, next: datetime) -> None:
        self._status[name] = {
            "expression": expression,
            "last": last.isoformat() if last else self._status.get(name, {}).get("last", ""),
            "next": next.isoformat(),
        }
        self._path.parent.mkdir(parents=True, exist_ok=True)
        half_written = self._path.with_suffix(".new")
        half_written.write_text(json.dumps(self._status, indent=1), encoding="utf-8")
        os.replace(half_written, self._path)


def utc_now() -> datetime:
    return datetime.now(UTC)


async def run_timer(
    function: TimerFunction,
    memory: TimerMemory,
    stopping: asyncio.Event,
    *,
    timeout_s: float | None,
    clock: Callable[[], datetime] = utc_now,
) -> None:
    """Run a timer until `stopping`: past-due once at the start, then at every occurrence it is free for.

    A failed run is logged and not repeated; occurrences missed meanwhile, or while the host was down, are one.
    """
    expression = function.timer.expression
    now = clock()
    remembered = memory.next(function.name, expression) if function.monitored else None
    past_due = remembered is not None and remembered <= now
    due = now if past_due or function.run_on_startup else remembered or function.timer.next(now)
    while due is not None:
        remember(function, memory, last=None, next=due)
        if not await reached(due, stopping, clock):
            return
        if past_due:
            event("timer.past_due", function=function.name, was_due=remembered)
        began = clock()
        request = TimerRequest(past_due=past_due, schedule_status=memory.status(function.name), schedule={})
        try:
            await invoke_without_result(function, request, timeout_s=timeout_s)
        except Exception as exc:
            log_failure("timer.failed", exc, function=function.name)
        past_due = False
        # Strictly after the occurrence too, in case the clock was set back by a little meanwhile.
        due = function.timer.next(max(clock(), due))
        if due is not None:
            remember(function, memory, last=began, next=due)
    event("timer.never_due", function=function.name, expression=expression)


def remember(function: TimerFunction, memory: TimerMemory, *, last: datetime | None, next: datetime) -> None:
    if function.monitored:
        memory.save(function.name, function.timer.expression, last=last, next=next)


async def reached(due: datetime, stopping: asyncio.Event, clock: Callable[[], datetime]) -> bool:
    """Wait for `due`; false when the host stops first."""
    while not stopping.is_set():
        left = (due - clock()).total_seconds()
        if left <= 0:
            return True
        try:
            async with asyncio.timeout(min(left, LONGEST_SLEEP_S)):
                await stopping.wait()
        except TimeoutError:
            continue
    return False
