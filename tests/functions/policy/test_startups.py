"""How often a schedule starts a GPU, and what that costs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from functions.models.schedule import GenerationOptions, IntervalTiming, ScheduleDraft
from functions.policy.schedules.forecast import MONTH, Estimate, forecast
from functions.policy.schedules.startups import Gpu, standby, standby_usd
from tests.fakes import START

T4 = Gpu(usd_per_hour=1.56, start_s=480.0, cooldown_s=300.0)


@pytest.mark.parametrize(
    ("minutes", "starts", "seconds"),
    [
        ([], 0, 0.0),
        ([0], 1, 480 + 300),  # a start, and the cooldown after it
        ([0, 1440], 2, 2 * (480 + 300)),
        ([0, 10], 1, 480 + 300 + 90),  # ready after 8 minutes, free after 8.5, then 90 seconds without work
        ([0, 1], 1, 480 + 300),  # the second run waits for the first one
        ([0, 13.5], 1, 480 + 300 + 300),  # just within the cooldown
        ([0, 13.6], 2, 2 * (480 + 300)),
    ],
)
def test_runs_during_the_cooldown_need_no_start(minutes: list[float], starts: int, seconds: float) -> None:
    """A start takes eight minutes, a run half a minute, and the GPU is stopped after five minutes without work."""
    instants = [START + timedelta(minutes=minute) for minute in minutes]

    found = standby(instants, run_s=30.0, start_s=480.0, cooldown_s=300.0)

    assert found.starts == starts
    assert found.seconds == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("gpu", "run_s", "expected"),
    [
        (Gpu(usd_per_hour=0.0, start_s=None, cooldown_s=300.0), None, (0, 0.0)),  # one's own computer
        (Gpu(usd_per_hour=1.56, start_s=None, cooldown_s=300.0), 30.0, (None, None)),
        (T4, None, (None, None)),
        (T4, 30.0, (1, pytest.approx(780 / 3600 * 1.56))),
    ],
)
def test_a_cost_without_measurements_is_unknown(gpu: Gpu, run_s: float | None, expected: tuple[Any, Any]) -> None:
    """A GPU without a price costs nothing, and no figure is given before anything was measured."""
    assert standby_usd([START], gpu, run_s=run_s) == expected


@pytest.mark.parametrize(
    ("every_minutes", "starts", "usd"),
    [
        (24 * 60, 30, 30 * 780 / 3600 * 1.56),
        (5, 1, 1.56 * 30 * 24 - 1.56 * 8640 * 28 / 3600),  # always on: what isn't generation is standby
    ],
)
def test_a_month_of_runs(every_minutes: int, starts: int, usd: float) -> None:
    """One job a day pays a start each, as in docs/cost.md; one every five minutes keeps the GPU on."""
    draft = ScheduleDraft(
        name="Owls",
        theme="owls",
        timing=IntervalTiming(minutes=every_minutes),
        options=GenerationOptions(count=1),
    )
    one = Estimate(pictures=1, painting_s=28.0, cost_usd=0.01)

    found = forecast(draft, one, now=START, gpu=T4)

    assert found.runs == MONTH // timedelta(minutes=every_minutes)
    assert found.starts == pytest.approx(starts, abs=1)
    assert found.standby_usd == pytest.approx(usd, rel=0.01)
