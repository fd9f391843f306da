"""Types of fields in requests."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from functions.models.identity import is_image_id
from functions.models.image import MAX_TAGS
from functions.models.text_direction import BIDI_CONTROLS
from functions.search.terms import tag_key

MAX_SEED = 2**32 - 1  # supported by all samplers and other tools

DOCUMENT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9@_.-]{0,127}")
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Body(BaseModel):
    """A JSON body. Unknown fields and type conversions aren't allowed."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, str_strip_whitespace=True, allow_inf_nan=False, use_enum_values=False
    )


class Query(BaseModel):
    """Query parameters. Unknown parameters aren't allowed."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, allow_inf_nan=False)


class Empty(Query):
    """No parameters, or no body."""


def validation_error(problem: str, *, field: str | None = None) -> PydanticCustomError:
    """Return a validation error whose text follows the name of the field, or of `field` if it is given."""
    return PydanticCustomError("refused", "{problem}", {"problem": problem, "field": field or ""})


def printable(text: str) -> str:
    text = text.replace("\r\n", "\n")
    for character in text:
        if character not in "\n\t" and unicodedata.category(character) in ("Cc", "Cs"):
            raise validation_error("can't contain control characters")
    return text


def without_direction(text: str) -> str:
    """Refuse invisible characters that change the direction of text, also of the text around a name."""
    if BIDI_CONTROLS.search(text):
        raise validation_error("can't contain invisible characters that change the direction of text")
    return text


def image_id(text: str) -> str:
    if not is_image_id(text):
        raise validation_error("must be an image ID: 26 uppercase letters and digits")
    return text


def check_year(moment: datetime) -> datetime:
    # Local times of the first and last years can't be represented in every time zone.
    if not 1970 <= moment.year < 2200:
        raise validation_error("must be between the years 1970 and 2199")
    return moment.astimezone(UTC)


def calendar_day(value: object) -> object:
    # Pydantic also takes seconds since 1970.
    if isinstance(value, str) and not DAY.fullmatch(value):
        raise validation_error("must be a date such as 2026-11-23")
    return value


def tag(text: str) -> str:
    if any(mark in text for mark in '",'):
        raise validation_error("can't contain a tag with a comma or quotation mark")
    return tag_key(text)


def slug(text: str) -> str:
    if not SLUG.fullmatch(text):
        raise validation_error("must contain only lowercase letters, digits, and single hyphens between them")
    return text


def deduplicate(tags: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tags))


PRINTABLE = AfterValidator(printable)
ONE_DIRECTION = AfterValidator(without_direction)

Theme = Annotated[str, Field(min_length=1, max_length=500, examples=["animals in unexpected places"]), PRINTABLE]
Instructions = Annotated[str, Field(max_length=2000), PRINTABLE]
Prompt = Annotated[str, Field(min_length=1, max_length=2000), PRINTABLE]
NegativePrompt = Annotated[str, Field(max_length=1000), PRINTABLE]
Title = Annotated[str, Field(max_length=200), PRINTABLE, ONE_DIRECTION]
AltText = Annotated[str, Field(max_length=500), PRINTABLE]
Tag = Annotated[str, Field(min_length=1, max_length=40), PRINTABLE, ONE_DIRECTION, AfterValidator(tag)]
Tags = Annotated[tuple[Tag, ...], Field(max_length=MAX_TAGS), AfterValidator(deduplicate)]
Name = Annotated[str, Field(min_length=1, max_length=100), PRINTABLE, ONE_DIRECTION]
Note = Annotated[str, Field(max_length=200), PRINTABLE, ONE_DIRECTION]
SearchText = Annotated[str, Field(max_length=500, examples=["fox -snow rating:>3"]), PRINTABLE]

Slug = Annotated[
    str,
    Field(min_length=1, max_length=60, examples=["animals-in-unexpected-places"]),
    AfterValidator(slug),
]

ModelName = Annotated[str, Field(min_length=1, max_length=200), PRINTABLE, ONE_DIRECTION]
Sampler = Annotated[str, Field(min_length=1, max_length=60), PRINTABLE]

Etag = Annotated[
    str, Field(min_length=1, max_length=200, description="ETag of the version that this change is based on.")
]
ImageId = Annotated[str, AfterValidator(image_id)]
Cursor = Annotated[str, Field(min_length=1, max_length=500)]
DocumentId = Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[A-Za-z0-9@_.-]+$")]
Side = Annotated[int, Field(ge=64, le=4096, multiple_of=8)]
Stars = Annotated[int, Field(ge=0, le=5, description="Rating from 1 to 5; 0 means not rated.")]
Zone = Annotated[str, Field(min_length=1, max_length=64, examples=["Europe/Berlin"]), PRINTABLE]
Day = Annotated[date, BeforeValidator(calendar_day)]
Moment = Annotated[AwareDatetime, AfterValidator(check_year), Field(examples=["2026-11-23T09:00:00Z"])]
