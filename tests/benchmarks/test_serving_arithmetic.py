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


def same(seconds: float) -> list[tuple[int, float]]:
    """Twenty requests of each step count that all took as long."""
    return [(steps, seconds) for steps in STEPS for _ in range(20)]


def test_p95_is_a_value_that_was_measured() -> None:
    """
    Of 100 values it is the 95th, of one the only one, of none not a number.
    """
    assert p95(range(100, 0, -1)) == 95
    assert p95([7.0]) == 7.0
    assert math.isnan(p95([]))


def test_a_mix_is_even_and_repeatable() -> None:
    """
    Each step count comes equally often, and the same seed draws the same requests.
    """
    drawn = requests(300, seed=5)

    assert {steps: sum(each.steps == steps for each in drawn) for steps in STEPS} == dict.fromkeys(STEPS, 75)
    assert drawn == requests(300, seed=5)
    assert drawn != requests(300, seed=6)


def test_a_trace_offers_exactly_its_load() -> None:
    """
    300 requests at 90 % of two a second take 300 / 1.8 seconds, in order, with the gaps of a Poisson process.
    """
    trace = poisson("90%", count=300, load=0.9, capacity=2.0, seed=1)

    moments = [each.at_s for each in trace.arrivals]
    gaps = [later - sooner for sooner, later in itertools.pairwise(moments)]
    assert trace.duration_s == pytest.approx(300 / 1.8)
    assert moments == sorted(moments)
    assert moments[0] >= 0
    assert moments[-1] <= trace.duration_s
    mean = sum(gaps) / len(gaps)
    assert sum((gap - mean) ** 2 for gap in gaps) / len(gaps) == pytest.approx(mean**2, rel=0.3)


def test_each_trace_has_its_own_draw() -> None:
    """
    Traces of the same load differ, and a plan is the same every time it is made.
    """
    made = plan([0.9, 0.9, 0.3], count=20, capacity=1.5, seed=3)

    assert len({trace.name for trace in made}) == 3
    assert made[0].arrivals != made[1].arrivals
    assert made == plan([0.9, 0.9, 0.3], count=20, capacity=1.5, seed=3)


def test_ratios_are_taken_trace_by_trace() -> None:
    """
    The median is of the ratios, each with the better rival of its trace; a trace without all of them is left out.
    """
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
    """
    Seconds first, then ours over each rival with the least and the most; a server that never ran has no column.
    """
    traces = [{"ours": same(1.0), "lock": same(4.0)}, {"ours": same(1.0), "lock": same(2.0)}]

    lines = list(table(0.9, traces))

    assert lines[0] == "| 90% load, s | lock | ours | ours / lock |"
    assert lines[-1] == "| mean | 3.00 | 1.00 | 0.375 (0.25 to 0.5) |"


def test_a_tail_sees_only_its_own_requests() -> None:
    """
    The p95 of short requests does not know the long ones; the mean knows all.
    """
    trace = {"ours": [*((4, 1.0) for _ in range(20)), *((30, 3.0) for _ in range(20))]}

    assert [figures([trace], "ours", each).median for each in (SHORT, LONG, MEAN)] == [1.0, 3.0, 2.0]


@pytest.mark.parametrize(("ratio", "at", "below"), [(0.99, True, True), (1.0, True, False), (1.01, False, False)])
def test_a_goal_is_met_at_its_bound_or_below(ratio: float, at: bool, below: bool) -> None:
    """
    "At most" counts the bound itself, "below" does not.
    """
    assert Goal(figure=LONG, rivals=("lock",), bound=1.0).met(ratio) is at
    assert Goal(figure=LONG, rivals=("lock",), bound=1.0, strict=True).met(ratio) is below


def test_goals_without_measurements_are_neither_met_nor_missed() -> None:
    """
    Every goal is listed, whether or not it was measured.
    """
    found = verdicts([{"ours": same(1.0), "lock": same(2.0)}])

    assert len(found) == len(GOALS)
    assert [met for _, _, met in found] == [None, None, True, None, True]


def test_overhead_compares_like_with_like(tmp_path: Path) -> None:
    """
    One caller stands beside a loop of one row, eight beside the fastest loop of the same round.
    """
    state = StateFile(tmp_path / "state.jsonl")
    speeds = {"HTTP, 1 at once": 0.99, "HTTP, 8 at once": 1.8, "bare, 1 at once": 1.0, "bare, 4 at once": 2.0}
    for way, speed in speeds.items():
        state.add("overhead", way=way, number=0, images_per_s=speed)

    alone, together = overheads(state, 1), overheads(state, 8)

    assert (alone.median, together.median) == (pytest.approx(0.99), pytest.approx(0.9))
    assert overheads(state, 3) is None
