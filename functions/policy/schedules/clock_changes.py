"""Decide whether times that a schedule remembers are from before a clock was set back. All functions are pure."""

from __future__ import annotations

from datetime import datetime, timedelta

CLOCK_SKEW = timedelta(minutes=5)  # between instances


def was_set_back(planned_until: datetime, *, next_slot: datetime | None) -> bool:
    """Return whether the clock that planned a schedule until this time was ahead, and its next slots never ran.

    `next_slot` is the first slot after the present time, None if there is none. Slots that an instance with a fast
    clock has just planned don't count, because their jobs exist. So a slot counts only if a clock that is up to
    `CLOCK_SKEW` ahead can't have reached it; otherwise two instances would undo each other's plan every minute.
    """
    return next_slot is not None and next_slot + CLOCK_SKEW < planned_until
