"""Request bodies and query parameters of schedules."""

from __future__ import annotations

from typing import Annotated, Literal, Self, get_args

from pydantic import AfterValidator, Field, model_validator

from functions.api.schemas.fields import (
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
    deduplicate,
    validation_error,
)
from functions.api.schemas.requests import PROMPT_LANGUAGE, TEXT_LANGUAGE, GivenPrompt, Options
from functions.api.schemas.schedule_timing import ExcludedDates, ExtraRuns, RandomDelay, Timing
from functions.models.language import Language
from functions.models.schedule import EARLIER_NAME, ScheduleDraft, WebhookEvent

MAX_SCHEDULE_ALBUMS = 10

IMAGES_PER_MONTH = Field(
    ge=1,
    le=1_000_000,
    description="Monthly image limit of this schedule. `null` means that only the library's limits apply.",
)
USD_PER_DAY = Field(
    gt=0,
    le=1_000_000,
    allow_inf_nan=False,
    description="Daily cost limit (UTC) of this schedule in US dollars. `null` means that only the library's limits "
    "apply.",
)
USD_PER_MONTH = Field(
    gt=0,
    le=1_000_000,
    allow_inf_nan=False,
    description="Monthly cost limit of this schedule in US dollars. `null` means that only the library's limits apply.",
)


class ScheduleBody(Body):
    """A schedule to create."""

    name: Annotated[Name, Field(description="Name of the schedule.")]
    theme: Annotated[Theme, Field(description="Theme of the images.")]
    instructions: Annotated[Instructions, Field(description="Additional instructions for the prompts.")] = ""
    prompt_language: Annotated[Language | None, PROMPT_LANGUAGE] = None
    text_language: Annotated[Language, TEXT_LANGUAGE] = "en"
    timing: Annotated[Timing, Field(description="When the schedule runs.")]
    starts_at: Annotated[
        Moment | None, Field(description="First time at which the schedule can run. `null` means immediately.")
    ] = None
    ends_at: Annotated[
        Moment | None, Field(description="Last time at which the schedule can run. `null` means no end.")
    ] = None
    excluded_dates: ExcludedDates = ()
    extra_runs: ExtraRuns = ()
    random_delay_minutes: RandomDelay = 0
    wildcards: Annotated[
        Literal["order", "random"],
        Field(
            description="How the runs choose from alternatives such as `{red|blue|green}` in theme and instructions: "
            "in order, or at random without repeats until each combination was used."
        ),
    ] = "order"
    overlap: Annotated[
        Literal["skip", "allow"],
        Field(
            description="What happens if the previous run is still in progress: `skip` skips the new run, "
            "`allow` runs both."
        ),
    ] = "skip"
    missed: Annotated[
        Literal["latest", "skip"],
        Field(
            description="What happens after downtime: `latest` makes up for all missed runs with one run, "
            "`skip` skips them."
        ),
    ] = "latest"
    repeats: Annotated[
        Literal["mark", "skip"],
        Field(
            description="What happens if the prompt writer only repeats earlier prompts: `mark` generates the images "
            "and marks the run as not new, `skip` skips the run."
        ),
    ] = "mark"
    albums: Annotated[
        tuple[DocumentId, ...],
        Field(max_length=MAX_SCHEDULE_ALBUMS, description="IDs of albums made by hand, to which the images are added."),
        AfterValidator(deduplicate),
    ] = ()
    options: Annotated[Options, Field(description="Image generation options of each run.")] = Options()
    pause_after_failures: Annotated[
        int | None,
        Field(
            ge=1,
            le=50,
            description="Number of consecutive failed runs after which the schedule pauses. `null` means never.",
        ),
    ] = 5
    images_per_month: Annotated[int | None, IMAGES_PER_MONTH] = None
    usd_per_day: Annotated[float | None, USD_PER_DAY] = None
    usd_per_month: Annotated[float | None, USD_PER_MONTH] = None
    keep_days: Annotated[
        int | None,
        Field(
            ge=1,
            le=3650,
            description="Days after which images move to trash, except favorites and rated or approved images. "
            "`null` means never.",
        ),
    ] = None

    @model_validator(mode="after")
    def end_is_after_start(self) -> Self:
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise validation_error("must be later than starts_at", field="ends_at")
        return self

    def draft(self) -> ScheduleDraft:
        sent = {name: value for name, value in self if name in ScheduleDraft.model_fields}
        return ScheduleDraft(**sent | {"timing": self.timing.timing(), "options": self.options.options()})


class ScheduleUpdate(ScheduleBody):
    """A schedule that replaces the current version."""

    etag: Etag


