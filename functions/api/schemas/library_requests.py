"""Request bodies and query parameters of the settings, presets, saved searches, and insights."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from functions.api.schemas.fields import (
    PRINTABLE,
    Body,
    Etag,
    Name,
    Note,
    Query,
    SearchText,
    Zone,
    deduplicate,
    validation_error,
)
from functions.api.schemas.requests import Options

LIST_NAME = re.compile(r"[a-z0-9]+([_-][a-z0-9]+)*")
Dollars = Annotated[float | None, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
ImageCount = Annotated[int | None, Field(ge=1, le=1_000_000)]


class InsightsQuery(Query):
    """Query parameters of the statistics by schedule."""

    months: Annotated[int, Field(ge=1, le=36, description="Number of months, including the current month.")] = 3


class LimitsChange(Body):
    """Limits to change. Omitted limits keep their values."""

    images_per_job: Annotated[int | None, Field(ge=1, le=64, description="Maximum number of images per job.")] = None
    images_per_day: Annotated[ImageCount, Field(description="Maximum number of images per day (UTC).")] = None
    images_per_month: Annotated[ImageCount, Field(description="Maximum number of images per month (UTC).")] = None
    usd_per_day: Annotated[
        Dollars, Field(description="Maximum cost per day (UTC) in US dollars. 0 removes the limit.")
    ] = None
    usd_per_month: Annotated[
        Dollars, Field(description="Maximum cost per month (UTC) in US dollars. 0 removes the limit.")
    ] = None
    max_pixels: Annotated[
        int | None, Field(ge=64 * 64, le=4096 * 4096, description="Maximum number of pixels per image.")
    ] = None
    max_steps: Annotated[int | None, Field(ge=1, le=1000, description="Maximum number of steps per image.")] = None
    trash_days: Annotated[
        int | None, Field(ge=1, le=3650, description="Days after which images in trash are deleted permanently.")
    ] = None


def list_name(text: str) -> str:
    if not LIST_NAME.fullmatch(text):
        raise validation_error("must contain only lowercase letters, digits, and single hyphens or underscores")
    return text


def entry(text: str) -> str:
    text = text.strip()
    if not text or any(mark in text for mark in ("{", "}", "|", "__")):
        raise validation_error("must be a text without braces, vertical bars, and double underscores")
    return text


ListName = Annotated[str, Field(max_length=40), AfterValidator(list_name)]
Entry = Annotated[str, Field(max_length=100), PRINTABLE, AfterValidator(entry)]
Entries = Annotated[tuple[Entry, ...], Field(min_length=1, max_length=200), AfterValidator(deduplicate)]


class SettingsChange(Body):
    """Fields that are omitted or `null` aren't changed."""

    etag: Etag
    timezone: Annotated[
        Zone | None, Field(description="IANA time zone that determines which day an image belongs to.")
    ] = None
    paused: Annotated[bool | None, Field(description="Pause all schedules.")] = None
    paused_reason: Annotated[Note | None, Field(description="Reason shown while all schedules are paused.")] = None
    lists: Annotated[
        dict[ListName, Entries] | None,
        Field(
            max_length=20,
            examples=[{"animals": ["fox", "owl"]}],
            description="All named lists of alternatives, which themes contain as `__name__`. They replace the "
            "current ones. A list that a schedule uses can't be removed.",
        ),
    ] = None
    limits: Annotated[LimitsChange | None, Field(description="Limits to change.")] = None

    def changes(self) -> dict[str, Any]:
        """Return the fields that were sent, except the ETag, nested like the settings."""
        return self.model_dump(exclude={"etag"}, exclude_none=True)


class PresetBody(Body):
    """A preset to create."""

    name: Annotated[Name, Field(description="Name of the preset, unique for the user.")]
    options: Annotated[Options, Field(description="Image generation options to store.")] = Options()


class PresetUpdate(PresetBody):
    """A preset that replaces the current version."""

    etag: Etag


class SearchBody(Body):
    """A saved search to create."""

    name: Annotated[Name, Field(description="Name of the search, unique for the user.")]
    q: Annotated[SearchText, Field(description="Search query to store.")]


class SearchUpdate(SearchBody):
    """A saved search that replaces the current version."""

    etag: Etag
