"""What a caller may send, by route: bodies and query parameters."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from functions.api.schemas.fields import (
    MAX_SEED,
    AltText,
    Body,
    Cursor,
    DocumentId,
    Etag,
    ImageId,
    Instructions,
    ListCursor,
    ModelName,
    Name,
    NegativePrompt,
    Note,
    Prompt,
    Query,
    Sampler,
    SearchText,
    Side,
    Stars,
    Tags,
    Theme,
    Title,
    Zone,
    refuse,
)
from functions.models.image import Variant
from functions.models.job import JobKind, Status
from functions.models.prompt import PromptSource, WrittenPrompt
from functions.models.schedule import PaintOptions

MAX_BULK_IDS = 500
MAX_NAMED_IDS = 100
MOST_AVOIDED = 20
BULK_ACTIONS = Literal[
    "favourite", "unfavourite", "rate", "tag", "untag", "approve", "unapprove", "trash", "restore", "purge"
]


def listed(value: object) -> object:
    """`a,b` as a list, with blanks left out."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


# --- images ---------------------------------------------------------------------------------------------------------


class ImagesQuery(Query):
    ids: Annotated[
        tuple[ImageId, ...],
        BeforeValidator(listed),
        Field(
            max_length=MAX_NAMED_IDS,
            description="Just these, separated by commas, in the trash or not; what is deleted for good is left out.",
        ),
    ] = ()
    q: SearchText = ""
    cursor: ListCursor | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 60
    before: Annotated[ImageId | None, Field(description="Only pictures older than this one.")] = None
    after: Annotated[ImageId | None, Field(description="Only pictures newer than this one, the nearest first.")] = None
    day: Annotated[date | None, Field(description="Only pictures of this day in the library's time zone.")] = None
    trash: Literal["out", "only"] | None = None

    @model_validator(mode="after")
    def one_direction(self) -> Self:
        if self.cursor and self.after:
            raise refuse("can't go together with after; leave one of them out", field="cursor")
        if self.ids and self.model_fields_set != {"ids"}:
            raise refuse("can't go together with other parameters; leave those or it out", field="ids")
        return self


class ImageChange(Body):
    """Fields that are left out, or null, stay as they are."""

    etag: Etag
    favourite: bool | None = None
    rating: Stars | None = None
    tags: Tags | None = None
    title: Title | None = None
    alt_text: AltText | None = None
    approved: Annotated[bool | None, Field(description="Whether it may be published.")] = None

    def changes(self) -> dict[str, Any]:
        """What was sent besides the etag."""
        return {name: value for name, value in self if name != "etag" and value is not None}


class DeleteImageQuery(Query):
    permanent: Annotated[bool, Field(description="Remove it for good rather than to the trash.")] = False


class FileQuery(Query):
    variant: Annotated[Variant, Field(description="`clean` has neither prompt nor ids in it.")] = "original"


class Selection(Body):
    """Either `ids`, or all that match `q`."""

    ids: Annotated[tuple[ImageId, ...] | None, Field(min_length=1, max_length=MAX_BULK_IDS)] = None
    q: SearchText | None = None

    @model_validator(mode="after")
    def one_of_two(self) -> Self:
        if (self.ids is None) == (self.q is None):
            raise refuse("or q: send one of the two", field="ids")
        return self


class BulkChange(Selection):
    """Either `ids`, changed at once, or `q`, changed by a job."""

    action: BULK_ACTIONS
    tags: Annotated[Tags | None, Field(description="For the actions tag and untag.")] = None
    rating: Annotated[Stars | None, Field(description="For the action rate.")] = None

    @model_validator(mode="after")
    def complete(self) -> Self:
        if self.action in ("tag", "untag") and not self.tags:
            raise refuse(f"is needed for the action {self.action}", field="tags")
        if self.action == "rate" and self.rating is None:
            raise refuse("is needed for the action rate", field="rating")
        return self


class ExportBody(Selection):
    """Either `ids` or `q`, packed into a zip by a job."""

    variant: Annotated[
        Literal["original", "clean"], Field(description="`clean` has neither stories nor prompts nor ids in it.")
    ] = "original"


