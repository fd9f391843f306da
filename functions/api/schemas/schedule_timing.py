"""Types of fields that say when a schedule runs."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, NaiveDatetime

from functions.api.schemas.fields import DAY, PRINTABLE, Body, Zone, validation_error
from functions.models.schedule import LOCAL_TIME_SCHEMA, CronTiming, IntervalTiming

LOCAL_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:00)?", re.ASCII)


class Cron(Body):
    """Timing by a cron expression."""

    kind: Annotated[Literal["cron"], Field(description="Type of the timing.")]
    cron: Annotated[
        str,
        Field(
            min_length=1,
            max_length=200,
            examples=["0 9 * * *"],
            description="Cron expression with five fields. Ranges can wrap around, such as `22-2` and `fri-mon`.",
        ),
        PRINTABLE,
    ]
    timezone: Annotated[Zone, Field(description="IANA time zone of the cron expression.")]

    def timing(self) -> CronTiming:
        return CronTiming(cron=self.cron, timezone=self.timezone)


class Every(Body):
    """Timing by an interval."""

    kind: Annotated[Literal["every"], Field(description="Type of the timing.")]
    minutes: Annotated[int, Field(ge=1, le=366 * 24 * 60, description="Interval in minutes.")]
    timezone: Annotated[
        Zone, Field(description="IANA time zone of excluded dates and extra runs, in which times are also shown.")
    ] = "UTC"

    def timing(self) -> IntervalTiming:
        return IntervalTiming(minutes=self.minutes, timezone=self.timezone)


Timing = Annotated[Cron | Every, Field(discriminator="kind")]


def parsed_date(value: object) -> object:
    with suppress(ValueError):
        if isinstance(value, str) and DAY.fullmatch(value):
            return date.fromisoformat(value)
    raise validation_error("must be a date such as 2026-12-24")


def parsed_time(value: object) -> object:
    # A time with a UTC offset would be another time after a change of the schedule's time zone.
    with suppress(ValueError):
        if isinstance(value, str) and LOCAL_TIME.fullmatch(value):
            return datetime.fromisoformat(value)
    raise validation_error("must be a local time to the minute without UTC offset, such as 2026-12-24T18:00")


def check_local_year(value: datetime) -> datetime:
    # Local times of the first and last years can't be represented in every time zone.
    if not 1970 <= value.year < 2200:
        raise validation_error("must be between the years 1970 and 2199")
    return value


def sorted_dates(dates: tuple[date, ...]) -> tuple[date, ...]:
    return tuple(sorted(set(dates)))


def sorted_times(times: tuple[datetime, ...]) -> tuple[datetime, ...]:
    return tuple(sorted(set(times)))


LocalDate = Annotated[date, BeforeValidator(parsed_date)]
LocalTime = Annotated[NaiveDatetime, BeforeValidator(parsed_time), AfterValidator(check_local_year), LOCAL_TIME_SCHEMA]
ExcludedDates = Annotated[
    tuple[LocalDate, ...],
    Field(
        max_length=400,
        examples=[["2026-12-25"]],
        description="Dates in the schedule's time zone on which the timing doesn't run. They are sorted.",
    ),
    AfterValidator(sorted_dates),
]
RandomDelay = Annotated[
    int,
    Field(
        ge=0,
        le=24 * 60,
        description="Maximum delay of a run in minutes. Each run starts up to this much later than its scheduled time, "
        "but before the next run. The delay of a run doesn't change.",
    ),
]
ExtraRuns = Annotated[
    tuple[LocalTime, ...],
    Field(
        max_length=100,
        examples=[["2026-12-24T18:00"]],
        description="Additional runs: local times in the schedule's time zone without UTC offset, from `starts_at` to "
        "`ends_at`. They also run on excluded dates. They are sorted.",
    ),
    AfterValidator(sorted_times),
]
