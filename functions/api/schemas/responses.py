"""Response schemas: documents without internal fields, with ETag and additional fields for pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from pydantic import BaseModel, Field

from functions.api.schemas.document_fields import EXCLUDED, response_fields
from functions.api.schemas.job_responses import JobResponse
from functions.models.album import Place
from functions.models.document import Instant
from functions.models.image import Image
from functions.models.library import FileCheck, LibrarySettings, Preset, SavedSearch
from functions.models.prompt import ModelProfile
from functions.models.schedule import EARLIER_NAME, Publication, Schedule, UpcomingPrompt, Webhook, WebhookEvent


class ImageResponse(Image):
    """An image with URLs of its files."""

    etag: str = ""  # included in the response, unlike the document's
    terms: tuple[str, ...] = Field(default=(), exclude=True)
    places: tuple[Place, ...] = Field(default=(), description="Albums made by hand that contain the image.")
    original_blob: str = EXCLUDED
    thumbnail_blob: str = EXCLUDED
    purging: bool = EXCLUDED
    added_at: Instant | None = EXCLUDED
    thumbnail_url: str
    original_url: str
    urls_expire_at: Instant = Field(description="Time when the URLs expire.")


def image_response(image: Image, *, thumbnail_url: str, original_url: str, urls_expire_at: datetime) -> ImageResponse:
    addresses = {"thumbnail_url": thumbnail_url, "original_url": original_url, "urls_expire_at": urls_expire_at}
    return ImageResponse.model_construct(**response_fields(image, **addresses))


class ImagePage(BaseModel):
    """One page of images."""

    items: Sequence[ImageResponse]
    next_cursor: str | None
    total: int | None = Field(
        default=None, description="Total number of results. Only on the first page, and only if it is cheap to count."
    )
    total_text: str | None = Field(
        default=None,
        description="Approximate total as text, such as `1,000+`. Only on the first page, if `total` is `null`.",
    )
    matched: Sequence[str] | None = Field(default=None, description="Search terms to highlight in results.")


class BulkFailure(BaseModel):
    """An image that couldn't be changed."""

    id: str
    error: str = Field(description="Error message.")


class BulkResult(BaseModel):
    """Result of a bulk update."""

    done: Sequence[str] = Field(description="IDs of the changed images.")
    failed: Sequence[BulkFailure] = Field(description="Images that couldn't be changed.")


class Day(BaseModel):
    """Number of images on one day."""

    day: str = Field(examples=["2026-11-23"])
    count: int


class TimelineResponse(BaseModel):
    """Number of images by day, in the library's time zone."""

    days: Sequence[Day]
    total: int
    timezone: str


class TagCount(BaseModel):
    """A tag and its number of images."""

    tag: str
    count: int


class TagList(BaseModel):
    """All tags, most frequent first."""

    items: Sequence[TagCount]
    next_cursor: None = None


class TermCount(BaseModel):
    """A search term and its number of images."""

    term: str
    count: int


class TermList(BaseModel):
    """Search terms, most frequent first."""

    items: Sequence[TermCount]
    next_cursor: None = None


class PublicationResponse(Publication):
    """Publication settings and public URLs of a schedule."""

    latest_url: str = Field(description="URL of `latest.json`, which describes the latest image.")
    feed_json_url: str
    feed_xml_url: str
    frame_url: str = Field(description="URL of a full-screen slideshow.")
    embed_html: str = Field(description="HTML that shows the latest image on another page.")


class WebhookResponse(BaseModel):
    """Webhook of a schedule, without its URL and secret."""

    host: str = Field(
        description="Host of the webhook URL. The full URL is never returned because it may contain a secret."
    )
    events: Sequence[WebhookEvent]
    include_prompts: bool = Field(description="Whether events include prompts, the theme, and tags.")
    prompts: bool = Field(description=EARLIER_NAME, json_schema_extra={"deprecated": True})
    since: Instant = Field(description="Time since when events are sent.")
    disabled: str = Field(description="Reason why the webhook is disabled. Empty if it is enabled.")


class ScheduleResponse(Schedule):
    """A schedule."""

    version: int = Field(default=1, exclude=True)
    etag: str = ""  # included in the response, unlike the document's
    recent_prompts: tuple[str, ...] = Field(default=(), exclude=True)
    upcoming: tuple[UpcomingPrompt, ...] = Field(default=(), exclude=True)
    failures_since: Instant | None = EXCLUDED
    paused_by: str | None = EXCLUDED
    webhook: WebhookResponse | None = Field(default=None, description="Webhook of the schedule. `null` if none is set.")  # type: ignore[assignment]
    publication: PublicationResponse | None = Field(
        default=None, description="Publication settings. `null` if the schedule isn't published."
    )
    planned_until: Instant = EXCLUDED
    sentence: str = Field(description="Description of the timing.")


def webhook_response(hook: Webhook) -> WebhookResponse:
    return WebhookResponse(host=urlsplit(hook.url).hostname or "", **hook.model_dump(exclude={"url", "secret"}))


def schedule_response(
    schedule: Schedule, sentence: str, publication: PublicationResponse | None = None
) -> ScheduleResponse:
    webhook = webhook_response(schedule.webhook) if schedule.webhook else None
    # Only edits by users make a page outdated, so the version is used and not the store's ETag.
    more = {"etag": str(schedule.version), "sentence": sentence, "publication": publication, "webhook": webhook}
    return ScheduleResponse.model_construct(**response_fields(schedule, **more))


class ScheduleList(BaseModel):
    """All schedules, sorted by name."""

    items: Sequence[ScheduleResponse]
    next_cursor: None = None


class ChangesResponse(BaseModel):
    """What changed since the given token."""

    token: str = Field(description="Token to send as `since` in the next request.")
    images: Sequence[ImageResponse]
    jobs: Sequence[JobResponse]
    schedules: Sequence[ScheduleResponse]
    open_jobs: int = Field(description="Number of jobs that have not ended.")


class Amount(BaseModel):
    """Number of images and cost in US dollars."""

    images: int
    cost_usd: float


class UsageResponse(BaseModel):
    """Usage of the current day and month (UTC)."""

    today: Amount
    month: Amount


class SettingsResponse(LibrarySettings):
    """Settings and usage of the library."""

    etag: str = ""  # included in the response, unlike the document's
    profile: ModelProfile | None = Field(default=None, exclude=True)
    sidecars_seen: str | None = Field(default=None, exclude=True)
    files_checked: FileCheck | None = Field(default=None, exclude=True)
    usage: UsageResponse


def settings_response(settings: LibrarySettings, *, etag: str, usage: UsageResponse) -> SettingsResponse:
    return SettingsResponse.model_construct(**response_fields(settings, etag=etag, usage=usage))


class PresetResponse(Preset):
    """A preset."""

    etag: str = ""  # included in the response, unlike the document's


def preset_response(preset: Preset) -> PresetResponse:
    return PresetResponse.model_construct(**response_fields(preset))


class PresetList(BaseModel):
    """All presets of the current user."""

    items: Sequence[PresetResponse]
    next_cursor: None = None


class SavedSearchResponse(SavedSearch):
    """A saved search."""

    etag: str = ""  # included in the response, unlike the document's


def search_response(search: SavedSearch) -> SavedSearchResponse:
    return SavedSearchResponse.model_construct(**response_fields(search))


class SearchList(BaseModel):
    """All saved searches of the current user."""

    items: Sequence[SavedSearchResponse]
    next_cursor: None = None