class TermsQuery(Query):
    prefix: Annotated[str, Field(min_length=1, max_length=40)]
    limit: Annotated[int, Field(ge=1, le=50)] = 10


class ChangesQuery(Query):
    since: Annotated[str | None, Field(max_length=2000, description="The token of the last answer.")] = None


# --- prompts and jobs -----------------------------------------------------------------------------------------------


class PromptBody(Body):
    theme: Theme
    instructions: Instructions = ""
    schedule_id: Annotated[DocumentId | None, Field(description="Whose last prompts not to repeat.")] = None
    avoid: Annotated[
        tuple[Prompt, ...], Field(max_length=MOST_AVOIDED, description="Writings that this one shall differ from.")
    ] = ()


class CheckBody(Body):
    prompt: Prompt


class HistoryQuery(Query):
    cursor: Cursor | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class Options(Body):
    """How to paint; what is left out comes from the model's profile."""

    model: ModelName | None = None
    width: Side | None = None
    height: Side | None = None
    steps: Annotated[int | None, Field(ge=1, le=1000)] = None
    guidance: Annotated[float | None, Field(ge=0, le=50)] = None
    sampler: Sampler | None = None
    negative_prompt: NegativePrompt | None = None
    seed: Annotated[int | None, Field(ge=0, le=MAX_SEED, description="Of the first picture.")] = None
    count: Annotated[int, Field(ge=1, le=64)] = 1

    def options(self) -> PaintOptions:
        return PaintOptions(**dict(self))


class GivenPrompt(Body):
    """A prompt that a person wrote or edited."""

    prompt: Prompt
    negative_prompt: NegativePrompt = ""
    title: Title = ""
    alt_text: AltText = ""
    tags: Tags = ()

    def written(self) -> WrittenPrompt:
        return WrittenPrompt(**dict(self), source=PromptSource.USER)  # the etag of a prompt that waits is left out


class JobBody(Body):
    theme: Theme
    instructions: Instructions = ""
    prompt: Annotated[GivenPrompt | None, Field(description="With it, nothing is written.")] = None
    options: Options = Options()


class EstimateBody(Body):
    options: Options = Options()
    prompt_given: Annotated[bool, Field(description="Whether nothing is left to be written.")] = False


class JobsQuery(Query):
    status: Annotated[
        frozenset[Status], BeforeValidator(listed), Field(description="One or several, separated by commas.")
    ] = frozenset()
    kind: Annotated[frozenset[JobKind], BeforeValidator(listed), Field(description="Likewise.")] = frozenset()
    schedule_id: DocumentId | None = None
    cursor: Cursor | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class RunsQuery(Query):
    cursor: Cursor | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


# --- library --------------------------------------------------------------------------------------------------------

Pictures = Annotated[int | None, Field(ge=1, le=1_000_000)]


class InsightsQuery(Query):
    months: Annotated[int, Field(ge=1, le=36, description="How many, this one included.")] = 3


class LimitsChange(Body):
    images_per_job: Annotated[int | None, Field(ge=1, le=64)] = None
    images_per_day: Pictures = None
    images_per_month: Pictures = None
    max_pixels: Annotated[int | None, Field(ge=64 * 64, le=4096 * 4096)] = None
    max_steps: Annotated[int | None, Field(ge=1, le=1000)] = None
    trash_days: Annotated[int | None, Field(ge=1, le=3650)] = None


class SettingsChange(Body):
    """Fields that are left out, or null, stay as they are."""

    etag: Etag
    timezone: Zone | None = None
    paused: Annotated[bool | None, Field(description="Plan no schedule any more.")] = None
    paused_reason: Note | None = None
    limits: LimitsChange | None = None

    def changes(self) -> dict[str, Any]:
        """What was sent besides the etag, nested like the settings."""
        return self.model_dump(exclude={"etag"}, exclude_none=True)


class PresetBody(Body):
    name: Name
    options: Options = Options()


class PresetUpdate(PresetBody):
    etag: Etag


class SearchBody(Body):
    name: Name
    q: SearchText


class SearchUpdate(SearchBody):
    etag: Etag