class PauseBody(Body):
    """A reason to pause."""

    reason: Annotated[Note, Field(description="Reason shown while the schedule is paused.")] = ""


class RunBody(Body):
    """Options of a run."""

    count: Annotated[
        int | None, Field(ge=1, le=64, description="Number of images for this run. Defaults to the schedule's setting.")
    ] = None


OF_SCHEDULE = Field(description="ETag of the schedule version that this change is based on.")


class IncludesPromptsBody(Body):
    """A choice whether to include prompts, under its name or the earlier one."""

    include_prompts: Annotated[
        bool,
        Field(
            description="Whether to include prompts, the theme, and tags. Without them, files contain no metadata, and "
            "titles and alt texts that repeat prompt or theme are replaced by the schedule's name and the date."
        ),
    ] = False
    prompts: Annotated[bool, Field(description=EARLIER_NAME, json_schema_extra={"deprecated": True})] = False

    @property
    def with_prompts(self) -> bool:
        """Return the choice, whichever name it was given under."""
        return self.include_prompts or self.prompts

    @model_validator(mode="after")
    def _one_name(self) -> Self:
        if {"include_prompts", "prompts"} <= self.model_fields_set:
            raise validation_error("is the earlier name of include_prompts; send only include_prompts", field="prompts")
        return self


class PublicationBody(IncludesPromptsBody):
    """Publication settings of a schedule."""

    publish: Annotated[
        Literal["approved", "everything"], Field(description="Images to publish: only approved images, or all images.")
    ] = "approved"
    slug: Annotated[
        Slug | None, Field(description="Name used in public URLs. Defaults to a name derived from the schedule name.")
    ] = None
    etag: Annotated[Etag, OF_SCHEDULE]


class WebhookBody(IncludesPromptsBody):
    """Webhook settings of a schedule."""

    url: Annotated[
        str | None,
        Field(max_length=2000, description="Public HTTPS URL that receives events. Defaults to the current URL."),
    ] = None
    events: Annotated[tuple[WebhookEvent, ...], Field(min_length=1, max_length=10, description="Events to send.")] = (
        get_args(WebhookEvent)
    )
    new_secret: Annotated[bool, Field(description="Generate a new signing secret and invalidate the current one.")] = (
        False
    )
    etag: Annotated[Etag, OF_SCHEDULE]


class DeliveriesQuery(Query):
    """Query parameters of the list of deliveries."""

    cursor: Annotated[Cursor | None, Field(description="Cursor from `next_cursor` of the previous page.")] = None
    limit: Annotated[int, Field(ge=1, le=200, description="Maximum number of deliveries per page.")] = 50


class WriteAheadBody(Body):
    """A request to write upcoming prompts."""

    count: Annotated[int, Field(ge=1, le=5, description="Number of upcoming runs to write prompts for.")] = 3


class UpcomingBody(GivenPrompt):
    """A prompt that replaces an upcoming prompt."""

    etag: Etag


class PreviewBody(Body):
    """A timing and options to preview."""

    timing: Annotated[Timing, Field(description="When the schedule runs.")]
    options: Annotated[Options, Field(description="Options of one run, used for the forecast.")] = Options()
    starts_at: Annotated[Moment | None, Field(description="First time at which the schedule can run.")] = None
    ends_at: Annotated[Moment | None, Field(description="Last time at which the schedule can run.")] = None
    excluded_dates: ExcludedDates = ()
    extra_runs: ExtraRuns = ()
    random_delay_minutes: RandomDelay = 0
    images_per_month: Annotated[int | None, IMAGES_PER_MONTH] = None
    usd_per_day: Annotated[float | None, USD_PER_DAY] = None
    usd_per_month: Annotated[float | None, USD_PER_MONTH] = None
    schedule_id: Annotated[
        DocumentId | None,
        Field(
            description="ID of the schedule being edited, so that the forecast doesn't count it twice and `runs` "
            "includes random delays."
        ),
    ] = None
    after: Annotated[Moment | None, Field(description="List runs after this time. Defaults to now.")] = None
    count: Annotated[int, Field(ge=1, le=100, description="Number of upcoming runs to return.")] = 5

    def draft(self) -> ScheduleDraft:
        """Return the draft as far as timing and forecast need it."""
        return ScheduleDraft(
            name="preview",
            theme="preview",
            timing=self.timing.timing(),
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            excluded_dates=self.excluded_dates,
            extra_runs=self.extra_runs,
            random_delay_minutes=self.random_delay_minutes,
            images_per_month=self.images_per_month,
            usd_per_day=self.usd_per_day,
            usd_per_month=self.usd_per_month,
            options=self.options.options(),
        )
