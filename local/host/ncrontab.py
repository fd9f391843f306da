"""NCRONTAB expressions with six fields, as in the Azure Functions host.

The rules of the library NCrontab differ from cron libraries for Python: both day fields must match, names match by
prefix, a reversed range is swapped, and Sunday is only 0.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
WEEKDAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
SEARCH_YEARS = 8  # only a leap day around a century year without one can be further away


@dataclass(frozen=True)
class FieldKind:
    name: str
    low: int
    high: int
    names: tuple[str, ...] = ()


KINDS = (
    FieldKind("second", 0, 59),
    FieldKind("minute", 0, 59),
    FieldKind("hour", 0, 23),
    FieldKind("day of month", 1, 31),
    FieldKind("month", 1, 12, MONTHS),
    FieldKind("day of week", 0, 6, WEEKDAYS),
)


@dataclass(frozen=True)
class Ncrontab:
    """A parsed expression, evaluated in UTC."""

    expression: str
    seconds: tuple[int, ...]
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]

    @classmethod
    def parse(cls, expression: str) -> Ncrontab:
        """Parse an expression; `ValueError` names the invalid field."""
        parts = expression.split()
        if len(parts) != len(KINDS):
            raise ValueError(
                f"A timer expression must have six fields (second to day of week). {expression!r} has {len(parts)}."
            )
        second, minute, hour, day, month, weekday = (
            parse_field(part, kind) for part, kind in zip(parts, KINDS, strict=True)
        )
        return cls(
            expression=expression,
            seconds=tuple(sorted(second)),
            minutes=tuple(sorted(minute)),
            hours=tuple(sorted(hour)),
            days=day,
            months=month,
            weekdays=weekday,
        )

    def next(self, after: datetime) -> datetime | None:
        """Return the first occurrence after `after`, or None if there is none within SEARCH_YEARS."""
        start = after.astimezone(UTC).replace(microsecond=0) + timedelta(seconds=1)
        day = start.replace(hour=0, minute=0, second=0)
        last = day.year + SEARCH_YEARS
        while day.year <= last:
            if day.month not in self.months:
                month_days = calendar.monthrange(day.year, day.month)[1]
                day += timedelta(days=month_days - day.day + 1)
                continue
            if day.day in self.days and day.isoweekday() % 7 in self.weekdays:
                found = self.within(day, start if day.date() == start.date() else day)
                if found:
                    return found
            day += timedelta(days=1)
        return None

    def within(self, day: datetime, earliest: datetime) -> datetime | None:
        """Return the first occurrence on a matching day at or after `earliest`."""
        bound = (earliest.hour, earliest.minute, earliest.second)
        for hour in self.hours:
            if hour < bound[0]:
                continue
            for minute in self.minutes:
                if (hour, minute) < bound[:2]:
                    continue
                for second in self.seconds:
                    if (hour, minute, second) >= bound:
                        return day.replace(hour=hour, minute=minute, second=second)
        return None

    @property
    def shortest_gap_s(self) -> float:
        """The shortest interval in seconds between the first occurrences after a fixed day."""
        moments = [datetime(2026, 1, 1, tzinfo=UTC)]
        for _ in range(5):
            following = self.next(moments[-1])
            if following is None:
                break
            moments.append(following)
        gaps = [(b - a).total_seconds() for a, b in pairwise(moments[1:])]
        return min(gaps, default=float("inf"))


def parse_field(text: str, kind: FieldKind) -> frozenset[int]:
    """Return all values of a field; `ValueError` if it isn't valid."""
    found: set[int] = set()
    for token in text.split(","):
        body, slash, step_text = token.partition("/")
        step = parse_number(step_text, kind) if slash else 0
        first, dash, second = body.partition("-")
        if body == "*":
            low, high = kind.low, kind.high
        elif dash and first:
            low, high = sorted((parse_value(first, kind), parse_value(second, kind)))
        else:
            low = parse_value(body, kind)
            high = kind.high if step else low
        for edge in (low, high):
            if not kind.low <= edge <= kind.high:
                raise ValueError(f"The {kind.name} field must be between {kind.low} and {kind.high}, but is {edge}.")
        found.update(range(low, high + 1, max(step, 1)))
    return frozenset(found)


def parse_value(text: str, kind: FieldKind) -> int:
    """Return a number, or the number of a month or weekday from the beginning of its English name."""
    if text and kind.names and not text[0].isdigit():
        for index, name in enumerate(kind.names):
            if name.startswith(text.lower()):
                return kind.low + index
    return parse_number(text, kind)


def parse_number(text: str, kind: FieldKind) -> int:
    if not text.isascii() or not text.isdigit():
        raise ValueError(f"{text!r} isn't a valid {kind.name}.")
    return int(text)
