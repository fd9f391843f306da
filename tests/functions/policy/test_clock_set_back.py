"""Whether a schedule was planned by a clock that was set back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from functions.policy.schedules.clock_changes import was_set_back

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("planned_min", "next_min", "expected"),
    [
        (0, 1, False),
        (3, 1, False),
        (6, 1, False),
        (7, 1, True),
        (60, 1, True),
        (60, 20, True),
        (60, 60, False),
        (60, 1440, False),
        (60, None, False),
    ],
)
def test_only_slots_that_no_clock_has_reached_are_planned_again(
    planned_min: int, next_min: int | None, expected: bool
) -> None:
    """A plan ahead of the clock is undone if it hides a slot more than five minutes before its end."""
    next_slot = None if next_min is None else NOW + timedelta(minutes=next_min)

    assert was_set_back(NOW + timedelta(minutes=planned_min), next_slot=next_slot) is expected
