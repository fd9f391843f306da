"""The inference service beside other ways to serve the same model: `python -m benchmarks.serving`.

Poisson traffic of mixed step counts at 30, 60 and 90 % of what the plain pipeline behind a lock can do, the same
traces for every server; throughput with callers enough; and what HTTP costs over the bare step loop.  All with the
starter model at 128 px.  A run that was stopped goes on where it ended.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

from benchmarks.baselines.environment import baselines_python
from benchmarks.baselines.isolation import processor, shortcomings
from benchmarks.baselines.servers import ROOT, SERVERS, Server
from benchmarks.load.measure import CALLERS, Bench
from benchmarks.load.report import show
from benchmarks.load.state import StateFile
from benchmarks.load.traces import Trace, plan
from benchmarks.load.workers import Workers
from benchmarks.table import machine

FOLDER = ROOT / ".local" / "benchmarks"
VERSIONS = ("torch", "diffusers", "flask", "gunicorn")
LOADS = (0.9, 0.3, 0.9, 0.9, 0.6, 0.9, 0.9)
START_S = 20.0  # to start, warm up and end a server
BARE_ROWS = (1, 2, 4, 8)

Task = Callable[[int | None], None]
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Size:
    """How much is measured."""

    loads: tuple[float, ...]
    count: int  # requests of a trace
    rounds: int  # of throughput and overhead
    closed: int  # requests of a round


WHOLE = Size(loads=LOADS, count=300, rounds=3, closed=32)
QUICK = Size(loads=(0.9,), count=24, rounds=1, closed=8)


def main() -> None:
    options = _options()
    size = QUICK if options.quick else WHOLE
    servers = [SERVERS[name] for name in options.servers]
    cores = list(range(options.workers)) if options.isolate else [None] * options.workers
    state = StateFile(Path(options.state or FOLDER / f"serving{'-quick' if options.quick else ''}.jsonl"))
    state.conditions(
        {
            "machine": machine(),
            "cpu": processor(),
            "versions": {name: version(name) for name in VERSIONS},
            "quick": options.quick,
            "isolated": options.isolate,
            "workers": options.workers,
            "threads": options.threads,
        }
    )
    if options.isolate:
        for missing in shortcomings():
            print(f"Couldn't isolate the servers: {missing}.")
    bench = Bench(workers=Workers(cores), state=state, threads=options.threads, log=FOLDER / "serving.log")
    bench.log.parent.mkdir(parents=True, exist_ok=True)
    if not options.report:
        if "litserve" in options.servers:
            baselines_python()  # installed now rather than while something is measured
        _measure(bench, servers, size, workers=options.workers, minutes=options.minutes)
    show(state, options.json)


def _options() -> argparse.Namespace:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--json", metavar="FILE", help="also write the rows to FILE, as [{name, value, unit}]")
    given.add_argument("--state", metavar="FILE", help="where results are kept from run to run (below .local)")
    given.add_argument("--servers", nargs="+", choices=SERVERS, default=list(SERVERS), help="which (all)")
    given.add_argument("--threads", type=int, default=1, help="torch's threads in each server (1)")
    given.add_argument("--workers", type=int, default=1, help="servers measured at once, each on its core (1)")
    given.add_argument("--isolate", action="store_true", help="hold each server to a core, before all others there")
    given.add_argument("--minutes", type=float, default=120.0, help="begin nothing that would end later (120)")
    given.add_argument("--quick", action="store_true", help="a few requests, to see that everything works")
    given.add_argument("--report", action="store_true", help="measure nothing, show what is there")
    return given.parse_args()


def _measure(bench: Bench, servers: Sequence[Server], size: Size, *, workers: int, minutes: float) -> None:
    state = bench.state
    bench.workers.work(
        [
            partial(bench.throughput, server, number=number, count=size.closed)
            for number in range(size.rounds)
            for server in _rotated(servers, number)
            if not state.has("throughput", server=server.name, number=number)
        ]
    )
    capacity = _capacity(state)
    traces = plan(size.loads, count=size.count, capacity=capacity, seed=2026)
    left = [
        (trace, server)
        for number, trace in enumerate(traces)
        for server in _rotated(servers, number)
        if not state.has("trace", trace=trace.name, server=server.name)
    ]
    overhead = _overhead(bench, size) if "ours" in {server.name for server in servers} else []
    print(_estimate(capacity, [trace for trace, _ in left], workers))
    room_s = minutes * 60 * workers - state.spent_s - len(overhead) * START_S
    within: list[Task] = []
    for trace, server in left:
        room_s -= trace.duration_s + START_S
        if room_s >= 0:
            within.append(partial(bench.trace, server, trace=trace))
    if len(within) < len(left):
        print(f"{len(left) - len(within)} of {len(left)} runs would end after {minutes:g} minutes and are left out.")
    bench.workers.work([*overhead, *within])


def _capacity(state: StateFile) -> float:
    """Requests per second of the plain pipeline behind a lock, fixed once it is known: the traces follow from it."""
    found = state.of("capacity")
    if not found:
        rounds = [each["images_per_s"] for each in state.of("throughput") if each["server"] == "lock"]
        if not rounds:
            raise SystemExit("The loads are shares of what `lock` can do: measure it too (--servers lock …).")
        state.add("capacity", images_per_s=statistics.median(rounds))
    return float(state.of("capacity")[0]["images_per_s"])


def _overhead(bench: Bench, size: Size) -> list[Task]:
    """HTTP and the bare step loop by turns: one image at a time, and with callers or rows enough."""
    tasks: list[Task] = []
    for number in range(size.rounds):
        ways: list[tuple[str, Task]] = []
        for callers in (1, CALLERS):
            http = partial(bench.overhead_http, SERVERS["ours"], callers=callers, number=number, count=size.closed)
            ways.append((f"HTTP, {callers} at once", http))
        for rows in BARE_ROWS:
            bare = partial(bench.overhead_bare, rows=rows, number=number, count=size.closed)
            ways.append((f"bare, {rows} at once", bare))
        tasks += [
            task for way, task in _rotated(ways, number) if not bench.state.has("overhead", way=way, number=number)
        ]
    return tasks


def _estimate(capacity: float, traces: Sequence[Trace], workers: int) -> str:
    seconds = sum(trace.duration_s + START_S for trace in traces) / workers
    return (
        f"The plain pipeline does {capacity:.3g} requests a second, so a trace takes "
        f"{min((trace.duration_s for trace in traces), default=0):.0f} to "
        f"{max((trace.duration_s for trace in traces), default=0):.0f} s; "
        f"{len(traces)} runs on {workers} worker{'s' if workers > 1 else ''} take {seconds / 60:.0f} minutes."
    )


def _rotated(items: Sequence[T], by: int) -> list[T]:
    """The same in a circle, so that none always comes first."""
    start = by % len(items)
    return [*items[start:], *items[:start]]


if __name__ == "__main__":
    main()
