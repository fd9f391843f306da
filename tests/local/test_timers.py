"""Timer triggers: occurrences, saved state, and no concurrent runs."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import azure.functions as func
import pytest

from functions.triggers.timers import bp
from local.host.__main__ import arguments
from local.host.function_index import index_functions
from local.host.timers import TimerStateFile, run_timer
from local.run.options import Options
from local.run.process_specs import host_spec
from tests.local.virtual_time import in_virtual_time, virtual_clock

LIMIT_S = 1000  # of virtual time
START = datetime(2026, 11, 23, 9, 0, 0, 500_000, tzinfo=UTC)


def timer_of(on_tick: Any, schedule: Any, **options: Any) -> Any:
    app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

    @app.timer_trigger(arg_name="timer", schedule=schedule, **options)
    async def tick(timer: func.TimerRequest) -> None:
        return await on_tick(timer)

    @app.route(route="unused")
    async def unused(req: func.HttpRequest) -> None: ...

    return index_functions(app, {"TICK": "*/1 * * * * *"}).timers[0]


def clock() -> datetime:
    return virtual_clock(START)


class Ticks:
    """Records runs in virtual time and stops the timer after `limit` runs."""

    def __init__(self, limit: int, *, takes_s: float = 0, fails: bool = False) -> None:
        self.stopping = asyncio.Event()
        self.runs: list[tuple[datetime, bool]] = []
        self.concurrent = self.max_concurrent = 0
        self._limit, self._takes_s, self._fails = limit, takes_s, fails

    async def __call__(self, timer: func.TimerRequest) -> None:
        self.concurrent += 1
        self.max_concurrent = max(self.max_concurrent, self.concurrent)
        self.runs.append((clock(), timer.past_due))
        await asyncio.sleep(self._takes_s)
        self.concurrent -= 1
        if len(self.runs) >= self._limit:
            self.stopping.set()
        if self._fails:
            raise RuntimeError("no")

    def run(self, function: Any, state_file: Any, *, clock: Any = clock) -> None:
        running = run_timer(function, state_file, self.stopping, timeout_s=5, clock=clock)
        in_virtual_time(asyncio.wait_for(running, LIMIT_S))


def test_a_timer_fires_on_the_second(tmp_path: Path) -> None:
    """The timer runs at every occurrence, in whole seconds of UTC, with a schedule from a setting."""
    ticks = Ticks(3)

    ticks.run(timer_of(ticks, "%TICK%"), TimerStateFile(tmp_path / "timers.json"))

    assert [moment for moment, _ in ticks.runs] == [START.replace(second=second, microsecond=0) for second in (1, 2, 3)]
    assert not any(past_due for _, past_due in ticks.runs)
    assert not (tmp_path / "timers.json").exists()  # quick timers are not remembered


def test_a_slow_run_delays_the_next(tmp_path: Path) -> None:
    """Runs of a timer never overlap, and occurrences during a run are skipped."""
    ticks = Ticks(2, takes_s=1.3)

    ticks.run(timer_of(ticks, "* * * * * *"), TimerStateFile(tmp_path / "timers.json"))

    assert ticks.max_concurrent == 1
    assert ticks.runs[1][0] - ticks.runs[0][0] == timedelta(seconds=2)


def test_a_failed_run_waits_for_the_next_occurrence(tmp_path: Path) -> None:
    """A failed run isn't repeated and doesn't stop the timer."""
    ticks = Ticks(2, fails=True)

    ticks.run(timer_of(ticks, "* * * * * *"), TimerStateFile(tmp_path / "timers.json"))

    assert ticks.runs[1][0] - ticks.runs[0][0] == timedelta(seconds=1)


def test_a_first_start_is_not_past_due(tmp_path: Path) -> None:
    """Without a state file, a timer waits for its next occurrence and saves it."""
    ticks = Ticks(1)
    ticks.stopping.set()
    state_file = TimerStateFile(tmp_path / "timers.json")

    ticks.run(timer_of(ticks, "0 */5 * * * *"), state_file, clock=lambda: START)

    assert ticks.runs == []
    assert json.loads((tmp_path / "timers.json").read_text())["tick"]["next"] == "2026-11-23T09:05:00+00:00"


@pytest.mark.parametrize(
    ("minutes_away", "runs"), [(4, []), (5, [True]), (60, [True])], ids=["not yet due", "one missed", "many missed"]
)
def test_missed_occurrences_are_one_past_due_run(tmp_path: Path, minutes_away: int, runs: Any) -> None:
    """Occurrences during downtime cause one run at the start, marked as past due."""
    state_file = TimerStateFile(tmp_path / "timers.json")
    first = Ticks(1)
    first.stopping.set()
    first.run(timer_of(first, "0 */5 * * * *"), state_file, clock=lambda: START)

    again = Ticks(1)
    function = timer_of(again, "0 */5 * * * *")
    later = START + timedelta(minutes=minutes_away)
    if not runs:
        again.stopping.set()
    again.run(function, TimerStateFile(tmp_path / "timers.json"), clock=lambda: later)

    assert [past_due for _, past_due in again.runs] == runs


@pytest.mark.parametrize(
    "options",
    [{"use_monitor": False}, {"schedule": "0 */7 * * * *"}],
    ids=["not monitored", "another expression by now"],
)
def test_what_is_never_past_due(tmp_path: Path, options: Any) -> None:
    """A timer without monitoring or with a new expression isn't past due."""
    state_file = TimerStateFile(tmp_path / "timers.json")
    state_file.save("tick", "0 */5 * * * *", last=None, upcoming=START)
    ticks = Ticks(1)
    ticks.stopping.set()
    function = timer_of(ticks, options.pop("schedule", "0 */5 * * * *"), **options)

    ticks.run(function, state_file, clock=lambda: START + timedelta(hours=1))

    assert ticks.runs == []


