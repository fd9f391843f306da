"""Response schemas: documents without internal fields, with ETag and additional fields for pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, computed_field

from functions.models.document import Document, Instant
from functions.models.image import Image
from functions.models.job import GenerationRequest, Job, Lease, Status
from functions.models.library import LibrarySettings, Limits, Preset, SavedSearch
from functions.models.prompt import ModelProfile
from functions.models.schedule import Publication, Schedule, UpcomingPrompt, Webhook, WebhookEvent

# An internal field, which isn't part of responses or of the OpenAPI document.
EXCLUDED: Any = Field(default=None, exclude=True)


def response_fields(document: Document, **more: Any) -> dict[str, Any]:
    """Return the fields of a document for a response. They were validated when it was loaded."""
    return {**dict(document), "etag": document.etag or ""} | more


class ImageResponse(Image):
    etag: str = ""  # included in the response, unlike the document's
    terms: tuple[str, ...] = Field(default=(), exclude=True)
    original_blob: str = EXCLUDED
    thumbnail_blob: str = EXCLUDED
    purging: bool = EXCLUDED
    thumbnail_url: str
    original_url: str
    urls_expire_at: Instant


def image_response(image: Image, *, thumbnail_url: str, original_url: str, urls_expire_at: datetime) -> ImageResponse:
    addresses = {"thumbnail_url": thumbnail_url, "original_url": original_url, "urls_expire_at": urls_expire_at}
    return ImageResponse.model_construct(**response_fields(image, **addresses))


class ImagePage(BaseModel):
    items: Sequence[ImageResponse]
    next_cursor: str | None
    total: int | None = Field(
        default=None, description="Total number of results. Only on the first page, and only if it is cheap to count."
    )
    total_text: str | None = Field(
        default=None,
        description="Approximate total as text, such as `1,000+`. Only on the first page, if `total` is null.",
    )
    matched: Sequence[str] | None = Field(default=None, description="Search terms to highlight in results.")


class BulkFailure(BaseModel):
    id: str
    error: str


class BulkResult(BaseModel):
    done: Sequence[str]
    failed: Sequence[BulkFailure]


class Day(BaseModel):
    day: str = Field(examples=["2026-11-23"])
    count: int


class TimelineResponse(BaseModel):
    days: Sequence[Day]
    total: int
    timezone: str


class TagCount(BaseModel):
    tag: str
    count: int


class TagList(BaseModel):
    items: Sequence[TagCount]
    next_cursor: None = None


class TermCount(BaseModel):
    term: str
    count: int


class TermList(BaseModel):
    items: Sequence[TermCount]
    next_cursor: None = None


class RequestResponse(GenerationRequest):
    avoid: tuple[str, ...] = Field(default=(), exclude=True)


class FileResponse(BaseModel):
    """A file created by an export job."""

    url: str
    url_expires_at: Instant
    filename: str
    bytes: int
    kept_until: Instant


class JobResponse(Job):
    etag: str = ""  # included in the response, unlike the document's
    lease: Lease | None = Field(default=None, exclude=True)
    request_hash: str = Field(default="", exclude=True)
    request: RequestResponse | None = None
    position: int | None = Field(
        default=None, description="Number of jobs ahead in the queue. Null unless the job is queued."
    )
    file: FileResponse | None = Field(
        default=None, description="The exported file. Available for one day after the export."
    )

    @computed_field  # type: ignore[prop-decorator]
    @property
    def percent(self) -> int:
        """Progress of the whole job, in percent."""
        return 100 if self.status == Status.SUCCEEDED else self.progress.percent


def job_response(job: Job, position: int | None = None, file: FileResponse | None = None) -> JobResponse:
    request = None if job.request is None else RequestResponse.model_construct(**dict(job.request))
    return JobResponse.model_construct(**response_fields(job, request=request, position=position, file=file))


class JobPage(BaseModel):
    items: Sequence[JobResponse]
    next_cursor: str | None


class PublicationResponse(Publication):
    latest_url: str
    feed_json_url: str
    feed_xml_url: str
    frame_url: str = Field(description="URL of a full-screen slideshow.")
    embed_html: str


class WebhookResponse(BaseModel):
    host: str = Field(
        description="Host of the webhook URL. The full URL is never returned because it may contain a secret."
    )
    events: Sequence[WebhookEvent]
    prompts: bool
    since: Instant
    disabled: str = Field(description="Reason why the webhook is disabled. Empty if it is enabled.")


class ScheduleResponse(Schedule):
    version: int = Field(default=1, exclude=True)
    etag: str = ""  # included in the response, unlike the document's
    recent_prompts: tuple[str, ...] = Field(default=(), exclude=True)
    upcoming: tuple[UpcomingPrompt, ...] = Field(default=(), exclude=True)
    failures_since: Instant | None = EXCLUDED
    paused_by: str | None = EXCLUDED
    webhook: WebhookResponse | None = Field(default=None, description="Webhook of the schedule. Null if none is set.")  # type: ignore[assignment]
    publication: PublicationResponse | None = Field(
        default=None, description="Publication settings. Null if the schedule isn't published."
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
    items: Sequence[ScheduleResponse]
    next_cursor: None = None


class ChangesResponse(BaseModel):
    token: str = Field(description="Token to send as `since` in the next request.")
    images: Sequence[ImageResponse]
    jobs: Sequence[JobResponse]
    schedules: Sequence[ScheduleResponse]
    open_jobs: int


class Amount(BaseModel):
    images: int
    cost_usd: float


class UsageResponse(BaseModel):
    today: Amount
    month: Amount


class SettingsResponse(LibrarySettings):
    etag: str = ""  # included in the response, unlike the document's
    profile: ModelProfile | None = Field(default=None, exclude=True)
    sidecars_seen: str | None = Field(default=None, exclude=True)
    usage: UsageResponse


def settings_response(settings: LibrarySettings, *, etag: str, usage: UsageResponse) -> SettingsResponse:
    return SettingsResponse.model_construct(**response_fields(settings, etag=etag, usage=usage))


class PresetResponse(Preset):
    etag: str = ""  # included in the response, unlike the document's


def preset_response(preset: Preset) -> PresetResponse:
    return PresetResponse.model_construct(**response_fields(preset))


class PresetList(BaseModel):
    items: Sequence[PresetResponse]
    next_cursor: None = None


class SavedSearchResponse(SavedSearch):
    etag: str = ""  # included in the response, unlike the document's


def search_response(search: SavedSearch) -> SavedSearchResponse:
    return SavedSearchResponse.model_construct(**response_fields(search))


class SearchList(BaseModel):
    items: Sequence[SavedSearchResponse]
    next_cursor: None = None


class Health(BaseModel):
    status: Literal["ok"] = "ok"
    version: str


class InferenceStatus(BaseModel):
    status: Literal["ready", "asleep"]


class ConfigResponse(BaseModel):
    version: str
    profile: ModelProfile
    models: Sequence[str]
    limits: Limits
    timezone: str
    prompts_by: Literal["chatgpt", "offline"]
    painter: InferenceStatus
    role: str
    name: str


class SignInResponse(BaseModel):
    methods: Sequence[Literal["key", "entra"]]
    issuer: str | None = None
    client_id: str | None = None
    audience: str | None = None


class StatsResponse(BaseModel):
    pictures: int
    trash: int
    jobs_open: int
    today: Amount
    month: Amount


class JsonObject(BaseModel):
    """An arbitrary JSON object, such as the OpenAPI document."""

    model_config = {"extra": "allow"}
