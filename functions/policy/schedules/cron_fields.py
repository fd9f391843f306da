"""Read what people write in cron fields, and say what a field can't mean. All functions are pure.

Ranges that wrap around (`fri-mon`, `22-2`) and full names (`Monday`) are rewritten to what the cron library reads.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MONTHS = tuple(name.lower() for name in calendar.month_name if name)
WEEKDAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
MACROS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
TERM = re.compile(r"(?P<range>\*|(?P<low>\w+)(?:-(?P<high>\w+))?)(?:/(?P<step>\d+))?", re.ASCII)
LONGEST = 1000  # characters; digits beyond this can't be numbers of a field


@dataclass(frozen=True)
class Field:
    """A field: its values, the names of the values, and the minutes of one step, if they are fixed."""

    name: str
    values: range
    names: tuple[str, ...] = ()
    minutes: int | None = None

    def number(self, text: str) -> int | None:
        """Return the value of a number, or of a name with at least its first three letters, else None."""
        if text.isdecimal():
            value = int(text)
            return value if value in self.values or (self.name == "day of week" and value == 7) else None
        matching = [place for place, name in enumerate(self.names) if text.lower() in (name[:3], name)]
        return self.values[matching[0]] if matching else None


FIELDS = (
    Field("minute", range(60), minutes=1),
    Field("hour", range(24), minutes=60),
    Field("day of month", range(1, 32), minutes=24 * 60),
    Field("month", range(1, 13), MONTHS),
    Field("day of week", range(7), WEEKDAYS),
)


def standard(cron: str) -> str:
    """Return an expression of five fields without names and ranges that the cron library doesn't read."""
    parts = cron.split()
    if len(parts) != len(FIELDS) or len(cron) > LONGEST:
        return cron
    return " ".join(
        ",".join(rewritten(term, field) for term in part.split(",")) for part, field in zip(parts, FIELDS, strict=True)
    )


def rewritten(term: str, field: Field) -> str:
    """Return one entry of a list, with a range that wraps around as a list of values."""
    match = TERM.fullmatch(term)
    if match is None or match["low"] is None:
        return term
    low, high = field.number(match["low"]), field.number(match["high"] or "")
    if low is None or (match["high"] and high is None):
        return term
    step = f"/{match['step']}" if match["step"] else ""
    if high is None:
        return f"{low}{step}"
    if high == 0 and field.name == "day of week" and low > 0:
        high = 7  # Sunday as the end of a week
    if low <= high:
        return f"{low}-{high}{step}"
    around = [*range(low, field.values.stop), *range(field.values.start, high + 1)]
    return ",".join(str(value) for value in around[:: int(match["step"] or 1) or 1])


def problem(cron: str) -> str:
    """Return a sentence about an expression that can't mean what it says, and what to write instead, or an empty one.

    Expressions that the cron library rejects have an empty one, unless a common other notation is recognized.
    """
    named = f"Cron expression “{cron}”"
    parts = cron.split()
    if macro := MACROS.get(cron.strip().lower()):
        return f"{named} isn't supported. Use {macro} instead."
    if len(parts) == 6 and parts[0] in ("0", "00"):
        return f"{named} has a field for seconds. Remove it: {' '.join(parts[1:])}."
    if len(parts) != len(FIELDS) or len(cron) > LONGEST:
        return ""
    if "?" in parts:
        return f"{named} contains “?”. Use * instead: {' '.join('*' if part == '?' else part for part in parts)}."
    for part, field in zip(parts, FIELDS, strict=True):
        for term in part.split(","):
            if wrong := problem_with_step(term, field):
                return f"{named} {wrong}"
    return problem_with_days(named, parts[2:])


def problem_with_step(term: str, field: Field) -> str:
    """Return what is wrong with the step of an entry, or an empty string."""
    match = TERM.fullmatch(term)
    step = int(match["step"]) if match and match["step"] and len(match["step"]) < 10 else 0
    if step <= len(field.values):
        return ""
    instead = f"Use a step of at most {len(field.values)}."
    if field.minutes is not None:
        minutes = step * field.minutes
        instead = f"For every {minutes:,} minutes, use an interval of {minutes} minutes instead of cron."
    return f"has a step of {step} in the {field.name} field, which has only {len(field.values)} values. {instead}"


def problem_with_days(named: str, parts: Sequence[str]) -> str:
    """Return that none of the days exists in any of the months, or an empty string."""
    days, months, weekdays = parts
    # If both day fields are restricted, either can match.
    if days.startswith("*") or not weekdays.startswith("*"):
        return ""
    wanted, chosen = numbers(days, FIELDS[2]), numbers(months, FIELDS[3])
    if not wanted or not chosen or min(wanted) <= max(LONGEST_MONTHS[month - 1] for month in chosen):
        return ""
    names = listed(calendar.month_name[month] for month in sorted(chosen))
    have = "has" if len(chosen) == 1 else "have"
    return (
        f"{named} never runs, because {names} {have} no day {min(wanted)}. Choose another day or month, or L for the "
        "last day of the month."
    )


def numbers(part: str, field: Field) -> set[int]:
    """Return the numbers of a list of values and ranges, or none if it contains anything else."""
    found: set[int] = set()
    for term in standard_list(part, field):
        match = TERM.fullmatch(term)
        if match is None:
            return set()
        low = field.values.start if match["low"] is None else field.number(match["low"])
        high = field.values.stop - 1 if match["low"] is None else field.number(match["high"] or "")
        if low is None:
            return set()
        if high is None:
            high = field.values.stop - 1 if match["step"] else low
        found.update(range(low, high + 1)[:: int(match["step"] or 1) or 1])
    return found


def standard_list(part: str, field: Field) -> Iterable[str]:
    """Yield the entries of a list without ranges that wrap around."""
    return (entry for term in part.split(",") for entry in rewritten(term, field).split(","))


def listed(names: Iterable[str]) -> str:
    """Return "April", "April and June", or "April, June, and September"."""
    *first, last = names
    if not first:
        return last
    return f"{first[0]} and {last}" if len(first) == 1 else f"{', '.join(first)}, and {last}"
