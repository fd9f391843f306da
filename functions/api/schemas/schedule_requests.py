"""What a caller may send about schedules."""

from __future__ import annotations

from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from functions.api.schemas.fields import (
    PRINTABLE,
    Body,
    Cursor,
    DocumentId,
    Etag,
    Instructions,
    Moment,
    Name,
    Note,
    Query,
    Slug,
    Theme,
    Zone,
    refuse,
)
from functions.api.schemas.requests import GivenPrompt, Options
from functions.models.schedule import CronTiming, IntervalTiming, ScheduleDraft, WebhookEvent


class Cron(Body):
    kind: Literal["cron"]
    cron: Annotated[str, Field(min_length=1, max_length=200, examples=["0 9 * * *"]), PRINTABLE]
    timezone: Zone

    def timing(self) -> CronTiming:
        return CronTiming(cron=self.cron, timezone=self.timezone)


class Every(Body):
    kind: Literal["every"]
    minutes: Annotated[int, Field(ge=1, le=366 * 24 * 60)]
    timezone: Zone = "UTC"

    def timing(self) -> IntervalTiming:
        return IntervalTiming(minutes=self.minutes, timezone=self.timezone)


Timing = Annotated[Cron | Every, Field(discriminator="kind")]


IMAGES_PER_MONTH = Field(ge=1, le=1_000_000, description="Of this schedule alone; null: as the library allows.")


class ScheduleBody(Body):
    name: Name
    theme: Theme
    instructions: Instructions = ""
    timing: Timing
    starts_at: Moment | None = None
    ends_at: Moment | None = None
    overlap: Literal["skip", "allow"] = "skip"
    missed: Literal["latest", "skip"] = "latest"
    options: Options = Options()
    pause_after_failures: Annotated[int | None, Field(ge=1, le=50, description="In a row; null: never by itself.")] = 5
    images_per_month: Annotated[int | None, IMAGES_PER_MONTH] = None
    keep_days: Annotated[
        int | None, Field(ge=1, le=3650, description="Then what nobody marked goes to the trash; null: never.")
    ] = None

    @model_validator(mode="after")
    def rising(self) -> Self:
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise refuse("must be later than starts_at", field="ends_at")
        return self

    def draft(self) -> ScheduleDraft:
        sent = {name: value for name, value in self if name in ScheduleDraft.model_fields}
        return ScheduleDraft(**sent | {"timing": self.timing.timing(), "options": self.options.options()})


class ScheduleUpdate(ScheduleBody):
    etag: Etag


class PauseBody(Body):
    reason: Note = ""


class RunBody(Body):
    count: Annotated[int | None, Field(ge=1, le=64, description="Pictures, other than the schedule says.")] = None


OF_SCHEDULE = Field(description="Of the schedule, as it was seen.")


class PublicationBody(Body):
    publish: Annotated[
        Literal["approved", "everything"], Field(description="Which pictures: those that a person approved, or all.")
    ] = "approved"
    slug: Annotated[Slug | None, Field(description="Its name in addresses; by default made from its own.")] = None
    prompts: Annotated[bool, Field(description="Whether prompts and theme are told too.")] = False
    etag: Annotated[Etag, OF_SCHEDULE]


class WebhookBody(Body):
    url: Annotated[
        str | None, Field(max_length=2000, description="HTTPS, on the public internet; by default the one set already.")
    ] = None
    events: Annotated[tuple[WebhookEvent, ...], Field(min_length=1, max_length=10)] = get_args(WebhookEvent)
    prompts: Annotated[bool, Field(description="Whether prompts and theme are told too.")] = False
    new_secret: Annotated[bool, Field(description="Make another secret; the one before no longer signs.")] = False
    etag: Annotated[Etag, OF_SCHEDULE]


class DeliveriesQuery(Query):
    cursor: Cursor | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class WriteAheadBody(Body):
    count: Annotated[int, Field(ge=1, le=5, description="How many of the next runs shall have their prompts.")] = 3


class UpcomingBody(GivenPrompt):
    etag: Etag


class PreviewBody(Body):
    timing: Timing
    options: Annotated[Options, Field(description="What one run paints, for the forecast.")] = Options()
    starts_at: Moment | None = None
    ends_at: Moment | None = None
    images_per_month: Annotated[int | None, IMAGES_PER_MONTH] = None
    schedule_id: Annotated[
        DocumentId | None, Field(description="The schedule that is edited; the forecast counts it once.")
    ] = None
    after: Annotated[Moment | None, Field(description="Runs after this moment; by default, now.")] = None
    count: Annotated[int, Field(ge=1, le=100)] = 5

    def draft(self) -> ScheduleDraft:
        """As far as the timetable and the forecast go."""
        return ScheduleDraft(
            name="preview",
            theme="preview",
            timing=self.timing.timing(),
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            images_per_month=self.images_per_month,
            options=self.options.options(),
        )
