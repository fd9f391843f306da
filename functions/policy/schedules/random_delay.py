"""Decide how much later than its slot a run starts. All functions are pure.

The delay follows from the schedule's ID and the slot, so that a restart and another instance give the same one. It is
shorter than the gap to the next slot. So at any time, at most one slot has passed whose run hasn't started: the pending
one.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from functions.models.schedule import ScheduleDraft
from functions.policy.schedules.recurrence import sentence
from functions.policy.schedules.slots import SECOND, slots

MINUTE = timedelta(minutes=1)


def described(draft: ScheduleDraft) -> str:
    """Return the timing and the delay as a phrase in English."""
    minutes = draft.random_delay_minutes
    if minutes == 0:
        return sentence(draft.timing)
    return f"{sentence(draft.timing)}, up to {minutes} {'minute' if minutes == 1 else 'minutes'} later"


def run_time(draft: ScheduleDraft, schedule_id: str, slot: datetime) -> datetime:
    """Return when the run of a slot starts: up to `random_delay_minutes` later, in whole minutes.

    It is at least a minute before the next slot and not later than `ends_at`.
    """
    longest = draft.random_delay_minutes
    if longest == 0:
        return slot
    following = next(slots(draft, after=slot, until=slot + (longest + 1) * MINUTE), None)
    if following is not None:
        longest = min(longest, (following - slot) // MINUTE - 1)
    if draft.ends_at is not None:
        longest = min(longest, (draft.ends_at - slot) // MINUTE)
    drawn = hashlib.sha256(f"{schedule_id}\0{slot:%Y%m%dT%H%MZ}".encode()).digest()
    return slot + int.from_bytes(drawn[:8], "big") % (max(longest, 0) + 1) * MINUTE


def pending_slot(draft: ScheduleDraft, schedule_id: str, *, after: datetime, now: datetime) -> datetime | None:
    """Return the slot in (after, now] whose run starts after `now`, or None."""
    since = max(after, now - draft.random_delay_minutes * MINUTE)
    latest = None
    for slot in slots(draft, after=since, until=now):
        latest = slot
    return latest if latest is not None and run_time(draft, schedule_id, latest) > now else None


def decided_until(draft: ScheduleDraft, schedule_id: str, *, after: datetime, now: datetime) -> datetime:
    """Return the end of the slots that have been decided or are due: `now`, or before a pending slot after `after`."""
    slot = pending_slot(draft, schedule_id, after=after, now=now)
    return now if slot is None else max(after, slot - SECOND)


def kept_until(
    stored: ScheduleDraft, draft: ScheduleDraft, schedule_id: str, *, after: datetime, now: datetime
) -> datetime:
    """Return the end of the slots that an edit ignores: all past ones, except a pending one of both versions."""
    slot = pending_slot(draft, schedule_id, after=after, now=now)
    kept = slot is not None and slot == pending_slot(stored, schedule_id, after=after, now=now)
    return decided_until(draft, schedule_id, after=after, now=now) if kept else now


def next_run(draft: ScheduleDraft, schedule_id: str, *, after: datetime) -> datetime | None:
    """Return when the run of the first slot after this time starts, or None if the schedule has ended."""
    slot = next(slots(draft, after=after), None)
    return None if slot is None else run_time(draft, schedule_id, slot)
