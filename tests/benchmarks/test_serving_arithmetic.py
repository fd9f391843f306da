"""The serving benchmark's own arithmetic: a measurement is worth what its sums are worth."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import pytest

from benchmarks.load.report import overheads, table
from benchmarks.load.state import StateFile
from benchmarks.load.summary import GOALS, LONG, MEAN, SHORT, Goal, figures, p95, ratios, verdicts
from benchmarks.load.traces import STEPS, plan, poisson, requests
from tests.present import present


def same(seconds: float) -> list[tuple[int, float]]:
    """Twenty requests of each step count with the same duration."""
    return [(steps, seconds) for steps in STEPS for _ in range(20)]


def test_p95_is_a_value_that_was_measured() -> None:
    """The p95 of 100 values is the 95th, of one value that value, and of none not a number."""
    assert p95(range(100, 0, -1)) == 95
    assert p95([7.0]) == 7.0
    assert math.isnan(p95([]))


def test_a_mix_is_even_and_repeatable() -> None:
    """Each step count occurs equally often, and a seed gives the same requests."""
    drawn = requests(300, seed=5)

    assert {steps: sum(each.steps == steps for each in drawn) for steps in STEPS} == dict.fromkeys(STEPS, 75)
    assert drawn == requests(300, seed=5)
    assert drawn != requests(300, seed=6)


def test_a_trace_has_exactly_its_load() -> None:
    """300 requests at 90% of two per second take 300 / 1.8 seconds with Poisson gaps."""
    trace = poisson("90%", count=300, load=0.9, capacity=2.0, seed=1)

    moments = [each.at_s for each in trace.arrivals]
    gaps = [later - sooner for sooner, later in itertools.pairwise(moments)]
    assert trace.duration_s == pytest.approx(300 / 1.8)
    assert moments == sorted(moments)
    assert moments[0] >= 0
    assert moments[-1] <= trace.duration_s
    mean = sum(gaps) / len(gaps)
    assert sum((gap - mean) ** 2 for gap in gaps) / len(gaps) == pytest.approx(mean**2, rel=0.3)


def test_each_trace_has_its_own_seed() -> None:
    """Traces of the same load differ, and a plan is reproducible."""
    made = plan([0.9, 0.9, 0.3], count=20, capacity=1.5, seed=3)

    assert len({trace.name for trace in made}) == 3
    assert made[0].arrivals != made[1].arrivals
    assert made == plan([0.9, 0.9, 0.3], count=20, capacity=1.5, seed=3)


def test_ratios_are_taken_trace_by_trace() -> None:
    """Ratios use the better baseline of each trace, and incomplete traces are ignored."""
    traces = [
        {"ours": same(1.0), "lock": same(4.0), "litserve": same(2.0)},
        {"ours": same(1.0), "lock": same(5.0), "litserve": same(10.0)},
        {"ours": same(9.0), "lock": same(10.0), "litserve": same(10.0)},
        {"ours": same(100.0), "lock": same(1.0)},
    ]

    found = ratios(traces, SHORT, ["lock", "litserve"])

    assert found is not None
    assert (found.least, found.median, found.most, found.count) == (0.2, 0.5, 0.9, 3)
    assert ratios(traces, SHORT, ["shortest"]) is None


def test_a_table_has_a_column_for_each_server_that_ran() -> None:
    """The table has seconds and ratios with minimum and maximum, only for measured servers."""
    traces = [{"ours": same(1.0), "lock": same(4.0)}, {"ours": same(1.0), "lock": same(2.0)}]

    lines = list(table(0.9, traces))

    assert lines[0] == "| 90% load, s | lock | ours | ours / lock |"
    assert lines[-1] == "| mean | 3.00 | 1.00 | 0.375 (0.25 to 0.5) |"


def test_p95_covers_only_its_own_requests() -> None:
    """The p95 of short requests excludes long ones, and the mean includes all."""
    trace = {"ours": [*((4, 1.0) for _ in range(20)), *((30, 3.0) for _ in range(20))]}

    assert [present(figures([trace], "ours", each)).median for each in (SHORT, LONG, MEAN)] == [1.0, 3.0, 2.0]


@pytest.mark.parametrize(("ratio", "at", "below"), [(0.99, True, True), (1.0, True, False), (1.01, False, False)])
def test_a_goal_is_met_at_its_bound_or_below(ratio: float, at: bool, below: bool) -> None:
    """“At most” includes the bound, and “below” doesn't."""
    assert Goal(figure=LONG, baselines=("lock",), bound=1.0).met(ratio) is at
    assert Goal(figure=LONG, baselines=("lock",), bound=1.0, strict=True).met(ratio) is below


def test_goals_without_measurements_are_neither_met_nor_missed() -> None:
    """Every goal is listed, even without measurements."""
    found = verdicts([{"ours": same(1.0), "lock": same(2.0)}])

    assert len(found) == len(GOALS)
    assert [met for _, _, met in found] == [None, None, True, None, True]


def test_overhead_compares_equal_batches(tmp_path: Path) -> None:
    """One caller is compared with one row, and eight with the fastest loop of the round."""
    state = StateFile(tmp_path / "state.jsonl")
    speeds = {"HTTP, 1 at once": 0.99, "HTTP, 8 at once": 1.8, "bare, 1 at once": 1.0, "bare, 4 at once": 2.0}
    for way, speed in speeds.items():
        state.add("overhead", way=way, number=0, images_per_s=speed)

    alone, together = overheads(state, 1), overheads(state, 8)

    assert present(alone).median == pytest.approx(0.99)
    assert present(together).median == pytest.approx(0.9)
    assert overheads(state, 3) is None
