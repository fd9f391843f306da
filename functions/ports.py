"""What the use cases need from the world, by role.  Adapters are named for a technology.

| port | adapters |
|---|---|
| Catalog and its stores | `sqlite` (embedded), `cosmos` (Azure) |
| BlobStore | `blobs` (Azure Storage, Azurite) |
| JobQueue | `queues` (Azure Storage Queue, Azurite) |
| PromptWriter | `chatgpt` (OpenAI, Azure OpenAI, compatible), `word_lists` (offline) |
| ImageGenerator | `inference_client` (the inference service) |
| WebhookClient | `webhook_client` (any HTTPS server on the public internet) |
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from functions.models.document import Document
from functions.models.history import Delivery, Entry, PromptRecord
from functions.models.image import Image
from functions.models.inference import InferenceProgress, InferenceRequest, InferenceResult
from functions.models.insights import Counts
from functions.models.job import Job, JobKind, Message, Status
from functions.models.library import LibrarySettings, Preset, SavedSearch, Summary, Usage
from functions.models.prompt import ModelProfile, WritingRequest, WrittenPrompt
from functions.models.schedule import Schedule
from functions.search.query import ImageQuery

D = TypeVar("D", bound=Document)
E = TypeVar("E", bound=Entry)
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Page(Generic[T]):
    """One page of a list, newest first.  `next_cursor` is None on the last page."""

    items: Sequence[T]
    next_cursor: str | None = None


class Store(Protocol[D]):
    """Documents of one kind by id.  Values that come out carry their etag."""

    async def get(self, id: str) -> D:
        """The document, or `NotFound`."""
        ...

    async def create(self, document: D) -> D:
        """Save a new document, or raise `AlreadyExists`."""
        ...

    async def replace(self, document: D) -> D:
        """Save over the version whose etag the document carries.

        Raises `Stale` if somebody saved since, `NotFound` if it is gone.
        """
        ...

    async def delete(self, id: str) -> None:
        """Remove the document; one that is gone already is a normal return."""
        ...

    async def changed(self, since: str | None, *, limit: int = 200) -> tuple[Sequence[D], str]:
        """What was saved after the token `since`, oldest first, and the next token.

        None asks for the token alone.  A document may be told twice, never skipped; a deleted one is not told.
        """
        ...


@dataclass(frozen=True, kw_only=True)
class TimelineDay:
    day: str  # YYYY-MM-DD
    count: int


class ImageStore(Store[Image], Protocol):
    """The catalog of pictures.  Ids are ULIDs; lists run from the newest id to the oldest."""

    async def search(
        self, query: ImageQuery, *, before: str | None = None, after: str | None = None, limit: int = 60
    ) -> Sequence[Image]:
        """At most `limit` pictures, newest first, in one query whose cost does not grow with depth.

        `before`: strictly older than this id.  `after`: strictly newer, the nearest `limit` of them.
        """
        ...

    async def count(self, query: ImageQuery, *, cap: int = 1000) -> int:
        """How many match, counted no further than `cap` + 1."""
        ...

    async def day_counts(self, month: str) -> Mapping[str, int]:
        """Pictures per local day, outside the trash, of one UTC-id partition `YYYY-MM`."""
        ...

    async def tag_counts(self, month: str) -> Mapping[str, int]:
        """Tags with counts, outside the trash, of one partition."""
        ...

    async def schedule_counts(self, month: str) -> Sequence[Counts]:
        """Pictures per schedule, day and model of one partition, those in the trash too.  It reads them all."""
        ...

    async def term_prefix(self, prefix: str, *, limit: int = 10) -> Sequence[tuple[str, int]]:
        """Words that pictures have and that begin with `prefix`, the most frequent first, with counts."""
        ...

    async def months(self) -> Sequence[str]:
        """The partitions that have pictures, newest first."""
        ...

    async def trashed_before(self, moment: datetime, *, limit: int = 100) -> Sequence[Image]:
        """Pictures whose `deleted_at` is older, and those marked `purging`."""
        ...


class JobStore(Store[Job], Protocol):
    async def open(self) -> Sequence[Job]:
        """Every job that is not finished, oldest first."""
        ...

    async def page(
        self,
        *,
        statuses: frozenset[Status] | None = None,
        kinds: frozenset[JobKind] | None = None,
        schedule_id: str | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[Job]:
        """Jobs, newest `created_at` first."""
        ...


class ScheduleStore(Store[Schedule], Protocol):
    async def all(self) -> Sequence[Schedule]:
        """Every schedule that is not deleted, by name."""
        ...


class PersonalStore(Store[D], Protocol[D]):
    """Documents that are one person's own."""

    async def of(self, person: str) -> Sequence[D]:
        """This person's documents, by name."""
        ...


