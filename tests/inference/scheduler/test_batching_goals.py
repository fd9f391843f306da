"""The batching policy against its goals, on simulated devices with random Poisson traces."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import replace

import pytest

from inference_service.scheduler.scheduler import MAX_IDLE_BUCKETS, BatchScheduler
from tests.inference.simulation import (
    BUCKET,
    Arrival,
    Device,
    Run,
    first_in_first_out,
    poisson,
    run_scheduler,
    shortest_first,
)

# An additional row costs the same as alone; the starter model on one core at 256 and 128 pixels; a GPU.
SLICED = Device(base_s=0.001, row_s=0.0205, decode_s=0.075)
CPU_256 = Device(base_s=0.006, row_s=0.045, decode_s=0.23)
CPU_128 = Device(base_s=0.021, row_s=0.01, decode_s=0.075)
GPU = Device(base_s=0.03, row_s=0.0015, decode_s=0.02, decode_cap=4)
NOISE = 0.15
TRACES = range(5)
COUNT = 300


def median_ratio(runs: list[tuple[Run, Run]], figure: Callable[[Run], float]) -> float:
    return statistics.median(figure(ours) / figure(theirs) for ours, theirs in runs)


@pytest.fixture(scope="module", params=[SLICED, CPU_256, CPU_128, GPU], ids=["sliced", "cpu 256", "cpu 128", "gpu"])
def runs(request: pytest.FixtureRequest) -> tuple[list[tuple[Run, Run]], list[tuple[Run, Run]]]:
    """The scheduler compared with a FIFO queue and with shortest job first, at 90% of the plain pipeline's capacity."""
    device = request.param
    traces = [poisson(seed, count=COUNT, rate=0.9 * device.capacity) for seed in TRACES]
    ours = [run_scheduler(trace, device) for trace in traces]
    plain = [first_in_first_out(trace, device) for trace in traces]
    shortest = [shortest_first(trace, device) for trace in traces]
    return list(zip(ours, plain, strict=True)), list(zip(ours, shortest, strict=True))


def test_short_requests_are_fast(runs: tuple[list[tuple[Run, Run]], list[tuple[Run, Run]]]) -> None:
    """The p95 of 4 steps is at most a third of FIFO's, and at most that of shortest job first."""
    beside_plain, beside_shortest = runs

    assert median_ratio(beside_plain, lambda run: run.p95(4)) < 1 / 3
    assert median_ratio(beside_shortest, lambda run: run.p95(4)) < 1


def test_long_requests_are_not_much_slower(runs: tuple[list[tuple[Run, Run]], list[tuple[Run, Run]]]) -> None:
    """The p95 of 30 steps is at most 1.5 times FIFO's, and lower than that of shortest job first."""
    beside_plain, beside_shortest = runs

    assert median_ratio(beside_plain, lambda run: run.p95(30)) < 1.5
    assert median_ratio(beside_shortest, lambda run: run.p95(30)) < 1


def test_the_mean_latency_is_lower(runs: tuple[list[tuple[Run, Run]], list[tuple[Run, Run]]]) -> None:
    """The mean is at most 0.8 times FIFO's."""
    beside_plain, _ = runs

    assert median_ratio(beside_plain, lambda run: run.mean) < 0.8


def test_noisy_measurements_do_no_harm() -> None:
    """With measurements off by about 15%, rows that save nothing in a batch still mostly run alone."""
    device = replace(SLICED, noise=NOISE)
    runs = [run_scheduler(poisson(seed, count=COUNT, rate=0.9 * device.capacity), device) for seed in TRACES[:2]]

    rows = [len(batch.tasks) for run in runs for batch in run.batches if not batch.decodes]

    assert statistics.mean(rows) < 1.25


def test_rows_share_a_batch_if_that_is_efficient() -> None:
    """If an additional row is almost free, four times the sequential capacity is no overload."""
    trace = poisson(0, count=COUNT, rate=4 * GPU.capacity)

    run = run_scheduler(trace, GPU)

    assert statistics.mean(len(batch.tasks) for batch in run.batches if not batch.decodes) > 3
    assert run.mean < 3 * GPU.plain(30)


def test_memory_limits_a_batch() -> None:
    """No batch has more rows than fit in memory."""
    run = run_scheduler(poisson(0, count=100, rate=4 * GPU.capacity), replace(GPU, rows=3))

    assert max(len(batch.tasks) for batch in run.batches) == 3


def test_a_long_request_is_not_starved_by_short_ones() -> None:
    """A long request completes even if short ones alone use the whole device."""
    device = SLICED
    short = poisson(0, count=1500, rate=1.0 / device.plain(4), steps=(4,))
    long = Arrival(at_s=20.0, steps=30)

    run = run_scheduler(sorted([*short, long], key=lambda each: each.at_s), device, until_s=short[-1].at_s)

    completion = next(each for each in run.completions if each.arrival is long)
    assert completion.latency_s < 20 * device.plain(30)


def test_buckets_share_the_device() -> None:
    """A flood of requests in one bucket leaves half of the device to another bucket."""
    other = replace(BUCKET, chunks=2)
    flood = [Arrival(at_s=0.0, steps=30) for _ in range(50)]
    runs_alone = [Arrival(at_s=5.0, steps=30, bucket=other)]

    run = run_scheduler([*flood, *runs_alone], SLICED, until_s=20.0)

    completion = next(each for each in run.completions if each.arrival.bucket == other)
    assert completion.latency_s < 2.5 * SLICED.plain(30)


def test_priorities_share_the_device_four_to_one() -> None:
    """With enough of both, batch requests get a fifth of the time."""
    trace = [Arrival(at_s=0.0, steps=30, priority=priority) for _ in range(60) for priority in ("interactive", "batch")]

    run = run_scheduler(trace, SLICED, until_s=60.0)

    share = run.busy_s["batch"] / sum(run.busy_s.values())
    assert share == pytest.approx(0.2, abs=0.05)


def test_a_request_counts_with_all_its_images() -> None:
    """A request with one image passes an earlier one with eight images, which is eight times the work."""
    trace = [Arrival(at_s=0.0, steps=8, images=8), Arrival(at_s=0.1, steps=30)]

    run = run_scheduler(trace, SLICED)

    assert [each.arrival.images for each in run.completions] == [1, 8]


def test_data_of_old_buckets_is_removed() -> None:
    """Data is kept only for the most recent few hundred buckets."""
    trace = [
        Arrival(at_s=float(width), steps=1, bucket=replace(BUCKET, width=width))
        for width in range(8, 8 * (MAX_IDLE_BUCKETS + 20), 8)
    ]
    scheduler = BatchScheduler()

    run_scheduler(trace, SLICED, scheduler=scheduler)

    known = [each.bucket for each in trace if scheduler.cost_model.timings(each.bucket) is not None]
    assert known == [each.bucket for each in trace[-MAX_IDLE_BUCKETS:]]