def test_a_run_knows_its_schedule(tmp_path: Path) -> None:
    """A run gets the time of the last run and its own time, as Azure's host stores them."""
    statuses: list[Any] = []
    ticks = Ticks(2)

    async def tick(timer: Any) -> None:
        statuses.append(timer.schedule_status)
        await ticks(timer)

    ticks.run(timer_of(tick, "0 */5 * * * *"), TimerStateFile(tmp_path / "timers.json"))

    first, second = "2026-11-23T09:05:00+00:00", "2026-11-23T09:10:00+00:00"
    assert [(status["Last"], status["Next"]) for status in statuses] == [("", first), (first, second)]


def test_run_on_startup(tmp_path: Path) -> None:
    """A timer with `run_on_startup` runs at once and isn't past due."""
    ticks = Ticks(1)

    ticks.run(timer_of(ticks, "0 0 0 1 1 *", run_on_startup=True), TimerStateFile(tmp_path / "timers.json"))

    assert [past_due for _, past_due in ticks.runs] == [False]


def test_the_sweep_runs_at_the_start(tmp_path: Path) -> None:
    """The local host sweeps at once, although it isn't due, and plans due work only at its time."""
    path = tmp_path / "timers.json"
    TimerStateFile(path).save("sweep", "0 */5 * * * *", last=START, upcoming=START + timedelta(minutes=4))
    app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
    app.register_functions(bp)
    options = Options(folder=tmp_path, env={})
    spec = host_spec(options, port=1, storage=None, inference=None, key="secret", dashboard=False)
    _python, _m, _module, *words = spec.command
    ticks = Ticks(1)
    index = index_functions(app, {}, at_start=arguments(words).at_start)
    timers = {timer.name: replace(timer, call=ticks.__call__) for timer in index.timers}

    ticks.run(timers["sweep"], TimerStateFile(path))

    assert ticks.runs == [(START, False)]
    assert [name for name, timer in timers.items() if timer.run_on_startup] == ["sweep"]


