"""Compute the slots of a schedule: the times of its timing without excluded dates, and extra runs. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from heapq import merge
from itertools import groupby, islice, takewhile
from zoneinfo import ZoneInfo

from functions.models.schedule import ScheduleDraft
from functions.policy.schedules.recurrence import first_change, runs, zone_of

MOST_FOLDED = 1000
LOOKBACK = (timedelta(hours=1), timedelta(days=1), timedelta(days=32))
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


def slots(draft: ScheduleDraft, *, after: datetime, until: datetime | None = None) -> Iterator[datetime]:
    """Yield the slots (UTC) strictly after `after` in rising order, each once.

    They are from `starts_at` to `ends_at` and not later than `until`, all included. Runs are named by their minute, so
    an extra run in the minute of a time of the timing is that run.
    """
    ends = [end for end in (draft.ends_at, until) if end is not None]
    ends_at = min(ends, default=None)
    regular = regular_slots(draft, after=after, ends_at=ends_at)
    later = (slot for slot in extra_slots(draft) if slot > after and (ends_at is None or slot <= ends_at))
    extra = (slot for slot in later if not is_regular(draft, slot))
    return (slot for slot, _ in groupby(merge(regular, extra)))


def regular_slots(draft: ScheduleDraft, *, after: datetime, ends_at: datetime | None) -> Iterator[datetime]:
    """Yield the times of the timing that aren't on an excluded date."""
    zone = zone_of(draft.timing.timezone)
    excluded = frozenset(draft.excluded_dates)
    while True:
        for slot in runs(draft.timing, after=after, starts_at=draft.starts_at, ends_at=ends_at):
            day = slot.astimezone(zone).date() if excluded else None
            if day in excluded:
                # Not one by one, as there can be 1,440 of them in each of many days.
                after = max(slot, local_instant(datetime.combine(day + DAY, time()), zone) - SECOND)
                break
            yield slot
        else:
            return


def extra_slots(draft: ScheduleDraft) -> list[datetime]:
    """Return the extra runs from `starts_at` on in rising order."""
    zone = zone_of(draft.timing.timezone)
    instants = sorted(local_instant(local, zone) for local in draft.extra_runs)
    return [instant for instant in instants if draft.starts_at is None or instant >= draft.starts_at]


def additional_slots(draft: ScheduleDraft) -> list[datetime]:
    """Return the extra runs from `starts_at` on that aren't in the minute of a time of the timing, in rising order."""
    return [slot for slot in extra_slots(draft) if not is_regular(draft, slot)]


def is_regular(draft: ScheduleDraft, slot: datetime) -> bool:
    """Return whether the timing has a time in the minute of this slot that isn't on an excluded date."""
    minute = slot.replace(second=0, microsecond=0)
    return next(regular_slots(draft, after=minute - SECOND, ends_at=minute + MINUTE - SECOND), None) is not None


def is_excluded(draft: ScheduleDraft, instant: datetime) -> bool:
    """Return whether the timing doesn't run on the local date of this instant."""
    return (
        bool(draft.excluded_dates) and instant.astimezone(zone_of(draft.timing.timezone)).date() in draft.excluded_dates
    )


def local_instant(local: datetime, zone: ZoneInfo) -> datetime:
    """Return a local time in UTC: the first of two, or the first instant after the gap that skips it."""
    first = local.replace(tzinfo=zone).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == local:
        return first
    return first_change(zone, local.replace(tzinfo=zone, fold=1).astimezone(UTC), first) or first


def due_slots(draft: ScheduleDraft, *, after: datetime, until: datetime) -> tuple[datetime | None, int]:
    """Return the latest slot in (after, until] and the number of earlier ones, counted up to `MOST_FOLDED`."""
    for span in (*LOOKBACK, until - after):
        latest = None
        for slot in slots(draft, after=max(after, until - span), until=until):
            latest = slot
        if latest is not None:
            earlier = takewhile(latest.__gt__, slots(draft, after=after))
            return latest, sum(1 for _ in islice(earlier, MOST_FOLDED))
    return None, 0
