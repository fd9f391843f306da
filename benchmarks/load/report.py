"""Print the measurements as tables: conditions, results of each server, ratios, and goals."""

from __future__ import annotations

import json
import statistics
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.baselines.servers import LIT_BATCH, SERVERS
from benchmarks.load.agreement import difference
from benchmarks.load.measure import CALLERS
from benchmarks.load.state import Record, StateFile
from benchmarks.load.summary import FIGURES, LONG, MEAN, SHORT, Latencies, Spread, figures, ratios, spread, verdicts
from benchmarks.table import Row, report

GOAL_LOAD = 0.9  # the load for which the goals are set
OVERHEAD_GOAL, THROUGHPUT_GOAL = 0.97, 1.0
PEER = "lock"


def show(state: StateFile, json_path: str | None) -> None:
    """Print all measurements of the file with their conditions."""
    for line in _conditions(state):
        print(line)
    loads = sorted({record["load"] for record in state.of("trace")}, reverse=True)
    print()
    for load in loads:
        for line in table(load, traces_at(state, load)):
            print(line)
        print()
    rows = [*_throughput(state), *_overhead(state)]
    report(rows, None)
    if json_path is not None:
        rows += [row for load in loads for row in _at(load, traces_at(state, load))]
        Path(json_path).write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n", encoding="utf-8")
    print()
    for line in _goals(state):
        print(line)


def traces_at(state: StateFile, load: float) -> list[Latencies]:
    """The traces of one load, each with the latencies of every server that has run it."""
    found: dict[str, dict[str, list[tuple[int, float]]]] = defaultdict(dict)
    for record in state.of("trace"):
        if record["load"] == load:
            found[record["trace"]][record["server"]] = [(steps, took) for steps, took in record["latencies"]]
    return list(found.values())


def table(load: float, traces: Sequence[Latencies]) -> Iterator[str]:
    """One load as a Markdown table: seconds, medians over the traces, and ours over each baseline with its spread."""
    names = [name for name in SERVERS if any(name in trace for trace in traces)]
    baselines = [name for name in names if name != "ours" and "ours" in names]
    yield f"| {load:.0%} load, s | " + " | ".join([*names, *(f"ours / {baseline}" for baseline in baselines)]) + " |"
    yield "|---" * (1 + len(names) + len(baselines)) + "|"
    for figure in FIGURES:
        seconds = [figures(traces, name, figure) for name in names]
        over = [ratios(traces, figure, [baseline]) for baseline in baselines]
        cells = [f"{found.median:.2f}" if found else "" for found in seconds]
        cells += [str(found) if found else "" for found in over]
        yield f"| {figure.name} | " + " | ".join(cells) + " |"


def _conditions(state: StateFile) -> Iterator[str]:
    for record in state.of("conditions"):
        facts = {name: value for name, value in record.items() if name not in ("kind", "versions")}
        yield ", ".join(f"{name} {value}" for name, value in facts.items())
        yield ", ".join(f"{name} {value}" for name, value in record["versions"].items())
    yield f"LitServe puts up to {LIT_BATCH} requests of one kind into a batch"
    yield f"{state.spent_s / 60:.0f} minutes of workers"
    runs = state.of("trace")
    if runs:
        requests = sum(len(record["latencies"]) for record in runs)
        yield f"{len(runs)} runs of traces with {requests:,} requests, all answered"
        yield (
            f"CPU of the load generator: {_share(runs, 'generator_cpu')} of a core; requests sent late by at most "
            + (f"{max(record['late_p95_s'] for record in runs) * 1000:.1f} ms (worst p95 of a run)")
        )
        yield f"CPU of the servers: {_share(runs, 'server_cpu')}"
        yield f"their threads waited for a core, for each other's too: {_share(runs, 'server_waited')} of the time"
    images = {record["server"]: record["images"] for record in state.of("images")}
    for name, mine in images.items():
        if name != PEER and PEER in images:
            found = difference(mine, images[PEER])
            same = "the same images" if found.same else "OTHER IMAGES"
            apart = f"at most {found.levels} levels apart, in {found.share:.2%} of the values"
            yield f"{name} generates {same} as {PEER}: {apart}, PSNR at least {found.decibels:.0f} dB"