@pytest.mark.parametrize(
    "content",
    [
        '{"tick": {"exp',
        "[]",
        "3",
        "[" * 100_000,
        '{"tick": 3}',
        '{"tick": {"expression": "0 * * * * *"}}',
        '{"tick": {"expression": "0 * * * * *", "next": "soon"}}',
        '{"tick": {"expression": "0 * * * * *", "next": 3}}',
        "\x00\xff",
    ],
)
def test_a_broken_state_file(tmp_path: Path, content: str) -> None:
    """A file of any content that can't be read is treated as missing, and replaced."""
    path = tmp_path / "timers.json"
    path.write_text(content, encoding="latin-1")
    ticks = Ticks(1)
    ticks.stopping.set()

    ticks.run(timer_of(ticks, "0 * * * * *"), TimerStateFile(path), clock=lambda: START)

    assert ticks.runs == []
    assert json.loads(path.read_text())["tick"]["next"] == "2026-11-23T09:01:00+00:00"


def test_a_time_without_a_zone_is_read_as_utc(tmp_path: Path) -> None:
    """A saved time whose zone is missing doesn't stop the timer."""
    path = tmp_path / "timers.json"
    path.write_text('{"tick": {"expression": "0 * * * * *", "next": "2026-11-23T08:00:00"}}')
    ticks = Ticks(1)

    ticks.run(timer_of(ticks, "0 * * * * *"), TimerStateFile(path))

    assert [past_due for _, past_due in ticks.runs] == [True]


def test_a_state_file_that_cannot_be_written_stops_no_timer(tmp_path: Path) -> None:
    """On a full disk, or without permission, the timer runs on."""
    (tmp_path / "file").write_text("where the folder has to be")
    ticks = Ticks(2)

    ticks.run(timer_of(ticks, "0 * * * * *"), TimerStateFile(tmp_path / "file" / "timers.json"))

    assert len(ticks.runs) == 2


class SteppingClock:
    """A clock that is an hour ahead until it is set back."""

    def __init__(self, until_s: float) -> None:
        self._until_s = until_s

    def __call__(self) -> datetime:
        ahead = asyncio.get_running_loop().time() < self._until_s
        return clock() + timedelta(hours=ahead)


def test_a_clock_that_is_set_back_stops_no_timer(tmp_path: Path) -> None:
    """After an hour ahead, the next occurrence of the right time runs, also during a wait and after a restart."""
    path = tmp_path / "timers.json"
    ticks = Ticks(3)
    ticks.run(timer_of(ticks, "0 * * * * *"), TimerStateFile(path), clock=SteppingClock(until_s=75))

    again = Ticks(1)
    TimerStateFile(path).save("tick", "0 * * * * *", last=None, upcoming=START + timedelta(hours=1))
    again.run(timer_of(again, "0 * * * * *"), TimerStateFile(path))

    minutes = [moment.minute for moment, _ in ticks.runs]
    assert minutes == [1, 2, 3]
    assert [(moment.hour, moment.minute) for moment, _ in again.runs] == [(9, 1)]


@pytest.mark.parametrize(
    ("expression", "until_s", "minutes"), [("0 * * * * *", 57, [0, 2, 3]), ("0 */5 * * * *", 297, [4, 10, 15])]
)
def test_a_small_step_back_repeats_no_occurrence(
    tmp_path: Path, expression: str, until_s: float, minutes: list[int]
) -> None:
    """A clock that is corrected by seconds during a run repeats no occurrence, whatever the period of the timer."""
    ticks = Ticks(3, takes_s=3)

    def corrected() -> datetime:
        return clock() + timedelta(seconds=5 if asyncio.get_running_loop().time() < until_s else 0)

    ticks.run(timer_of(ticks, expression), TimerStateFile(tmp_path / "timers.json"), clock=corrected)

    assert [moment.minute for moment, _ in ticks.runs] == minutes
