"""How much later than their slots runs start."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from typing import Any

import pytest

from functions.models.schedule import CronTiming, ScheduleDraft
from functions.policy.schedules.random_delay import decided_until, described, kept_until, next_run, run_time
from functions.policy.schedules.slots import slots

NOON = datetime(2026, 12, 23, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def draft(cron: str, minutes: int, **more: Any) -> ScheduleDraft:
    timing = CronTiming(cron=cron, timezone="Europe/Berlin")
    return ScheduleDraft(name="Owls", theme="owls", timing=timing, random_delay_minutes=minutes, **more)


def delays(planned: ScheduleDraft, schedule_id: str = "s1") -> list[int]:
    """Return the delays of the next 200 runs in minutes."""
    return [(run_time(planned, schedule_id, slot) - slot) // MINUTE for slot in islice(slots(planned, after=NOON), 200)]


def test_delays_are_spread_over_the_whole_range_and_the_same_each_time() -> None:
    """The delays of a schedule don't depend on when they are computed, and those of another schedule differ."""
    daily = draft("0 9 * * *", 10)

    assert delays(daily) == delays(daily)
    assert set(delays(daily)) == set(range(11))
    assert delays(daily) != delays(daily, "s2")
    assert set(delays(draft("0 9 * * *", 0))) == {0}


@pytest.mark.parametrize("cron", ["* * * * *", "*/2 * * * *", "*/5 * * * *", "0,7 * * * *", "0 * * * *"])
def test_each_run_starts_before_the_next_slot(cron: str) -> None:
    """A delay of two hours is cut to at least a minute less than the gap, also to an extra run."""
    frequent = draft(cron, 120, extra_runs=(datetime(2026, 12, 23, 14, 3), datetime(2026, 12, 23, 14, 4)))

    for slot, following in pairwise(islice(slots(frequent, after=NOON), 200)):
        assert slot <= run_time(frequent, "s1", slot) <= following - MINUTE


def test_no_run_starts_after_the_end() -> None:
    """A slot less than the delay before `ends_at` is delayed to `ends_at` at most, and one at `ends_at` isn't."""
    end = NOON + 3 * MINUTE
    found = {run_time(draft("0 13 * * *", 600, ends_at=end), f"s{number}", NOON) for number in range(100)}

    assert found == {NOON + minutes * MINUTE for minutes in range(4)}
    assert run_time(draft("0 13 * * *", 600, ends_at=NOON), "s1", NOON) == NOON


def test_slot_stays_undecided_until_its_run_starts() -> None:
    """While a run waits for its delay, the decided time is before its slot, and afterwards it is the present."""
    daily = draft("0 13 * * *", 600)
    start = run_time(daily, "s1", NOON)
    assert start > NOON + 2 * MINUTE

    for now in (NOON, NOON + MINUTE, start - MINUTE):
        until = decided_until(daily, "s1", after=NOON - timedelta(days=1), now=now)
        assert until < NOON
        assert next_run(daily, "s1", after=until) == start
    assert decided_until(daily, "s1", after=NOON - timedelta(days=1), now=start) == start
    assert decided_until(daily, "s1", after=NOON, now=NOON + MINUTE) == NOON + MINUTE


@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        ({"name": "Barn owls"}, True),
        ({"excluded_dates": (date(2026, 12, 23),)}, False),
        ({"random_delay_minutes": 0}, False),
        ({"timing": CronTiming(cron="1 13 * * *", timezone="Europe/Berlin")}, False),
    ],
)
def test_edit_keeps_a_run_that_waits_only_if_it_still_waits(changes: dict[str, Any], kept: bool) -> None:
    """A changed name keeps the run of noon; a change of its time ignores it, as all past ones."""
    daily, now = draft("0 13 * * *", 600), NOON + 2 * MINUTE

    until = kept_until(daily, daily.evolve(**changes), "s1", after=NOON - timedelta(days=1), now=now)

    assert (until < NOON) == kept
    assert kept or until == now


def test_delay_is_part_of_the_description() -> None:
    """The sentence ends with the largest delay."""
    assert described(draft("0 9 * * *", 30)) == "At 09:00 every day (Europe/Berlin), up to 30 minutes later"
    assert described(draft("0 9 * * *", 1)).endswith(", up to 1 minute later")
    assert described(draft("0 9 * * *", 0)) == "At 09:00 every day (Europe/Berlin)"
