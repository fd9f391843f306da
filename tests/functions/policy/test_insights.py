"""Insights per schedule over several months."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.models.insights import DayCounts
from functions.models.library import RunRecord
from functions.policy.insights import bucket, month_of, quantile, together
from tests.fakes import START

NOVEMBER = [
    DayCounts(schedule_id="s", schedule_name="Owls", day="2026-11-01", model="m", pictures=3, trashed=1, favourites=2),
    DayCounts(schedule_id="s", schedule_name="Owls", day="2026-11-02", model="m", pictures=1),
    DayCounts(day="2026-11-01", model="n", pictures=2, approved=1),
]
RUNS = [
    RunRecord(
        schedule_id="s", status="succeeded", images=5, painting_ms=5000, cost_usd=0.5, waiting_ms=2000, wrote=True
    ),
    RunRecord(schedule_id="s", status="failed", writing_ms=9, wrote=False),
    RunRecord(schedule_id="s", status="skipped"),
    RunRecord(schedule_id="gone", status="succeeded", images=1, waiting_ms=60_000),
]


def of(months: Any, id: Any) -> Any:
    return next(one for one in together(months) if one.schedule_id == id)


def test_a_month_from_catalog_and_usage() -> None:
    """Image counts come from the catalog and costs from the usage records, each also without the other."""
    month = month_of(NOVEMBER, RUNS, now=START)

    owls = of([month], "s")
    assert (owls.name, owls.pictures, owls.trashed, owls.favourites) == ("Owls", 4, 1, 2)
    assert (owls.painted, owls.runs, owls.failed, owls.skipped) == (5, 2, 1, 1)
    assert (owls.painting_ms, owls.cost_usd, owls.written) == (5000, 0.5, 1)
    assert owls.days == {"2026-11-01": 3, "2026-11-02": 1}
    assert (of([month], None).pictures, of([month], None).approved) == (2, 1)
    assert (of([month], "gone").pictures, of([month], "gone").painted) == (0, 1)
    assert month.models == {"m": 4, "n": 2}


def test_months_add_up() -> None:
    """Numbers, days, and waiting times of a schedule are added, with its latest name."""
    december = [DayCounts(schedule_id="s", schedule_name="Birds", day="2026-12-01", model="m", pictures=1)]
    months = [month_of(NOVEMBER, RUNS, now=START), month_of(december, RUNS, now=START)]

    owls = of(months, "s")

    assert (owls.name, owls.pictures, owls.painted, owls.cost_usd) == ("Birds", 5, 10, 1.0)
    assert owls.days == {"2026-11-01": 3, "2026-11-02": 1, "2026-12-01": 1}
    assert sum(owls.waits.values()) == 2
    assert together(months)[0].schedule_id == "s"


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=50), st.sampled_from([0.5, 0.95, 1.0]))
def test_quantiles_are_within_an_eighth(seconds: Any, share: Any) -> None:
    """A waiting time is within an eighth of the true one, and half a second below one second."""
    waits: dict[str, int] = {}
    for one in seconds:
        waits[bucket(one)] = waits.get(bucket(one), 0) + 1
    rank = max(1, -(-round(share * len(seconds) * 1000) // 1000))
    true = sorted(seconds)[min(rank, len(seconds)) - 1]

    reported = quantile(waits, share)

    assert reported == (0.5 if true < 1 else pytest.approx(true, rel=0.13))


def test_no_runs_have_no_quantile() -> None:
    """No runs have no waiting time."""
    assert quantile({}, 0.5) is None
