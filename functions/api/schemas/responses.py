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
HIDDEN: Any = Field(default=None, exclude=True)


def shown(document: Document, **more: Any) -> dict[str, Any]:
    """Return the fields of a document for a response. They were validated when it was loaded."""
    return {**dict(document), "etag": document.etag or ""} | more


class ImageView(Image):
    etag: str = ""  # included in the response, unlike the document's
    terms: tuple[str, ...] = Field(default=(), exclude=True)
    original_blob: str = HIDDEN
    thumbnail_blob: str = HIDDEN
    purging: bool = HIDDEN
    thumbnail_url: str
    original_url: str
    urls_expire_at: Instant


def image_view(image: Image, *, thumbnail_url: str, original_url: str, urls_expire_at: datetime) -> ImageView:
    addresses = {"thumbnail_url": thumbnail_url, "original_url": original_url, "urls_expire_at": urls_expire_at}
    return ImageView.model_construct(**shown(image, **addresses))


class ImagePage(BaseModel):
    items: Sequence[ImageView]
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


class TimelineView(BaseModel):
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


class RequestView(GenerationRequest):
    avoid: tuple[str, ...] = Field(default=(), exclude=True)


class FileView(BaseModel):
    """A file created by an export job."""

    url: str
    url_expires_at: Instant
    filename: str
    bytes: int
    kept_until: Instant


class JobView(Job):
    etag: str = ""  # included in the response, unlike the document's
    lease: Lease | None = Field(default=None, exclude=True)
    request_hash: str = Field(default="", exclude=True)
    request: RequestView | None = None
    position: int | None = Field(
        default=None, description="Number of jobs ahead in the queue. Null unless the job is queued."
    )
    file: FileView | None = Field(
        default=None, description="The exported file. Available for one day after the export."
    )

    @computed_field  # type: ignore[prop-decorator]
    @property
    def percent(self) -> int:
        """Progress of the whole job, in percent."""
        return 100 if self.status == Status.SUCCEEDED else self.progress.percent


def job_view(job: Job, position: int | None = None, file: FileView | None = None) -> JobView:
    request = None if job.request is None else RequestView.model_construct(**dict(job.request))
    return JobView.model_construct(**shown(job, request=request, position=position, file=file))


class JobPage(BaseModel):
    items: Sequence[JobView]
    next_cursor: str | None


class PublicationView(Publication):
    latest_url: str
    feed_json_url: str
    feed_xml_url: str
    frame_url: str = Field(description="URL of a full-screen slideshow.")
    embed_html: str


class WebhookView(BaseModel):
    host: str = Field(
        description="Host of the webhook URL. The full URL is never returned because it may contain a secret."
    )
    events: Sequence[WebhookEvent]
    prompts: bool
    since: Instant
    disabled: str = Field(description="Reason why the webhook is disabled. Empty if it is enabled.")


class ScheduleView(Schedule):
    version: int = Field(default=1, exclude=True)
    etag: str = ""  # included in the response, unlike the document's
    recent_prompts: tuple[str, ...] = Field(default=(), exclude=True)
    upcoming: tuple[UpcomingPrompt, ...] = Field(default=(), exclude=True)
    failures_since: Instant | None = HIDDEN
    paused_by: str | None = HIDDEN
    webhook: WebhookView | None = Field(default=None, description="Webhook of the schedule. Null if none is set.")  # type: ignore[assignment]
    publication: PublicationView | None = Field(
        default=None, description="Publication settings. Null if the schedule isn't published."
    )
    planned_until: Instant = HIDDEN
    sentence: str = Field(description="Description of the timing.")


def webhook_view(hook: Webhook) -> WebhookView:
    return WebhookView(host=urlsplit(hook.url).hostname or "", **hook.model_dump(exclude={"url", "secret"}))


def schedule_view(schedule: Schedule, sentence: str, publication: PublicationView | None = None) -> ScheduleView:
    webhook = webhook_view(schedule.webhook) if schedule.webhook else None
    # Only edits by users make a page outdated, so the version is used and not the store's ETag.
    more = {"etag": str(schedule.version), "sentence": sentence, "publication": publication, "webhook": webhook}
    return ScheduleView.model_construct(**shown(schedule, **more))


class ScheduleList(BaseModel):
    items: Sequence[ScheduleView]
    next_cursor: None = None


class ChangesView(BaseModel):
    token: str = Field(description="Token to send as `since` in the next request.")
    images: Sequence[ImageView]
    jobs: Sequence[JobView]
    schedules: Sequence[ScheduleView]
    open_jobs: int


class Amount(BaseModel):
    images: int
    cost_usd: float


class UsageView(BaseModel):
    today: Amount
    month: Amount


class SettingsView(LibrarySettings):
    etag: str = ""  # included in the response, unlike the document's
    profile: ModelProfile | None = Field(default=None, exclude=True)
    sidecars_seen: str | None = Field(default=None, exclude=True)
    usage: UsageView


def settings_view(settings: LibrarySettings, *, etag: str, usage: UsageView) -> SettingsView:
    return SettingsView.model_construct(**shown(settings, etag=etag, usage=usage))


class PresetView(Preset):
    etag: str = ""  # included in the response, unlike the document's


def preset_view(preset: Preset) -> PresetView:
    return PresetView.model_construct(**shown(preset))


class PresetList(BaseModel):
    items: Sequence[PresetView]
    next_cursor: None = None


class SearchView(SavedSearch):
    etag: str = ""  # included in the response, unlike the document's


def search_view(search: SavedSearch) -> SearchView:
    return SearchView.model_construct(**shown(search))


class SearchList(BaseModel):
    items: Sequence[SearchView]
    next_cursor: None = None


class Health(BaseModel):
    status: Literal["ok"] = "ok"
    version: str


class PainterView(BaseModel):
    status: Literal["ready", "asleep"]


class ConfigView(BaseModel):
    version: str
    profile: ModelProfile
    models: Sequence[str]
    limits: Limits
    timezone: str
    prompts_by: Literal["chatgpt", "offline"]
    painter: PainterView
    role: str
    name: str


class SignInView(BaseModel):
    methods: Sequence[Literal["key", "entra"]]
    issuer: str | None = None
    client_id: str | None = None
    audience: str | None = None


class StatsView(BaseModel):
    pictures: int
    trash: int
    jobs_open: int
    today: Amount
    month: Amount


class Anything(BaseModel):
    """An arbitrary JSON object, such as the OpenAPI document."""

    model_config = {"extra": "allow"}
