"""Compute the times of a schedule: cron in local time of a zone, or an interval in minutes. All functions are pure.

Cron follows Debian's rule. A fixed time (neither the minute nor the hour field starts with `*`) that is skipped by a
clock change runs once, at the first instant after the gap. A fixed time that occurs twice runs only the first time.
All other expressions run whenever the local time matches. If both day fields are restricted, either can match.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from functions.errors import BadRequest
from functions.models.schedule import CronTiming, IntervalTiming, Timing
from functions.policy.schedules.cron_fields import problem, standard
from functions.policy.schedules.zones import check_zone

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MAX_INTERVAL_MINUTES = 366 * 24 * 60


def check(timing: Timing) -> None:
    """Raise `BadRequest` naming the field if this timing has no runs."""
    check_zone(timing.timezone, field="timing.timezone")
    if isinstance(timing, IntervalTiming):
        if not 1 <= timing.minutes <= MAX_INTERVAL_MINUTES:
            raise BadRequest(
                f"minutes must be between 1 and {MAX_INTERVAL_MINUTES}, but is {timing.minutes}.",
                field="timing.minutes",
            )
        return
    # Only when a schedule is saved: what runs today isn't stopped by a stricter rule.
    if wrong := problem(timing.cron):
        raise BadRequest(wrong, field="timing.cron")
    simulation(timing.cron, EPOCH)
    if next(runs(timing, after=EPOCH), None) is None:
        raise BadRequest(f"Cron expression “{timing.cron}” never matches a date. Change it.", field="timing.cron")


def zone_of(name: str) -> ZoneInfo:
    """Return the IANA time zone, or raise `BadRequest` naming the field."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as exc:  # unknown zone, invalid name, or a folder of zones
        raise BadRequest(
            f"“{name}” isn't an IANA time zone. Use a name such as Europe/Berlin or UTC.", field="timing.timezone"
        ) from exc


def simulation(cron: str, start: datetime) -> CronSim:
    """Return the parsed expression, or raise `BadRequest` naming the field."""
    if len(cron.split()) != 5:
        raise BadRequest(
            f"Cron expression “{cron}” must have five fields: minute, hour, day of month, month, and day of "
            "week. Example: 0 9 * * *.",
            field="timing.cron",
        )
    try:
        return CronSim(standard(cron), start)
    except CronSimError as exc:
        which = str(exc).replace("Bad ", "invalid field: ")
        raise BadRequest(
            f"Cron expression “{cron}” isn't valid ({which}). Example: 0 9 * * *.", field="timing.cron"
        ) from exc


def sentence(timing: Timing) -> str:
    """Return the timing as a phrase in English."""
    if isinstance(timing, CronTiming):
        return f"{simulation(timing.cron, EPOCH).explain()} ({timing.timezone})"
    if timing.minutes % (24 * 60) == 0:
        return every(timing.minutes // (24 * 60), "day")
    if timing.minutes % 60 == 0:
        return every(timing.minutes // 60, "hour")
    return every(timing.minutes, "minute")


def every(count: int, unit: str) -> str:
    """Return "Every minute", "Every 2 hours", and so on."""
    return f"Every {unit}" if count == 1 else f"Every {count} {unit}s"


def runs(
    timing: Timing, *, after: datetime, starts_at: datetime | None = None, ends_at: datetime | None = None
) -> Iterator[datetime]:
    """Yield run times (UTC) strictly after `after` in rising order, from `starts_at` to `ends_at`, both included."""
    if starts_at is not None:
        after = max(after, starts_at - timedelta(seconds=1))
    if isinstance(timing, IntervalTiming):
        instants = interval_runs(timing.minutes, anchor=starts_at or EPOCH, after=after)
    elif any(field.startswith("*") for field in timing.cron.split()[:2]):
        instants = wall_clock_runs(timing.cron, zone_of(timing.timezone), after)
    else:
        instants = fixed_time_runs(timing.cron, zone_of(timing.timezone), after)
    for instant in instants:
        if ends_at is not None and instant > ends_at:
            return
        yield instant


def interval_runs(minutes: int, *, anchor: datetime, after: datetime) -> Iterator[datetime]:
    """Yield the times of an interval, counted from `anchor`, that are after `after`."""
    step = timedelta(minutes=minutes)
    instant = anchor + max((after - anchor) // step + 1, 0) * step
    while True:
        yield instant
        instant += step


def fixed_time_runs(cron: str, zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    """Yield the runs of a cron expression with fixed times, adjusted for clock changes."""
    last = after
    for local in simulation(cron, after.astimezone(zone)):
        instant = local.astimezone(UTC)
        # Two times inside one gap, or a first occurrence that lies before `after`, occur twice here.
        if instant > last:
            yield instant
            last = instant


def wall_clock_runs(cron: str, zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    """Yield the instants whose local time matches, one period of constant UTC offset at a time.

    The cron library itself steps by whole hours and misses runs after a shift of half an hour (Lord Howe Island).
    """
    instant = after.astimezone(UTC)
    while True:
        offset = offset_at(instant, zone)
        shown = next(simulation(cron, instant + offset), None)
        if shown is None:
            return
        change = first_change(zone, instant, shown - offset)
        if change is None:
            instant = shown - offset
            yield instant
            continue
        shown = next(simulation(cron, change + offset_at(change, zone) - timedelta(seconds=1)), None)
        if shown is not None and shown - offset_at(change, zone) == change:
            yield change
        instant = change


def offset_at(instant: datetime, zone: ZoneInfo) -> timedelta:
    """Return the UTC offset of the time zone at this instant."""
    return instant.astimezone(zone).utcoffset() or timedelta(0)


def first_change(zone: ZoneInfo, low: datetime, high: datetime) -> datetime | None:
    """Return the first instant in (low, high] with another UTC offset than `low`, to the second, or None."""
    offset = offset_at(low, zone)
    while low < high:
        step = min(low + timedelta(days=1), high)
        if offset_at(step, zone) != offset:
            while step - low > timedelta(seconds=1):
                middle = low + timedelta(seconds=int((step - low).total_seconds()) // 2)
                low, step = (middle, step) if offset_at(middle, zone) == offset else (low, middle)
            return step
        low = step
    return None
