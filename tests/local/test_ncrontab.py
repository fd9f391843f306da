"""NCRONTAB expressions compared with results of the library that Azure uses."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from local.host.ncrontab import Ncrontab

VECTORS = json.loads((Path(__file__).parent / "vectors" / "ncrontab.json").read_text())


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: f"{case['expression']} after {case['after']}")
def test_next_occurrences(case: Any) -> None:
    """The next occurrences are those of the Azure Functions host."""
    timer = Ncrontab.parse(case["expression"])
    moment = datetime.fromisoformat(case["after"])

    found = []
    for _ in case["next"]:
        following = timer.next(moment)
        assert following is not None
        moment = following
        found.append(moment.strftime("%Y-%m-%dT%H:%M:%SZ"))

    assert found == case["next"]


@pytest.mark.parametrize("case", VECTORS["validity"], ids=lambda case: repr(case["expression"]))
def test_validity(case: Any) -> None:
    """Exactly the expressions that the Azure Functions host rejects are rejected."""
    if case["valid"]:
        Ncrontab.parse(case["expression"])
    else:
        with pytest.raises(ValueError, match=r"\.$"):
            Ncrontab.parse(case["expression"])


@pytest.mark.parametrize("expression", ["*/5 * * * *", "00:05:00", "0 */5 * * * * *"])
def test_an_expression_has_six_fields(expression: str) -> None:
    """Five fields, which have no seconds, and time spans, which the Flex Consumption plan doesn't run, are refused."""
    with pytest.raises(ValueError, match="must have six fields"):
        Ncrontab.parse(expression)


def test_a_day_that_never_comes() -> None:
    """An expression that never matches has no next occurrence."""
    timer = Ncrontab.parse("0 0 0 31 2 *")

    assert timer.next(datetime(2026, 1, 1, tzinfo=UTC)) is None


@pytest.mark.parametrize(("expression", "gap"), [("*/15 * * * * *", 15), ("0 * * * * *", 60), ("0 0 9 * * *", 86400)])
def test_shortest_gap(expression: str, gap: int) -> None:
    """The shortest interval identifies timers that run more than once per minute."""
    assert Ncrontab.parse(expression).shortest_gap_s == gap