class HistoryStore(Store[E], Protocol[E]):
    """Lines of histories; each is found by its owner."""

    async def page(self, owner: str, *, cursor: str | None = None, limit: int = 50) -> Page[E]:
        """One owner's lines, those with the latest `at` first."""
        ...


@dataclass(frozen=True, kw_only=True)
class Catalog:
    """All stores over one database."""

    images: ImageStore
    jobs: JobStore
    schedules: ScheduleStore
    summaries: Store[Summary]
    usage: Store[Usage]
    settings: Store[LibrarySettings]  # one document, id `settings`
    presets: PersonalStore[Preset]
    searches: PersonalStore[SavedSearch]
    prompts: HistoryStore[PromptRecord]
    deliveries: HistoryStore[Delivery]
    close: Callable[[], Awaitable[None]]


class BlobStore(Protocol):
    """Private blobs, by container (`originals`, `thumbnails`, `sidecars`, `exports`) and name."""

    async def upload(
        self, container: str, name: str, data: bytes, *, content_type: str, overwrite: bool = False
    ) -> None:
        """Save a blob with its cache header; `AlreadyExists` when it is there and `overwrite` is false."""
        ...

    async def stage(self, container: str, name: str, block: str, data: bytes) -> None:
        """Send one block of a blob to be; a block of the same name is replaced.  Names have the same length."""
        ...

    async def assemble(self, container: str, name: str, blocks: Sequence[str], *, content_type: str) -> None:
        """Make the blob out of its staged blocks, in this order, over one that is there."""
        ...

    async def download(self, container: str, name: str) -> bytes:
        """The blob's bytes, or `NotFound`."""
        ...

    async def delete(self, container: str, name: str) -> None:
        """Remove a blob; one that is gone already is a normal return."""
        ...

    async def names(self, container: str, prefix: str = "") -> Sequence[str]:
        """The names of all blobs that begin with `prefix`, in order."""
        ...

    async def signed_url(self, container: str, name: str, *, now: datetime, filename: str | None = None) -> str:
        """A read-only URL of one blob, good for 15 to 60 minutes; the same for all callers of one window."""
        ...

    async def close(self) -> None: ...


class JobQueue(Protocol):
    """A queue of job messages: `generation` wakes the GPU, `library` does not."""

    async def send(self, message: Message, *, delay_s: float = 0) -> None: ...

    async def oldest_inserted_at(self) -> datetime | None:
        """When the oldest visible message was inserted, or None while none is visible."""
        ...

    async def close(self) -> None: ...


class PromptWriter(Protocol):
    """Turns a theme into a prompt.  Raises `ContentBlocked`, `QuotaExhausted`, `Permanent` or `Transient`."""

    async def write(self, request: WritingRequest, profile: ModelProfile) -> WrittenPrompt: ...

    async def close(self) -> None: ...


OnProgress = Callable[[InferenceProgress], Awaitable[None]]


class ImageGenerator(Protocol):
    """The inference service.  Raises `Busy` (waking or full), `Unavailable`, `ContentBlocked` or `Permanent`."""

    async def generate(self, request: InferenceRequest, on_progress: OnProgress) -> InferenceResult: ...

    async def model_profile(self) -> ModelProfile:
        """What the served model is good at; `Busy` or `Unavailable` while it cannot be asked."""
        ...

    async def is_ready(self, *, wait_s: float) -> bool:
        """Whether the painter takes requests, asked until it does or the wait is over."""
        ...

    async def cancel(self, request_id: str) -> None:
        """Tell the painter that nobody waits for this picture any more; best effort."""
        ...

    async def close(self) -> None: ...


@dataclass(frozen=True, kw_only=True)
class WebhookResponse:
    """What a receiver of a message said."""

    status: int
    retry_after_s: float | None = None


class WebhookClient(Protocol):
    """Carries messages to addresses that a person named, on the public internet only.

    Raises `Permanent` for an address that is not to be called, `Unavailable` when nobody answers.
    """

    async def validate_url(self, url: str) -> None:
        """Return if the address may be called, as its name resolves now."""
        ...

    async def post(self, url: str, body: bytes, *, headers: Mapping[str, str]) -> WebhookResponse:
        """Send a JSON body once.  A redirect is an answer like any other: it is not followed."""
        ...

    async def close(self) -> None: ...
