"""Timer triggers: one loop per timer, in UTC, accurate to the second, without concurrent runs of a timer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from azure.functions.timer import TimerRequest

from local.host.function_index import TimerFunction
from local.host.invoke import event, invoke_without_result, log_failure

MAX_WAIT_S = 30.0  # so that a computer notices missed timers soon after standby
CLOCK_STEP = timedelta(minutes=1)  # a clock that is set back by more starts over; by less, no occurrence repeats


class TimerStateFile:
    """The last and next run of each monitored timer, in a file that is kept between starts."""

    def __init__(self, path: Path) -> None:
        self._path = path
        # Without a file, as on the first start, or with a damaged one, no timer is past due.
        self._status = read_status(path)

    def next(self, name: str, expression: str) -> datetime | None:
        """Return the timer's next run, or None if it had another expression or none was saved."""
        status = self._status.get(name, {})
        if status.get("expression") != expression:
            return None
        with suppress(KeyError, ValueError):
            return datetime.fromisoformat(status["next"]).astimezone(UTC)
        return None

    def status(self, name: str) -> dict[str, str]:
        """Return the timer's status in the format that functions receive."""
        status = self._status.get(name, {})
        return {"Last": status.get("last", ""), "Next": status.get("next", ""), "LastUpdated": status.get("last", "")}

    def save(self, name: str, expression: str, *, last: datetime | None, upcoming: datetime) -> None:
        """Remember the timer's last and next run. If the file can't be written, they are lost at the next start."""
        self._status[name] = {
            "expression": expression,
            "last": last.isoformat() if last else self._status.get(name, {}).get("last", ""),
            "next": upcoming.isoformat(),
        }
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            temporary = self._path.with_suffix(".new")
            temporary.write_text(json.dumps(self._status, indent=1), encoding="utf-8")
            temporary.replace(self._path)
        except OSError as exc:
            log_failure("timer.state_not_saved", exc, function=name)


def read_status(path: Path) -> dict[str, dict[str, str]]:
    """Return the content of a state file, without anything that isn't a timer's status."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(content, dict):
        return {}
    return {
        name: status
        for name, status in content.items()
        if isinstance(status, dict) and all(isinstance(value, str) for value in status.values())
    }


def utc_now() -> datetime:
    return datetime.now(UTC)


async def run_timer(
    function: TimerFunction,
    state_file: TimerStateFile,
    stopping: asyncio.Event,
    *,
    timeout_s: float | None,
    clock: Callable[[], datetime] = utc_now,
) -> None:
    """Run a timer until `stopping`: once at the start if it is past due, then at every occurrence.

    Failed runs are logged and not repeated. Occurrences during a run or while the host was down are combined into one.
    """
    expression = function.timer.expression
    now = clock()
    saved_next = state_file.next(function.name, expression) if function.monitored else None
    if saved_next is not None and is_ahead(function, saved_next, now):
        saved_next = None
    past_due = saved_next is not None and saved_next <= now
    due = now if past_due or function.run_on_startup else saved_next or function.timer.next(now)
    while due is not None:
        save_status(function, state_file, last=None, upcoming=due)
        reached = await wait_until(due, function, stopping, clock)
        if stopping.is_set():
            return
        if not reached:
            event("timer.clock_set_back", function=function.name)
            due = function.timer.next(clock())
            continue
        if past_due:
            event("timer.past_due", function=function.name, was_due=saved_next)
        began = clock()
        request = TimerRequest(past_due=past_due, schedule_status=state_file.status(function.name), schedule={})
        try:
            await invoke_without_result(function, request, timeout_s=timeout_s)
        except Exception as exc:  # noqa: BLE001 - as Azure's host goes on
            log_failure("timer.failed", exc, function=function.name)
        past_due = False
        # After the occurrence as well, in case the clock was set back a little in the meantime.
        due = function.timer.next(max(clock(), due) if due - clock() < CLOCK_STEP else clock())
        if due is not None:
            save_status(function, state_file, last=began, upcoming=due)
    event("timer.never_due", function=function.name, expression=expression)


def save_status(
    function: TimerFunction, state_file: TimerStateFile, *, last: datetime | None, upcoming: datetime
) -> None:
    if function.monitored:
        state_file.save(function.name, function.timer.expression, last=last, upcoming=upcoming)


def is_ahead(function: TimerFunction, due: datetime, now: datetime) -> bool:
    """Return whether `due` is later than the timer's next occurrence, because the clock was set back since.

    An occurrence within the next `CLOCK_STEP` may already have run before a small step back, so it doesn't count.
    """
    following = function.timer.next(now + CLOCK_STEP)
    return following is not None and due > following


async def wait_until(
    due: datetime, function: TimerFunction, stopping: asyncio.Event, clock: Callable[[], datetime]
) -> bool:
    """Wait until `due`; return False if the host stops or the clock is set back first."""
    while not stopping.is_set():
        now = clock()
        if is_ahead(function, due, now):
            return False
        left = (due - now).total_seconds()
        if left <= 0:
            return True
        try:
            async with asyncio.timeout(min(left, MAX_WAIT_S)):
                await stopping.wait()
        except TimeoutError:
            continue
    return False
