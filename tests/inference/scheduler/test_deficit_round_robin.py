"""Deficit round robin: shares, debts, and rare changes of weights."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from dataclasses import replace

import pytest

from inference_service.scheduler.deficit_round_robin import DeficitRoundRobin
from inference_service.scheduler.request_job import Flow
from tests.inference.simulation import BUCKET

SMALL, LARGE = Flow(BUCKET, "interactive"), Flow(replace(BUCKET, width=256), "interactive")
BATCH = Flow(BUCKET, "batch")
STYLED = Flow(replace(BUCKET, loras=(("ink", 1.0),)), "interactive")


def shares(
    flows: dict[Flow, float], *, picks_count: int = 3000, switch_s: float = 0.0
) -> tuple[dict[Flow, float], list[Flow]]:
    """Return the device time of each flow, given the seconds per batch, and the order of the flows."""
    rounds = DeficitRoundRobin()
    device_s: defaultdict[Flow, float] = defaultdict(float)
    picks: list[Flow] = []
    for _ in range(picks_count):
        flow = rounds.pick(list(flows), switch_s=switch_s)
        rounds.charge(flow, flows[flow])
        device_s[flow] += flows[flow]
        picks.append(flow)
    return device_s, picks


def test_flows_share_time_and_not_batches() -> None:
    """A flow with batches ten times as long gets a tenth of the batches."""
    device_s, _ = shares({SMALL: 0.03, LARGE: 0.3})

    assert device_s[SMALL] / device_s[LARGE] == pytest.approx(1, abs=0.05)


def test_a_debt_is_paid_back() -> None:
    """After a batch of ten seconds, the flow waits for ten seconds of the other flow."""
    rounds = DeficitRoundRobin()
    first = rounds.pick([SMALL, LARGE], switch_s=0)
    rounds.charge(first, 10.0)
    waited = 0.0

    while rounds.pick([SMALL, LARGE], switch_s=0) != first:
        rounds.charge(LARGE if first is SMALL else SMALL, 0.1)
        waited += 0.1

    assert waited == pytest.approx(10, abs=1)


def test_interactive_requests_get_four_fifths() -> None:
    """Interactive requests get four times the device time of batch requests."""
    device_s, _ = shares({SMALL: 0.04, BATCH: 0.04})

    assert device_s[SMALL] / device_s[BATCH] == pytest.approx(4, abs=0.2)


def test_weights_change_rarely() -> None:
    """If changing weights takes a second, a flow keeps the device for about four seconds."""
    device_s, picks = shares({SMALL: 0.1, STYLED: 0.1, LARGE: 0.1}, switch_s=1.0)

    changes = sum(one.weights != other.weights for one, other in itertools.pairwise(picks))
    assert changes * 1.0 < 0.25 * sum(device_s.values())
    assert min(device_s.values()) / max(device_s.values()) > 0.9


def test_an_empty_flow_keeps_no_credit() -> None:
    """A flow that had no work starts again without credit or debt."""
    rounds = DeficitRoundRobin()
    rounds.pick([SMALL, LARGE], switch_s=0)
    rounds.charge(SMALL, 100.0)
    rounds.pick([LARGE], switch_s=0)
    picks_count: Counter[Flow] = Counter()

    for _ in range(100):
        flow = rounds.pick([SMALL, LARGE], switch_s=0)
        rounds.charge(flow, 0.1)
        picks_count[flow] += 1

    assert picks_count[SMALL] > 40


def test_a_single_flow_gets_every_batch() -> None:
    """A single flow gets every batch, whatever its duration."""
    device_s, picks = shares({BATCH: 60.0}, picks_count=5)

    assert picks == [BATCH] * 5
    assert device_s[BATCH] == 300
