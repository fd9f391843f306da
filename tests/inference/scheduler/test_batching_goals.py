"""The policy against its goals, on devices on paper, with drawn Poisson traces: what real servers are then held to."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import replace

import pytest

from inference_service.scheduler.scheduler import REMEMBERED, Schedule
from tests.inference.simulation import (
    BUCKET,
    Arrival,
    Device,
    Run,
    first_in_first_out,
    poisson,
    scheduled,
    shortest_first,
)

# A further row costs what it costs alone; the starter model on one core at 256 and 128 pixels; a GPU.
SLICED = Device(base_s=0.001, lane_s=0.0205, decode_s=0.075)
CPU_256 = Device(base_s=0.006, lane_s=0.045, decode_s=0.23)
CPU_128 = Device(base_s=0.021, lane_s=0.01, decode_s=0.075)
GPU = Device(base_s=0.03, lane_s=0.0015, decode_s=0.02, decode_cap=4)
DISTURBED = 0.15
TRACES = range(5)
COUNT = 300


def median_ratio(runs: list[tuple[Run, Run]], figure: Callable[[Run], float]) -> float:
    return statistics.median(figure(ours) / figure(theirs) for ours, theirs in runs)


@pytest.fixture(scope="module", params=[SLICED, CPU_256, CPU_128, GPU], ids=["sliced", "cpu 256", "cpu 128", "gpu"])
def runs(request) -> tuple[list[tuple[Run, Run]], list[tuple[Run, Run]]]:
    """Ours beside a plain queue and beside a shortest-job-first one, at 90 % of what the plain pipeline can do."""
    device = request.param
    traces = [poisson(seed, count=COUNT, rate=0.9 * device.capacity) for seed in TRACES]
    ours = [scheduled(trace, device) for trace in traces]
    plain = [first_in_first_out(trace, device) for trace in traces]
    shortest = [shortest_first(trace, device) for trace in traces]
    return list(zip(ours, plain, strict=True)), list(zip(ours, shortest, strict=True))


def test_short_requests_hardly_wait(runs):
    """
    The p95 of four steps is at most a third of first in first out's, and at most shortest job first's.
    """
    beside_plain, beside_shortest = runs

    assert median_ratio(beside_plain, lambda run: run.p95(4)) < 1 / 3
    assert median_ratio(beside_shortest, lambda run: run.p95(4)) < 1


def test_long_requests_do_not_pay_for_it(runs):
    """
    The p95 of thirty steps is at most 1.5 times first in first out's, and below shortest job first's.
    """
    beside_plain, beside_shortest = runs

    assert median_ratio(beside_plain, lambda run: run.p95(30)) < 1.5
    assert median_ratio(beside_shortest, lambda run: run.p95(30)) < 1


def test_requests_take_less_time_on_average(runs):
    """
    The mean is at most 0.8 times first in first out's.
    """
    beside_plain, _ = runs

    assert median_ratio(beside_plain, lambda run: run.mean) < 0.8


def test_disturbed_measurements_are_no_harm():
    """
    With every turn off by some 15 %, rows that cost what they cost alone are still mostly left alone.
    """
    device = replace(SLICED, disturbed=DISTURBED)
    runs = [scheduled(poisson(seed, count=COUNT, rate=0.9 * device.capacity), device) for seed in TRACES[:2]]

    rows = [len(turn.canvases) for run in runs for turn in run.turns if not turn.decodes]

    assert statistics.mean(rows) < 1.25


def test_what_shares_a_forward_well_is_put_together():
    """
    Where a further row is nearly free, four times what one row after the other could do is no overload.
    """
    trace = poisson(0, count=COUNT, rate=4 * GPU.capacity)

    run = scheduled(trace, GPU)

    assert statistics.mean(len(turn.canvases) for turn in run.turns if not turn.decodes) > 3
    assert run.mean < 3 * GPU.plain(30)


def test_memory_bounds_a_turn():
    """
    No turn has more rows than fit.
    """
    run = scheduled(poisson(0, count=100, rate=4 * GPU.capacity), replace(GPU, rows=3))

    assert max(len(turn.canvases) for turn in run.turns) == 3


def test_a_long_request_among_endless_short_ones_is_painted():
    """
    With short requests alone as many as the device can take, waiting still makes a long one their equal.
    """
    device = SLICED
    short = poisson(0, count=1500, rate=1.0 / device.plain(4), steps=(4,))
    long = Arrival(at_s=20.0, steps=30)

    run = scheduled(sorted([*short, long], key=lambda each: each.at_s), device, until_s=short[-1].at_s)

    answer = next(each for each in run.answers if each.arrival is long)
    assert answer.latency_s < 20 * device.plain(30)


def test_buckets_share_the_device():
    """
    A flood in one bucket does not keep another from its half: a small request there is done at once.
    """
    other = replace(BUCKET, chunks=2)
    flood = [Arrival(at_s=0.0, steps=30) for _ in range(50)]
    alone = [Arrival(at_s=5.0, steps=30, bucket=other)]

    run = scheduled([*flood, *alone], SLICED, until_s=20.0)

    answer = next(each for each in run.answers if each.arrival.bucket == other)
    assert answer.latency_s < 2.5 * SLICED.plain(30)


def test_priorities_share_the_device_four_to_one():
    """
    With plenty of both, batch requests have a fifth of the time, and are not starved.
    """
    trace = [Arrival(at_s=0.0, steps=30, priority=priority) for _ in range(60) for priority in ("interactive", "batch")]

    run = scheduled(trace, SLICED, until_s=60.0)

    share = run.busy_s["batch"] / sum(run.busy_s.values())
    assert share == pytest.approx(0.2, abs=0.05)


def test_a_request_of_several_pictures_counts_as_all_of_them():
    """
    A request of one picture passes one of eight that came with it: its eight pictures are eight times the work.
    """
    trace = [Arrival(at_s=0.0, steps=8, pictures=8), Arrival(at_s=0.1, steps=30)]

    run = scheduled(trace, SLICED)

    assert [each.arrival.pictures for each in run.answers] == [1, 8]


def test_what_is_known_of_a_bucket_is_forgotten_in_time():
    """
    Callers can name any number of buckets; only the last few hundred are remembered.
    """
    trace = [
        Arrival(at_s=float(width), steps=1, bucket=replace(BUCKET, width=width))
        for width in range(8, 8 * (REMEMBERED + 20), 8)
    ]
    schedule = Schedule()

    scheduled(trace, SLICED, schedule=schedule)

    known = [each.bucket for each in trace if schedule.pace.curve(each.bucket) is not None]
    assert known == [each.bucket for each in trace[-REMEMBERED:]]