def _share(runs: Sequence[Record], name: str) -> str:
    shares = spread([record[name] for record in runs])
    return f"{shares.median:.1%} ({shares.least:.1%} to {shares.most:.1%})"


def _throughput(state: StateFile) -> Iterator[Row]:
    by_server: dict[str, list[float]] = defaultdict(list)
    for record in state.of("throughput"):
        by_server[record["server"]].append(record["images_per_s"])
    for name, found in by_server.items():
        yield Row(f"throughput, {SERVERS[name].title}", statistics.median(found), "images/s")


def throughput_gains(state: StateFile) -> Spread | None:
    """Ours over the plain pipeline behind a lock, round by round."""
    rounds: dict[int, dict[str, float]] = defaultdict(dict)
    for record in state.of("throughput"):
        rounds[record["number"]][record["server"]] = record["images_per_s"]
    gains = [each["ours"] / each[PEER] for each in rounds.values() if {"ours", PEER} <= each.keys()]
    return spread(gains) if gains else None


def overheads(state: StateFile, callers: int) -> Spread | None:
    """Images per second through HTTP over those of the bare step loop, round by round.

    One caller stands beside one row; more of them stand beside the fastest loop, however many rows that had.
    """
    rounds: dict[int, dict[str, float]] = defaultdict(dict)
    for record in state.of("overhead"):
        rounds[record["number"]][record["way"]] = record["images_per_s"]
    shares = []
    for found in rounds.values():
        http = found.get(f"HTTP, {callers} at once")
        beside = "bare, 1 at once" if callers == 1 else "bare, "
        bare = [speed for way, speed in found.items() if way.startswith(beside)]
        if http is not None and bare:
            shares.append(http / max(bare))
    return spread(shares) if shares else None


def _overhead(state: StateFile) -> Iterator[Row]:
    by_way: dict[str, list[float]] = defaultdict(list)
    for record in state.of("overhead"):
        by_way[record["way"]].append(record["images_per_s"])
    for way, found in by_way.items():
        yield Row(f"20 steps, {way}", statistics.median(found), "images/s")


def _at(load: float, traces: Sequence[Latencies]) -> Iterator[Row]:
    for figure in FIGURES:
        for name, server in SERVERS.items():
            found = figures(traces, name, figure)
            if found is not None:
                yield Row(f"{load:.0%} load, {figure.name}, {server.title}", found.median, "s")
    for figure in (SHORT, LONG, MEAN):
        for baseline in SERVERS:
            found = ratios(traces, figure, [baseline]) if baseline != "ours" else None
            if found is not None:
                yield Row(
                    f"{load:.0%} load, {figure.name}, ours / {baseline}",
                    found.median,
                    f"({found.least:.3g} to {found.most:.3g})",
                )


def _goals(state: StateFile) -> Iterator[str]:
    traces = traces_at(state, GOAL_LOAD)
    yield f"Goals at {GOAL_LOAD:.0%} load, medians of {len(traces)} traces (least to most):"
    for goal, found, met in verdicts(traces):
        yield _line(str(goal), found, met)
    gains = throughput_gains(state)
    yield _line(
        f"throughput at saturation, ours / lock ≥ {THROUGHPUT_GOAL:g}",
        gains,
        None if gains is None else gains.median >= THROUGHPUT_GOAL,
    )
    for callers, beside in ((1, "one row"), (CALLERS, "the fastest number of rows")):
        share = overheads(state, callers)
        yield _line(
            f"images/s through HTTP, {callers} at once, / bare step loop of {beside} ≥ {OVERHEAD_GOAL:g}",
            share,
            None if share is None else share.median >= OVERHEAD_GOAL,
        )


def _line(goal: str, found: Spread | None, met: bool | None) -> str:
    verdict = {True: "met", False: "MISSED", None: "not measured"}[met]
    return f"  {verdict:<12}  {goal}" + (f": {found}" if found is not None else "")
