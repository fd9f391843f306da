"""Parse values of search fields: ranges of numbers, days, sizes, and ratios. None means that the text isn't valid."""

from __future__ import annotations

import calendar
import difflib
import re
from datetime import date

from functions.search.query import Span

YEARS = range(1970, 2200)

RANGE = re.compile(r"(?P<low>[^.<>=]*)\.\.(?P<high>[^.<>=]*)")
COMPARED = re.compile(r"(?P<sign>>=|<=|>|<)(?P<value>.+)")
DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)
MONTH = re.compile(r"([^\W\d_]{3,9})\.?(?:[\s-]+(\d{4}))?")
MONTH_FIRST = re.compile(r"(\d{4})[\s-]+([^\W\d_]{3,9})\.?")
MONTHS = tuple(name.lower() for name in calendar.month_name)
RATIO = re.compile(r"(\d{1,3})[:/](\d{1,3})", re.ASCII)
SIZE = re.compile(r"(\d{1,6})[x×](\d{1,6})", re.ASCII | re.IGNORECASE)


def number(text: str) -> int | None:
    """Return a whole number without sign, of at most 20 digits."""
    return int(text) if re.fullmatch(r"[0-9]{1,20}", text) else None


def span(text: str) -> Span | None:
    """Return the range of `25`, `20-30`, `20..30`, `20..`, `..30`, `>20`, `>=20`, `<30`, or `<=30`."""
    if compared := COMPARED.fullmatch(text):
        value = number(compared["value"])
        return (
            None
            if value is None
            else {
                ">": Span(low=value + 1),
                ">=": Span(low=value),
                "<": Span(high=value - 1),
                "<=": Span(high=value),
            }[compared["sign"]]
        )
    low, dots, high = text.partition("..")
    if not dots:
        low, dash, high = text.partition("-")
        if not dash:
            high = low
        elif not (low and high):
            return None
    if not (low or high) or (low and number(low) is None) or (high and number(high) is None):
        return None
    return Span(low=number(low), high=number(high))


def days(text: str, *, today: date | None = None) -> tuple[date | None, date | None] | None:
    """Return first and last day of `2026`, `2026-11`, `2026-11-24`, `november`, `FROM..TO`, or `>DAY` etc.

    Each end of a range is optional. A month without a year is the latest that isn't after `today`.
    """
    if compared := COMPARED.fullmatch(text):
        period = days_of(compared["value"], today)
        if period is None:
            return None
        first, last = period
        return {
            ">": (next_day(last), None),
            ">=": (first, None),
            "<": (None, day_before(first)),
            "<=": (None, last),
        }[compared["sign"]]
    if ranged := RANGE.fullmatch(text):
        low, high = ranged["low"], ranged["high"]
        first_period = days_of(low, today) if low else None
        last_period = days_of(high, today) if high else None
        if not (low or high) or (low and first_period is None) or (high and last_period is None):
            return None
        return (first_period[0] if first_period else None, last_period[1] if last_period else None)
    return days_of(text, today)


def days_of(text: str, today: date | None) -> tuple[date, date] | None:
    """Return first and last day of a year, a month, or a day."""
    match = DAY.fullmatch(month_text(text, today) or text)
    if match is None or int(match[1]) not in YEARS:
        return None
    year, month, day = int(match[1]), int(match[2] or 0), int(match[3] or 0)
    try:
        if match[3]:
            return date(year, month, day), date(year, month, day)
        if match[2]:
            return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
    except ValueError:  # includes calendar.IllegalMonthError
        return None
    return date(year, 1, 1), date(year, 12, 31)


def month_text(text: str, today: date | None) -> str | None:
    """Return `2026-11` for `november` (the latest one), `nov-2026`, `november 2026`, and `2026 november`."""
    named, first = MONTH.fullmatch(text), MONTH_FIRST.fullmatch(text)
    name, year = (named[1], named[2]) if named else (first[2], first[1]) if first else ("", None)
    month = month_number(name.lower())
    if month is None or (year is None and today is None):
        return None
    if year is None and today is not None:
        year = str(today.year if month <= today.month else today.year - 1)
    return f"{year}-{month:02}"


def month_number(name: str) -> int | None:
    """Return the number of a month with this lower-case name or abbreviation."""
    if name == "sept":
        return 9
    return next((number for number, month in enumerate(MONTHS) if month and name in (month, month[:3])), None)


def nearest_month(text: str) -> str | None:
    """Return the name of the month that a misspelled text resembles most, or None."""
    return next(iter(difflib.get_close_matches(text.lower(), MONTHS[1:], n=1)), None)


def ratio(text: str) -> tuple[int, int] | None:
    """Return width and height of a ratio such as `16:9`."""
    match = RATIO.fullmatch(text)
    return (int(match[1]), int(match[2])) if match and int(match[1]) and int(match[2]) else None


def size(text: str) -> tuple[int, int] | None:
    """Return width and height of a size such as `512x768`."""
    match = SIZE.fullmatch(text)
    return (int(match[1]), int(match[2])) if match else None


def next_day(day: date) -> date:
    """Return the day after."""
    return date.fromordinal(day.toordinal() + 1)


def day_before(day: date) -> date:
    """Return the day before."""
    return date.fromordinal(day.toordinal() - 1)
