"""A schedule: theme, timing, options, publication, and webhook."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field, NaiveDatetime, PlainSerializer, WithJsonSchema, computed_field, model_validator

from functions.models.document import Document, Instant, Value
from functions.models.language import Language
from functions.models.prompt import WrittenPrompt

EARLIER_NAME = "Deprecated: the earlier name of `include_prompts`. The next release removes it."


class GenerationOptions(Value):
    """Image generation options. `null` means the model's default."""

    model: str | None = None
    width: int | None = None
    height: int | None = None
    steps: int | None = None
    guidance: float | None = None
    sampler: str | None = None
    negative_prompt: str | None = None
    seed: int | None = None  # of the first image; the following images use consecutive seeds; None means random
    count: int = 1


class CronTiming(Value):
    """A five-field cron expression, evaluated in an IANA time zone."""

    kind: Literal["cron"] = "cron"
    cron: str
    timezone: str


class IntervalTiming(Value):
    """A fixed interval in minutes, counted from `starts_at`, or from 1970-01-01T00:00Z if `starts_at` isn't set."""

    kind: Literal["every"] = "every"
    minutes: int
    timezone: str = "UTC"


Timing = Annotated[CronTiming | IntervalTiming, Field(discriminator="kind")]


def to_minutes(value: datetime) -> str:
    """Return a local time as a form writes it: 2026-12-24T18:00."""
    return value.isoformat(timespec="minutes")


# JSON Schema's format `date-time` requires an UTC offset.
LOCAL_TIME_SCHEMA = WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d(:00)?$"})

LocalTime = Annotated[NaiveDatetime, PlainSerializer(to_minutes, return_type=str, when_used="json"), LOCAL_TIME_SCHEMA]
"""A time in the time zone of a schedule, to the minute, without UTC offset."""


class ScheduleDraft(Value):
    """The fields of a schedule that users set."""

    name: str
    theme: str
    instructions: str = ""
    prompt_language: Language | None = None  # None means the model's language
    text_language: Language = "en"  # of titles and alt texts
    wildcards: Literal["order", "random"] = "order"  # how runs choose from alternatives such as {red|blue}
    timing: Timing
    starts_at: Instant | None = None
    ends_at: Instant | None = None
    excluded_dates: tuple[date, ...] = ()  # local dates on which the timing doesn't run
    extra_runs: tuple[LocalTime, ...] = ()  # additional runs, also on excluded dates
    random_delay_minutes: int = 0  # each run starts up to this much later than its slot
    overlap: Literal["skip", "allow"] = "skip"  # whether a run starts while the previous one is still in progress
    missed: Literal["latest", "skip"] = "latest"  # what happens to missed runs after downtime
    # whether a run whose prompt repeats an earlier one is marked as such, or skipped
    repeats: Literal["mark", "skip"] = "mark"
    albums: tuple[str, ...] = ()  # IDs of albums made by hand, to which the images are added
    options: GenerationOptions = GenerationOptions()
    pause_after_failures: int | None = 5  # number of consecutive failed runs; None means never
    # limits of this schedule per UTC month and day; None means that only the library's limits apply
    images_per_month: int | None = None
    usd_per_day: float | None = None
    usd_per_month: float | None = None
    keep_days: int | None = None  # days after which unmarked images move to trash; None means never


class UpcomingPrompt(Value):
    """A prompt that was written in advance of its run."""

    id: str
    slot: Instant  # the run that it was written for; the prompt can mention its date
    prompt: WrittenPrompt
    edited: bool = False  # by a user
    job_id: str | None = None  # the run that claimed it

    @property
    def etag(self) -> str:
        """Return the ETag of the fields that users see."""
        return hashlib.sha256(self.prompt.model_dump_json().encode()).hexdigest()[:16]


class IncludesPrompts(Value):
    """A part of a schedule that decides whether prompts and theme are sent out.

    Version 0.1.0 calls `include_prompts` `prompts`. One release reads and writes both names, so that each of the two
    versions reads what the other one stored.
    """

    include_prompts: bool = Field(default=False, description="Whether to include prompts and the theme.")

    @computed_field(description=EARLIER_NAME, json_schema_extra={"deprecated": True})  # type: ignore[prop-decorator]
    @property
    def prompts(self) -> bool:
        return self.include_prompts

    @model_validator(mode="before")
    @classmethod
    def _read_earlier_name(cls, data: Any) -> Any:
        if not isinstance(data, dict) or "prompts" not in data:
            return data
        # Not kept as an unknown field, because `prompts` is written from `include_prompts`.
        others = {name: value for name, value in data.items() if name != "prompts"}
        return {"include_prompts": data["prompts"], **others}


class Publication(IncludesPrompts):
    """Settings of a published schedule, whose public files are under `p/{slug}/` of the website."""

    slug: str
    publish: Literal["approved", "everything"] = "approved"
    since: Instant


WebhookEvent = Literal["pictures.painted", "run.failed", "schedule.paused"]


class Webhook(IncludesPrompts):
    """Webhook of a schedule. Both the URL and the secret are confidential."""

    url: str = Field(repr=False)
    secret: str = Field(repr=False)  # whsec_…, as defined by Standard Webhooks
    events: tuple[WebhookEvent, ...]
    since: Instant  # runs that ended before this time cause no events
    disabled: str = ""  # the reason why the webhook is disabled


class Schedule(ScheduleDraft, Document):
    """A schedule.

    `version` counts only edits by users, so that planning a run doesn't cause a conflict for an open editor.
    """

    version: int = 1
    paused: bool = False
    paused_reason: str = ""
    planned_until: Instant  # every run up to this time is planned or skipped
    next_run_at: Instant | None = None
    runs: int = 0  # number of planned runs, {n} in instructions
    recent_prompts: tuple[str, ...] = ()  # newest first, at most 50
    upcoming: tuple[UpcomingPrompt, ...] = ()  # in the order of use
    failures_since: Instant | None = None  # earlier failures don't count toward the automatic pause
    paused_by: str | None = None  # the failed run that caused the automatic pause
    publication: Publication | None = None
    webhook: Webhook | None = None
    deleted_at: Instant | None = None
