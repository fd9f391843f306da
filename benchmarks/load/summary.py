"""Summarize samples: percentiles, ratios per trace, and whether the goals are met."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

Latencies = Mapping[str, Sequence[tuple[int, float]]]
"""Of one trace, by server: steps and seconds of each request."""

QUANTILE = 0.95


def p95(values: Iterable[float]) -> float:
    """The smallest value that 95 % are not above (nearest rank)."""
    ranked = sorted(values)
    return ranked[math.ceil(QUANTILE * len(ranked)) - 1] if ranked else math.nan


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One number of a server in a trace."""

    name: str
    of: Callable[[Sequence[tuple[int, float]]], float]


def _tail(steps: int) -> Figure:
    return Figure(name=f"p95 of {steps} steps", of=lambda seen: p95(took for each, took in seen if each == steps))


SHORT, LONG = _tail(4), _tail(30)
MEAN = Figure(name="mean", of=lambda seen: statistics.fmean(took for _, took in seen))
FIGURES = (SHORT, _tail(8), _tail(20), LONG, MEAN)


@dataclass(frozen=True, kw_only=True)
class Goal:
    """Ours over the best of some baselines must not be above a bound, in the median of the traces."""

    figure: Figure
    baselines: tuple[str, ...]
    bound: float
    strict: bool = False  # below, not at the bound

    def __str__(self) -> str:
        baselines = " or ".join(self.baselines)
        return f"{self.figure.name}, ours / {baselines} {'<' if self.strict else '≤'} {self.bound:.3g}"

    def met(self, ratio: float) -> bool:
        return ratio < self.bound if self.strict else ratio <= self.bound


GOALS = (
    Goal(figure=SHORT, baselines=("lock", "litserve"), bound=1 / 3),
    Goal(figure=SHORT, baselines=("shortest",), bound=1.0),
    Goal(figure=LONG, baselines=("lock",), bound=1.5),
    Goal(figure=LONG, baselines=("shortest",), bound=1.0, strict=True),
    Goal(figure=MEAN, baselines=("lock",), bound=0.8),
)


@dataclass(frozen=True, kw_only=True)
class Spread:
    """A figure over several traces."""

    median: float
    least: float
    most: float
    count: int

    def __str__(self) -> str:
        return f"{self.median:.3g} ({self.least:.3g} to {self.most:.3g})"


def spread(values: Sequence[float]) -> Spread:
    return Spread(median=statistics.median(values), least=min(values), most=max(values), count=len(values))


def ratios(traces: Sequence[Latencies], figure: Figure, baselines: Sequence[str]) -> Spread | None:
    """Ours over the best of the baselines, trace by trace; None where no trace has them all."""
    whole = [trace for trace in traces if {"ours", *baselines} <= trace.keys()]
    found = [figure.of(trace["ours"]) / min(figure.of(trace[baseline]) for baseline in baselines) for trace in whole]
    return spread(found) if found else None


def figures(traces: Sequence[Latencies], server: str, figure: Figure) -> Spread | None:
    """One server's figure over the traces that it has run, in seconds."""
    found = [figure.of(trace[server]) for trace in traces if server in trace]
    return spread(found) if found else None


def verdicts(traces: Sequence[Latencies]) -> list[tuple[Goal, Spread | None, bool | None]]:
    """Every goal with its ratio, and whether it is met; None where it was not measured."""
    measured = [(goal, ratios(traces, goal.figure, goal.baselines)) for goal in GOALS]
    return [(goal, found, None if found is None else goal.met(found.median)) for goal, found in measured]
