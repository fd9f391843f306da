"""Request bodies and query parameters of images, prompts, and jobs."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from functions.api.schemas.fields import (
    MAX_SEED,
    AltText,
    Body,
    Cursor,
    Day,
    DocumentId,
    Etag,
    ImageId,
    Instructions,
    ModelName,
    NegativePrompt,
    Prompt,
    Query,
    Sampler,
    SearchText,
    Side,
    Stars,
    Tags,
    Theme,
    Title,
    validation_error,
)
from functions.models.image import Variant
from functions.models.job import JobKind, Status
from functions.models.language import Language
from functions.models.library_work import BulkAction
from functions.models.prompt import PromptSource, WrittenPrompt
from functions.models.schedule import GenerationOptions

MAX_BULK_IDS = 500
MAX_NAMED_IDS = 100
MOST_AVOIDED = 20


def listed(value: object) -> object:
    """Split `a,b` into a list without empty items."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


# --- images ---------------------------------------------------------------------------------------------------------


class ImagesQuery(Query):
    """Query parameters of the list of images."""

    ids: Annotated[
        tuple[ImageId, ...],
        BeforeValidator(listed),
        Field(
            max_length=MAX_NAMED_IDS,
            description="Comma-separated image IDs. Returns only these images, including those in trash. Permanently "
            "deleted images are omitted.",
        ),
    ] = ()
    q: Annotated[
        SearchText,
        Field(description="Search query, for example `fox -snow tag:night`. `docs/api.md` describes the syntax."),
    ] = ""
    cursor: Annotated[Cursor | None, Field(description="Cursor from `next_cursor` of the previous page.")] = None
    limit: Annotated[int, Field(ge=1, le=200, description="Maximum number of images per page.")] = 60
    before: Annotated[ImageId | None, Field(description="Return only images older than this image ID.")] = None
    after: Annotated[
        ImageId | None, Field(description="Return only images newer than this image ID, oldest first.")
    ] = None
    day: Annotated[Day | None, Field(description="Return only images of this day, in the library's time zone.")] = None
    trash: Annotated[
        Literal["out", "only"] | None,
        Field(description="`out` leaves out images in trash, `only` returns only images in trash."),
    ] = None

    @model_validator(mode="after")
    def one_direction(self) -> Self:
        if self.cursor and self.after:
            raise validation_error("can't be combined with after", field="cursor")
        if self.ids and self.model_fields_set != {"ids"}:
            raise validation_error("can't be combined with other parameters", field="ids")
        return self


class ImageChange(Body):
    """Fields that are omitted or `null` aren't changed."""

    etag: Etag
    favourite: Annotated[bool | None, Field(description="Whether the image is marked as favorite.")] = None
    rating: Annotated[Stars | None, Field(description="Rating from 1 to 5; 0 removes the rating.")] = None
    tags: Annotated[Tags | None, Field(description="Tags of the image. Replaces all current tags.")] = None
    title: Annotated[Title | None, Field(description="Title of the image.")] = None
    alt_text: Annotated[AltText | None, Field(description="Alternative text of the image.")] = None
    approved: Annotated[bool | None, Field(description="Whether the image can be published.")] = None

    def changes(self) -> dict[str, Any]:
        """Return the fields that were sent, except the ETag."""
        return {name: value for name, value in self if name != "etag" and value is not None}


class DeleteImageQuery(Query):
    """Query parameters of deleting an image."""

    permanent: Annotated[bool, Field(description="Delete the image permanently instead of moving it to trash.")] = False


class FileQuery(Query):
    """Query parameters of an image file."""

    variant: Annotated[Variant, Field(description="`clean` leaves out all metadata, prompts, and IDs.")] = "original"


class Selection(Body):
    """Either `ids`, or all images that match `q`."""

    ids: Annotated[
        tuple[ImageId, ...] | None, Field(min_length=1, max_length=MAX_BULK_IDS, description="IDs of the images.")
    ] = None
    q: Annotated[SearchText | None, Field(description="Search query that selects the images.")] = None

    @model_validator(mode="after")
    def one_of_two(self) -> Self:
        if (self.ids is None) == (self.q is None):
            raise validation_error("or q is required, but not both", field="ids")
        return self


class BulkChange(Selection):
    """A change to many images. Send either `ids` (applied immediately) or `q` (applied by a job)."""

    action: Annotated[
        BulkAction,
        Field(
            description="The change to apply. `trash` moves images to trash, `purge` deletes them permanently, and "
            "`regenerate` creates a job for each image whose original is missing."
        ),
    ]
    tags: Annotated[
        Tags | None, Field(description="Tags to add or remove. Required for actions `tag` and `untag`.")
    ] = None
    rating: Annotated[Stars | None, Field(description="The rating to set. Required for action `rate`.")] = None
    album: Annotated[
        DocumentId | None,
        Field(
            description="ID of an album made by hand. Required for actions `add_to_album`, which adds images at its "
            "end, and `remove_from_album`."
        ),
    ] = None

    @model_validator(mode="after")
    def complete(self) -> Self:
        if self.action in ("tag", "untag") and not self.tags:
            raise validation_error(f"is required for action {self.action}", field="tags")
        if self.action == "rate" and self.rating is None:
            raise validation_error("is required for action rate", field="rating")
        if self.action in ("add_to_album", "remove_from_album") and self.album is None:
            raise validation_error(f"is required for action {self.action}", field="album")
        return self


class ExportBody(Selection):
    """Images to export as a ZIP file. Send either `ids` or `q`."""

    variant: Annotated[
        Literal["original", "clean"], Field(description="`clean` leaves out all metadata, prompts, and IDs.")
    ] = "original"


