"""When schedules run."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from functions.errors import BadRequest
from functions.models.schedule import CronTiming, IntervalTiming, ScheduleDraft
from functions.policy.schedules.recurrence import check, runs, sentence
from functions.policy.schedules.slots import due_slots

CASES = json.loads((Path(__file__).parents[2] / "vectors" / "cron-in-zone.json").read_text())["cases"]
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def cron(expression: str, timezone: str = "UTC") -> CronTiming:
    return CronTiming(cron=expression, timezone=timezone)


def draft(expression: str) -> ScheduleDraft:
    return ScheduleDraft(name="Owls", theme="owls", timing=cron(expression))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['expression']} {case['zone']} {case['after']}")
def test_cron_fires_as_the_ground_truth_says(case: Any) -> None:
    """Every case of the vectors matches, most of them across a change of clocks."""
    timing = cron(case["expression"], case["zone"])

    found = islice(runs(timing, after=datetime.fromisoformat(case["after"])), len(case["next"]))

    assert [f"{run:%Y-%m-%dT%H:%M:%SZ}" for run in found] == case["next"]


def test_two_times_in_one_gap_fire_once() -> None:
    """Two times skipped by a change of clocks in Berlin give one run at 03:00."""
    timing = cron("15,45 2 29 3 *", "Europe/Berlin")

    found = list(islice(runs(timing, after=datetime(2026, 3, 28, tzinfo=UTC)), 2))

    assert found[0] == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert found[1].year == 2027


def test_both_day_fields_restricted_means_either() -> None:
    """With both day fields set, either one matches."""
    found = list(islice(runs(cron("0 9 1 * MON"), after=NOON), 3))

    assert [run.day for run in found] == [30, 1, 7]


def test_intervals_count_from_the_start_of_the_schedule() -> None:
    """An interval of 90 minutes counts from the start at 10:10."""
    start = datetime(2026, 11, 24, 10, 10, tzinfo=UTC)

    found = list(islice(runs(IntervalTiming(minutes=90), after=NOON, starts_at=start), 2))

    assert found == [start + timedelta(minutes=180), start + timedelta(minutes=270)]


def test_nothing_fires_before_the_start_or_after_the_end() -> None:
    """Runs are within start and end, both included."""
    start, end = NOON + timedelta(hours=2), NOON + timedelta(hours=4)

    found = list(runs(cron("0 * * * *"), after=NOON, starts_at=start, ends_at=end))

    assert found == [start, start + timedelta(hours=1), end]


def test_missed_slots_fold_into_the_latest() -> None:
    """After ten missed minutes, the last slot counts the nine others."""
    found = due_slots(draft("* * * * *"), after=NOON - timedelta(minutes=10), until=NOON + timedelta(seconds=20))

    assert found == (NOON, 9)


def test_a_slot_is_due_once() -> None:
    """A decided slot is not due again."""
    assert due_slots(draft("0 12 * * *"), after=NOON, until=NOON + timedelta(hours=3)) == (None, 0)


def test_a_rare_slot_is_found_after_a_long_time() -> None:
    """A yearly slot that was missed months ago is found."""
    found, earlier = due_slots(draft("0 9 1 1 *"), after=NOON - timedelta(days=700), until=NOON)

    assert (found, earlier) == (datetime(2026, 1, 1, 9, 0, tzinfo=UTC), 1)


@pytest.mark.parametrize(
    ("timing", "field"),
    [
        (cron("0 9 * *"), "timing.cron"),
        (cron("0 9 * * * *"), "timing.cron"),
        (cron("61 * * * *"), "timing.cron"),
        (cron("0 9 31 2 *"), "timing.cron"),
        (cron("@daily"), "timing.cron"),
        (cron(""), "timing.cron"),
        (cron("0 9 * * *", "Mars/Olympus"), "timing.timezone"),
        (cron("0 9 * * *", ""), "timing.timezone"),
        (cron("0 9 * * *", "../etc/passwd"), "timing.timezone"),
        (cron("0 9 * * *", "America"), "timing.timezone"),
        (IntervalTiming(minutes=0), "timing.minutes"),
    ],
)
def test_an_invalid_timing_names_its_field(timing: Any, field: str) -> None:
    """The error of an invalid timing names the field."""
    with pytest.raises(BadRequest) as caught:
        check(timing)

    assert caught.value.details["field"] == field


@pytest.mark.parametrize(
    ("timing", "words"),
    [
        (cron("0 9 * * *", "Europe/Berlin"), "At 09:00 every day (Europe/Berlin)"),
        (IntervalTiming(minutes=1), "Every minute"),
        (IntervalTiming(minutes=90), "Every 90 minutes"),
        (IntervalTiming(minutes=120), "Every 2 hours"),
        (IntervalTiming(minutes=1440), "Every day"),
    ],
)
def test_a_timing_reads_as_a_sentence(timing: Any, words: str) -> None:
    """A timing is described in words."""
    assert sentence(timing) == words
