"""Deficit round robin: shares, debts, and weights that are changed as seldom as may be."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import replace

import pytest

from inference_service.scheduler.deficit_round_robin import DeficitRoundRobin
from inference_service.scheduler.request_job import Flow
from tests.inference.simulation import BUCKET

SMALL, LARGE = Flow(BUCKET, "interactive"), Flow(replace(BUCKET, width=256), "interactive")
BATCH = Flow(BUCKET, "batch")
STYLED = Flow(replace(BUCKET, loras=(("ink", 1.0),)), "interactive")


def shares(flows: dict[Flow, float], *, turns: int = 3000, switch_s: float = 0.0) -> tuple[Counter, list[Flow]]:
    """Who has the device how long, when a turn of each flow takes so many seconds; and the order of turns."""
    rounds, had, order = DeficitRoundRobin(), Counter(), []
    for _ in range(turns):
        flow = rounds.pick(list(flows), switch_s=switch_s)
        rounds.charge(flow, flows[flow])
        had[flow] += flows[flow]
        order.append(flow)
    return had, order


def test_time_is_shared_and_not_turns():
    """
    A flow with turns ten times as long has a tenth of the turns.
    """
    had, _ = shares({SMALL: 0.03, LARGE: 0.3})

    assert had[SMALL] / had[LARGE] == pytest.approx(1, abs=0.05)


def test_a_debt_is_paid_back():
    """
    One turn of ten seconds, which nobody could foresee, makes its flow wait for ten seconds of the other's.
    """
    rounds = DeficitRoundRobin()
    first = rounds.pick([SMALL, LARGE], switch_s=0)
    rounds.charge(first, 10.0)
    waited = 0.0

    while rounds.pick([SMALL, LARGE], switch_s=0) != first:
        rounds.charge(LARGE if first is SMALL else SMALL, 0.1)
        waited += 0.1

    assert waited == pytest.approx(10, abs=1)


def test_interactive_has_four_fifths():
    """
    Against batch requests interactive ones have four times the time.
    """
    had, _ = shares({SMALL: 0.04, BATCH: 0.04})

    assert had[SMALL] / had[BATCH] == pytest.approx(4, abs=0.2)


def test_weights_stay_for_a_while():
    """
    When changing them takes a second, no flow keeps the device for less than about four.
    """
    had, order = shares({SMALL: 0.1, STYLED: 0.1, LARGE: 0.1}, switch_s=1.0)

    changes = sum(one.weights != other.weights for one, other in itertools.pairwise(order))
    assert changes * 1.0 < 0.25 * sum(had.values())
    assert min(had.values()) / max(had.values()) > 0.9


def test_an_empty_flow_keeps_nothing():
    """
    Who comes back after having had nothing to do starts anew, without credit or debt.
    """
    rounds = DeficitRoundRobin()
    rounds.pick([SMALL, LARGE], switch_s=0)
    rounds.charge(SMALL, 100.0)
    rounds.pick([LARGE], switch_s=0)
    turns = Counter()

    for _ in range(100):
        flow = rounds.pick([SMALL, LARGE], switch_s=0)
        rounds.charge(flow, 0.1)
        turns[flow] += 1

    assert turns[SMALL] > 40


def test_one_flow_alone_has_every_turn():
    """
    However long its turns are.
    """
    had, order = shares({BATCH: 60.0}, turns=5)

    assert order == [BATCH] * 5
    assert had[BATCH] == 300