class TermsQuery(Query):
    """Query parameters of the list of search terms."""

    prefix: Annotated[str, Field(min_length=1, max_length=40, description="First characters of the term.")]
    limit: Annotated[int, Field(ge=1, le=50, description="Maximum number of terms.")] = 10


class ChangesQuery(Query):
    """Query parameters of the list of changes."""

    since: Annotated[
        str | None,
        Field(max_length=2000, description="Token from the previous response. Omit it in the first request."),
    ] = None


# --- prompts and jobs -----------------------------------------------------------------------------------------------


PROMPT_LANGUAGE = Field(
    description="Language of prompts. `null` means the language of the image model. Word lists are in English."
)
TEXT_LANGUAGE = Field(description="Language of titles and alt texts.")


class PromptBody(Body):
    """A theme to write a prompt for."""

    theme: Annotated[Theme, Field(description="Theme of the image.")]
    instructions: Annotated[Instructions, Field(description="Additional instructions for the prompt.")] = ""
    prompt_language: Annotated[Language | None, PROMPT_LANGUAGE] = None
    text_language: Annotated[Language, TEXT_LANGUAGE] = "en"
    schedule_id: Annotated[
        DocumentId | None, Field(description="ID of a schedule whose recent prompts must not be repeated.")
    ] = None
    avoid: Annotated[
        tuple[Prompt, ...], Field(max_length=MOST_AVOIDED, description="Prompts that the new prompt must differ from.")
    ] = ()


class CheckBody(Body):
    """A prompt to check."""

    prompt: Annotated[Prompt, Field(description="The prompt to check.")]


class HistoryQuery(Query):
    """Query parameters of the prompt history."""

    cursor: Annotated[Cursor | None, Field(description="Cursor from `next_cursor` of the previous page.")] = None
    limit: Annotated[int, Field(ge=1, le=200, description="Maximum number of prompts per page.")] = 50


class Options(Body):
    """Image generation options. Omitted options use the model's defaults."""

    model: Annotated[ModelName | None, Field(description="Name of the image model.")] = None
    width: Annotated[Side | None, Field(description="Image width in pixels, a multiple of 8.")] = None
    height: Annotated[Side | None, Field(description="Image height in pixels, a multiple of 8.")] = None
    steps: Annotated[int | None, Field(ge=1, le=1000, description="Number of denoising steps.")] = None
    guidance: Annotated[float | None, Field(ge=0, le=50, description="Guidance scale.")] = None
    sampler: Annotated[Sampler | None, Field(description="Name of the sampler.")] = None
    negative_prompt: Annotated[NegativePrompt | None, Field(description="What the image must not contain.")] = None
    seed: Annotated[
        int | None,
        Field(ge=0, le=MAX_SEED, description="Seed of the first image. The following images use consecutive seeds."),
    ] = None
    count: Annotated[int, Field(ge=1, le=64, description="Number of images.")] = 1

    def options(self) -> GenerationOptions:
        return GenerationOptions(**dict(self))


class GivenPrompt(Body):
    """A prompt written or edited by a user."""

    prompt: Annotated[Prompt, Field(description="Text of the prompt.")]
    negative_prompt: Annotated[NegativePrompt, Field(description="What the image must not contain.")] = ""
    title: Annotated[Title, Field(description="Title of the images.")] = ""
    alt_text: Annotated[AltText, Field(description="Alternative text of the images.")] = ""
    tags: Annotated[Tags, Field(description="Tags of the images.")] = ()

    def written(self) -> WrittenPrompt:
        return WrittenPrompt(**dict(self), source=PromptSource.USER)  # without the ETag of an upcoming prompt


class JobBody(Body):
    """A request to generate images."""

    theme: Annotated[Theme, Field(description="Theme of the images.")]
    instructions: Annotated[Instructions, Field(description="Additional instructions for the prompt.")] = ""
    prompt: Annotated[
        GivenPrompt | None, Field(description="A prompt to use as is. If omitted, a prompt is written from the theme.")
    ] = None
    prompt_language: Annotated[Language | None, PROMPT_LANGUAGE] = None
    text_language: Annotated[Language, TEXT_LANGUAGE] = "en"
    options: Annotated[Options, Field(description="Image generation options.")] = Options()


class EstimateBody(Body):
    """A request to estimate."""

    options: Annotated[Options, Field(description="Image generation options.")] = Options()
    prompt_given: Annotated[
        bool, Field(description="Whether the request already contains a prompt, so that none has to be written.")
    ] = False


class JobsQuery(Query):
    """Query parameters of the list of jobs."""

    status: Annotated[
        frozenset[Status], BeforeValidator(listed), Field(description="Comma-separated job statuses.")
    ] = frozenset()
    kind: Annotated[frozenset[JobKind], BeforeValidator(listed), Field(description="Comma-separated job kinds.")] = (
        frozenset()
    )
    schedule_id: Annotated[DocumentId | None, Field(description="Return only jobs of this schedule.")] = None
    cursor: Annotated[Cursor | None, Field(description="Cursor from `next_cursor` of the previous page.")] = None
    limit: Annotated[int, Field(ge=1, le=200, description="Maximum number of jobs per page.")] = 50


class RunsQuery(Query):
    """Query parameters of the list of a schedule's runs."""

    cursor: Annotated[Cursor | None, Field(description="Cursor from `next_cursor` of the previous page.")] = None
    limit: Annotated[int, Field(ge=1, le=200, description="Maximum number of runs per page.")] = 50
