"""What people write in cron fields: what is taken, and what is refused with a remedy."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.errors import BadRequest
from functions.models.schedule import CronTiming
from functions.policy.schedules.cron_fields import problem, standard
from functions.policy.schedules.recurrence import check, runs, sentence

START = datetime(2026, 11, 23, tzinfo=UTC)  # a Monday


def cron(expression: str) -> CronTiming:
    return CronTiming(cron=expression, timezone="UTC")


@pytest.mark.parametrize(
    ("expression", "same"),
    [
        ("0 9 * * mon-sun", "0 9 * * 1-7"),
        ("0 9 * * fri-sun", "0 9 * * 5-7"),
        ("0 9 * * fri-mon", "0 9 * * 5,6,0,1"),
        ("0 9 * * Friday-Monday", "0 9 * * 5,6,0,1"),
        ("0 9 * * Monday,wednesday", "0 9 * * 1,3"),
        ("0 9 * * 6-2", "0 9 * * 6,0,1,2"),
        ("0 22-2 * * *", "0 22,23,0,1,2 * * *"),
        ("0 22-4/2 * * *", "0 22,0,2,4 * * *"),
        ("50-10/10 * * * *", "50,0,10 * * * *"),
        ("0 9 28-2 * *", "0 9 28,29,30,31,1,2 * *"),
        ("0 9 1 nov-feb *", "0 9 1 11,12,1,2 *"),
        ("0 9 1 November *", "0 9 1 11 *"),
    ],
)
def test_ranges_around_the_end_and_full_names_are_taken(expression: str, same: str) -> None:
    """A range that wraps around and a full name mean the list of their values."""
    check(cron(expression))

    found = list(islice(runs(cron(expression), after=START), 20))

    assert found == list(islice(runs(cron(same), after=START), 20))
    assert sentence(cron(expression)) == sentence(cron(same))


@pytest.mark.parametrize(
    ("expression", "remedy"),
    [
        ("*/90 * * * *", "step of 90 in the minute field, which has only 60 values. For every 90 minutes, use an "),
        ("0-30/61 * * * *", "use an interval of 61 minutes"),
        ("0 */36 * * *", "For every 2,160 minutes, use an interval of 2160 minutes instead of cron."),
        ("0 9 */40 * *", "use an interval of 57600 minutes"),
        ("0 9 1 */18 *", "Use a step of at most 12."),
        ("0 9 * * */14", "Use a step of at most 7."),
        ("5,*/70 * * * *", "use an interval of 70 minutes"),
        ("0 0 31 4 *", "never runs, because April has no day 31. Choose another day or month, or L"),
        ("0 0 30 2 *", "never runs, because February has no day 30."),
        ("0 0 30,31 feb *", "never runs, because February has no day 30."),
        ("0 0 31 4,JUN *", "never runs, because April and June have no day 31."),
        ("0 0 31 4,6,9 *", "never runs, because April, June, and September have no day 31."),
        ("@daily", "Use 0 0 * * * instead."),
        ("@Hourly", "Use 0 * * * * instead."),
        ("0 0 9 * * *", "has a field for seconds. Remove it: 0 9 * * *."),
        ("0 9 ? * MON", "contains “?”. Use * instead: 0 9 * * MON."),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_remedy(expression: str, remedy: str) -> None:
    """A step beyond its field, a day that never comes, and other notations say what to write instead."""
    with pytest.raises(BadRequest) as caught:
        check(cron(expression))

    assert caught.value.details["field"] == "timing.cron"
    assert remedy in caught.value.message
    assert expression in caught.value.message


@pytest.mark.parametrize(
    "expression",
    ["*/60 * * * *", "0 */24 * * *", "0 0 29 2 *", "0 0 31 4,5 *", "0 0 31 4 MON", "0 0 L 2 *", "0 9 * * MON#2"],
)
def test_unusual_expressions_that_run_are_taken(expression: str) -> None:
    """A step as large as its field, leap days, and either of two day fields are valid."""
    check(cron(expression))


def test_a_stored_schedule_with_a_refused_step_still_runs() -> None:
    """A stricter check of new schedules doesn't stop the ones that exist."""
    found = list(islice(runs(cron("*/90 * * * *"), after=START), 2))

    assert [run.hour for run in found] == [1, 2]


@given(st.text(max_size=60) | st.text("0123456789*/-,MONFEBL#? @", max_size=40))
def test_any_text_is_judged_without_an_error(text: Any) -> None:
    """Any text has a problem or not, and is rewritten only once."""
    assert isinstance(problem(text), str)
    assert standard(standard(text)) == standard(text)
