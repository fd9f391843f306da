"""When a schedule fires: cron on the wall clock of a zone, or every so many minutes.  Pure.

The cron rule is Debian cron's.  A fixed time (neither the minute nor the hour field begins with `*`) that the
clock skips fires once, at the first instant after the gap; one that the clock shows twice fires the first time
only; anything else fires whenever the local clock shows a match.  Both day fields restricted: either matches.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from functions.errors import BadRequest
from functions.models.schedule import CronTiming, IntervalTiming, Timing

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MAX_INTERVAL_MINUTES = 366 * 24 * 60
MOST_FOLDED = 1000
LOOKBACK = (timedelta(hours=1), timedelta(days=1), timedelta(days=32))


def check(timing: Timing) -> None:
    """Raise `BadRequest` naming the field if this timing can never be kept."""
    zone_of(timing.timezone)
    if isinstance(timing, IntervalTiming):
        if not 1 <= timing.minutes <= MAX_INTERVAL_MINUTES:
            raise BadRequest(
                f"minutes must be between 1 and {MAX_INTERVAL_MINUTES}, but is {timing.minutes}.",
                field="timing.minutes",
            )
        return
    simulation(timing.cron, EPOCH)
    if next(runs(timing, after=EPOCH), None) is None:
        raise BadRequest(f"Cron expression “{timing.cron}” never matches a date. Change it.", field="timing.cron")


def zone_of(name: str) -> ZoneInfo:
    """The IANA zone, or `BadRequest` naming the field."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as exc:  # unknown, not a name at all, a folder of names
        raise BadRequest(
            f"“{name}” isn't an IANA time zone. Use a name such as Europe/Berlin or UTC.", field="timing.timezone"
        ) from exc


def simulation(cron: str, start: datetime) -> CronSim:
    """The parsed expression, or `BadRequest` naming the field."""
    if len(cron.split()) != 5:
        raise BadRequest(
            f"Cron expression “{cron}” must have five fields: minute, hour, day of month, month, and day of "
            "week. Example: 0 9 * * *.",
            field="timing.cron",
        )
    try:
        return CronSim(cron, start)
    except CronSimError as exc:
        problem = str(exc).replace("Bad ", "invalid field: ")
        raise BadRequest(
            f"Cron expression “{cron}” isn't valid ({problem}). Example: 0 9 * * *.", field="timing.cron"
        ) from exc


def sentence(timing: Timing) -> str:
    """The timing in words, for people."""
    if isinstance(timing, CronTiming):
        return f"{simulation(timing.cron, EPOCH).explain()} ({timing.timezone})"
    if timing.minutes % (24 * 60) == 0:
        return every(timing.minutes // (24 * 60), "day")
    if timing.minutes % 60 == 0:
        return every(timing.minutes // 60, "hour")
    return every(timing.minutes, "minute")


def every(count: int, unit: str) -> str:
    return f"Every {unit}" if count == 1 else f"Every {count} {unit}s"


def runs(
    timing: Timing, *, after: datetime, starts_at: datetime | None = None, ends_at: datetime | None = None
) -> Iterator[datetime]:
    """The UTC instants strictly after `after`, rising, from `starts_at` to `ends_at`, both included."""
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
    step = timedelta(minutes=minutes)
    instant = anchor + max((after - anchor) // step + 1, 0) * step
    while True:
        yield instant
        instant += step


def fixed_time_runs(cron: str, zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    last = after
    for local in simulation(cron, after.astimezone(zone)):
        instant = local.astimezone(UTC)
        # Two times inside one gap, or a first showing that lies before `after`, come out twice.
        if instant > last:
            yield instant
            last = instant


def wall_clock_runs(cron: str, zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    """Matches of the shown local time, one stretch of constant UTC offset at a time.

    The library alone walks a zoned clock by whole hours and so misses matches after a shift of half an hour
    (Lord Howe Island).
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
    return instant.astimezone(zone).utcoffset() or timedelta(0)


def first_change(zone: ZoneInfo, low: datetime, high: datetime) -> datetime | None:
    """The first instant in (low, high] with another UTC offset than `low`, to the second; None if there is none."""
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


def due_slots(
    timing: Timing, *, after: datetime, until: datetime, starts_at: datetime | None, ends_at: datetime | None
) -> tuple[datetime | None, int]:
    """The latest slot in (after, until] and how many earlier ones it stands for, counted up to `MOST_FOLDED`."""
    for span in (*LOOKBACK, until - after):
        latest = None
        for slot in runs(timing, after=max(after, until - span), starts_at=starts_at, ends_at=ends_at):
            if slot > until:
                break
            latest = slot
        if latest is not None:
            earlier = takewhile(latest.__gt__, runs(timing, after=after, starts_at=starts_at, ends_at=ends_at))
            return latest, sum(1 for _ in islice(earlier, MOST_FOLDED))
    return None, 0
