"""A theme and its timetable."""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal

from pydantic import Field

from functions.models.document import Document, Instant, Value
from functions.models.prompt import WrittenPrompt


class PaintOptions(Value):
    """Image generation options. Null means the model's default."""

    model: str | None = None
    width: int | None = None
    height: int | None = None
    steps: int | None = None
    guidance: float | None = None
    sampler: str | None = None
    negative_prompt: str | None = None
    seed: int | None = None  # of the first picture; the following ones count up.  None: drawn at random
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


class ScheduleDraft(Value):
    """What a person sets."""

    name: str
    theme: str
    instructions: str = ""
    timing: Timing
    starts_at: Instant | None = None
    ends_at: Instant | None = None
    overlap: Literal["skip", "allow"] = "skip"  # what a slot does while the one before is still at work
    missed: Literal["latest", "skip"] = "latest"  # what happens to slots that passed while nothing ran
    options: PaintOptions = PaintOptions()
    pause_after_failures: int | None = 5  # in a row; None: never by itself
    images_per_month: int | None = None  # of this schedule alone; None: the library's limits are the only ones
    keep_days: int | None = None  # what nobody marked goes to the trash after these; None: never


class UpcomingPrompt(Value):
    """A prompt that was written before its run."""

    id: str
    slot: Instant  # the run that it was written for, whose date may stand in it
    prompt: WrittenPrompt
    edited: bool = False  # by a person
    job_id: str | None = None  # the run that took it

    @property
    def etag(self) -> str:
        """Of what a person sees of it."""
        return hashlib.sha256(self.prompt.model_dump_json().encode()).hexdigest()[:16]


class Publication(Value):
    """What the world may see of a schedule, under `p/{slug}/` of the static site."""

    slug: str
    publish: Literal["approved", "everything"] = "approved"
    prompts: bool = False  # whether prompts and theme are told too
    since: Instant


WebhookEvent = Literal["pictures.painted", "run.failed", "schedule.paused"]


class Webhook(Value):
    """Whom to tell about a schedule's runs.  The address may be as secret as the secret."""

    url: str = Field(repr=False)
    secret: str = Field(repr=False)  # whsec_…, of the Standard Webhooks
    events: tuple[WebhookEvent, ...]
    prompts: bool = False  # whether prompts are told too
    since: Instant  # what ended before is not told
    disabled: str = ""  # why nothing is sent any more


class Schedule(ScheduleDraft, Document):
    """When to paint what.

    `version` counts people's edits alone, so that a tick does not make an open editor stale.
    """

    version: int = 1
    paused: bool = False
    paused_reason: str = ""
    planned_until: Instant  # every slot up to here has been decided
    next_run_at: Instant | None = None
    runs: int = 0  # how many slots were planned, {n} in instructions
    recent_prompts: tuple[str, ...] = ()  # newest first, at most 50
    upcoming: tuple[UpcomingPrompt, ...] = ()  # in the order of their use
    failures_since: Instant | None = None  # earlier ones no longer count for a pause
    paused_by: str | None = None  # the failed run after which it paused by itself
    publication: Publication | None = None
    webhook: Webhook | None = None
    deleted_at: Instant | None = None
