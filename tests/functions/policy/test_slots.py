"""When schedules run with excluded dates and extra runs."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from functions.models.schedule import CronTiming, IntervalTiming, ScheduleDraft
from functions.policy.schedules.forecast import Estimate, forecast
from functions.policy.schedules.recurrence import runs
from functions.policy.schedules.slots import additional_slots, due_slots, slots

NOON = datetime(2026, 12, 23, 12, 0, tzinfo=UTC)
CHRISTMAS = (date(2026, 12, 25), date(2026, 12, 26))


def draft(cron: str, timezone: str = "Europe/Berlin", **more: Any) -> ScheduleDraft:
    return ScheduleDraft(name="Owls", theme="owls", timing=CronTiming(cron=cron, timezone=timezone), **more)


def local(found: Any, timezone: str = "Europe/Berlin") -> list[str]:
    return [f"{slot.astimezone(ZoneInfo(timezone)):%m-%d %H:%M}" for slot in found]


def test_schedule_does_not_run_on_excluded_dates() -> None:
    """The runs before and after excluded dates stay as they are."""
    daily = draft("0 9 * * *", excluded_dates=CHRISTMAS)

    assert local(islice(slots(daily, after=NOON), 3)) == ["12-24 09:00", "12-27 09:00", "12-28 09:00"]


def test_excluded_date_is_one_of_the_schedules_zone() -> None:
    """In Tokyo, half past midnight belongs to its local date and not to the UTC date before."""
    nightly = draft("30 0 * * *", "Asia/Tokyo", excluded_dates=(date(2026, 12, 25),))

    assert local(islice(slots(nightly, after=NOON), 2), "Asia/Tokyo") == ["12-24 00:30", "12-26 00:30"]


def test_extra_runs_come_in_order_also_on_excluded_dates() -> None:
    """An extra run is a run of its own, and not a second one at the time of another."""
    extra = (datetime(2026, 12, 27, 9, 0), datetime(2026, 12, 25, 18, 0))
    daily = draft("0 9 * * *", excluded_dates=CHRISTMAS, extra_runs=extra)

    found = local(islice(slots(daily, after=NOON), 4))

    assert found == ["12-24 09:00", "12-25 18:00", "12-27 09:00", "12-28 09:00"]


def test_an_extra_run_in_the_minute_of_another_is_that_run() -> None:
    """Runs are named by their minute; the time of the timing counts, wherever the search for slots begins."""
    start = datetime(2026, 5, 1, 9, 0, 30, tzinfo=UTC)
    draft = ScheduleDraft(
        name="Owls",
        theme="owls",
        timing=IntervalTiming(minutes=60),
        starts_at=start,
        extra_runs=(datetime(2026, 5, 1, 10), datetime(2026, 5, 1, 10, 30)),
    )
    expected = [start + timedelta(minutes=60), datetime(2026, 5, 1, 10, 30, tzinfo=UTC)]

    assert list(islice(slots(draft, after=start), 2)) == expected
    assert next(slots(draft, after=datetime(2026, 5, 1, 9, 59, 59, tzinfo=UTC))) == expected[0]
    assert additional_slots(draft) == expected[1:]


def test_extra_runs_follow_the_changes_of_clocks() -> None:
    """A time that is skipped runs at the first instant after the gap, and one that occurs twice runs the first time."""
    extra = (datetime(2026, 3, 29, 2, 30), datetime(2026, 10, 25, 2, 30))
    yearly = draft("0 9 1 1 *", extra_runs=extra)

    found = list(islice(slots(yearly, after=datetime(2026, 2, 1, tzinfo=UTC)), 2))

    assert found == [datetime(2026, 3, 29, 1, 0, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)]


def test_extra_runs_are_within_start_and_end() -> None:
    """Extra runs before the start or after the end don't run; those at the start and at the end do."""
    start, end = NOON + timedelta(days=1), NOON + timedelta(days=3)
    extra = tuple(datetime(2026, 12, day, 13, 0) for day in (23, 24, 26, 27))
    yearly = draft("0 9 1 6 *", extra_runs=extra, starts_at=start, ends_at=end)

    assert list(slots(yearly, after=NOON - timedelta(days=9))) == [start, end]


@pytest.mark.parametrize(
    ("timezone", "day"),
    [
        ("Asia/Beirut", date(2026, 3, 29)),  # midnight is skipped
        ("America/Havana", date(2026, 11, 1)),  # the hour after midnight occurs twice
        ("America/Santiago", date(2026, 4, 4)),  # the hour before midnight occurs twice
        ("Australia/Lord_Howe", date(2026, 4, 5)),  # half an hour occurs twice
        ("Europe/Berlin", date(2026, 10, 25)),
    ],
)
@pytest.mark.parametrize("cron", ["*/15 * * * *", "30 0 * * *", "45 23 * * *", "0 0 * * *"])
def test_other_dates_keep_all_their_runs_across_a_change_of_clocks(cron: str, timezone: str, day: date) -> None:
    """Of three days around a change of clocks, each can be excluded, and exactly its own runs are left out."""
    after = datetime.combine(day, datetime.min.time(), UTC) - timedelta(days=3)
    until = after + timedelta(days=6)
    everything = list(runs(CronTiming(cron=cron, timezone=timezone), after=after, ends_at=until))

    for excluded in (day - timedelta(days=1), day, day + timedelta(days=1)):
        found = list(slots(draft(cron, timezone, excluded_dates=(excluded,)), after=after, until=until))

        kept = [slot for slot in everything if slot.astimezone(ZoneInfo(timezone)).date() != excluded]
        assert found == kept
        assert len(found) < len(everything)


def test_slots_of_excluded_dates_are_not_missed_runs() -> None:
    """After downtime over holidays, only the other days count as missed."""
    daily = draft("0 9 * * *", excluded_dates=CHRISTMAS)

    latest, earlier = due_slots(daily, after=NOON, until=NOON + timedelta(days=5))

    assert latest is not None
    assert (local([latest]), earlier) == (["12-28 09:00"], 2)


@pytest.mark.parametrize(("cron", "expected"), [("0 9 * * *", 30 - 2 + 1), ("* * * * *", (30 - 2) * 1440 + 1)])
def test_forecast_counts_without_excluded_dates_and_with_extra_runs(cron: str, expected: int) -> None:
    """Two of thirty days are left out, and the only run that is added is the one at a time without another."""
    one = Estimate(pictures=1, painting_s=None, cost_usd=None)
    added, at_time_of_another = datetime(2026, 12, 25, 18, 0), datetime(2026, 12, 27, 9, 0)
    planned = draft(cron, excluded_dates=CHRISTMAS, extra_runs=(added, at_time_of_another))

    assert forecast(planned, one, now=NOON).runs == expected
