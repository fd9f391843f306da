"""Interfaces to the catalog. Their adapters are `sqlite` (embedded) and `cosmos`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from functions.models.album import Album
from functions.models.api_key import StoredKey
from functions.models.audit import AuditEntry, AuditQuery
from functions.models.document import Document
from functions.models.history import Delivery, HistoryEntry, PromptRecord
from functions.models.image import Image
from functions.models.insights import DayCounts
from functions.models.job import Job, JobKind, Status
from functions.models.library import LibrarySettings, MonthSummary, Preset, SavedSearch, Usage
from functions.models.open_jobs import OpenJobs
from functions.models.schedule import Schedule
from functions.models.stored import LeftOut
from functions.search.query import ImageQuery

D = TypeVar("D", bound=Document)
E = TypeVar("E", bound=HistoryEntry)
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Page(Generic[T]):
    """One page of a list, newest first. `next_cursor` is None on the last page."""

    items: Sequence[T]
    next_cursor: str | None = None


class Store(Protocol[D]):
    """Documents of one kind by ID. Returned documents have an ETag."""

    async def get(self, id: str) -> D:
        """Return the document, or raise `NotFound`."""
        ...

    async def create(self, document: D) -> D:
        """Save a new document, or raise `AlreadyExists`."""
        ...

    async def replace(self, document: D) -> D:
        """Replace the version whose ETag the document has.

        Raises `Stale` if another version was saved since, and `NotFound` if the document doesn't exist.
        """
        ...

    async def delete(self, id: str) -> None:
        """Delete the document. Succeeds if the document doesn't exist."""
        ...

    async def changed(self, since: str | None, *, limit: int = 200) -> tuple[Sequence[D], str]:
        """Return the documents saved after the token `since`, oldest first, and the next token.

        With None, only a token is returned. A document can be returned twice but is never skipped. Deleted documents
        aren't returned.
        """
        ...


class ImageStore(Store[Image], Protocol):
    """The catalog of images. IDs are ULIDs; lists are sorted from the newest to the oldest ID."""

    async def search(
        self, query: ImageQuery, *, before: str | None = None, after: str | None = None, limit: int = 60
    ) -> Sequence[Image]:
        """Return at most `limit` images, newest first, with one query whose cost doesn't depend on the page.

        `before`: only IDs older than this one. `after`: only IDs newer than this one, the closest `limit` of them.
        `query.sort` is ignored.
        """
        ...

    async def shuffled(self, query: ImageQuery, *, shuffle: int, cursor: str | None, limit: int) -> Page[Image]:
        """Return a page in the random order with the number `shuffle`, in which an image never changes its place."""
        ...

    async def in_album(
        self, query: ImageQuery, *, album: str, after: str | None = None, before: str | None = None, limit: int = 60
    ) -> Sequence[Image]:
        """Return at most `limit` images of an album by their places in it, `Image.place_in`.

        `after`: only later places. `before`: only earlier places, the closest `limit` of them.
        """
        ...

    async def count(self, query: ImageQuery, *, cap: int = 1000) -> int:
        """Return the number of matches, counted up to `cap` + 1."""
        ...

    async def day_counts(self, month: str) -> Mapping[str, int]:
        """Return the number of images per local day in one partition `YYYY-MM` (UTC), without trash."""
        ...

    async def tag_counts(self, month: str) -> Mapping[str, int]:
        """Return tags with counts in one partition, without trash."""
        ...

    async def schedule_counts(self, month: str) -> Sequence[DayCounts]:
        """Return image counts by schedule, day, and model of a month, including trash. Reads all its documents."""
        ...

    async def term_prefix(self, prefix: str, *, limit: int = 10) -> Sequence[tuple[str, int]]:
        """Return the most frequent words of images that start with `prefix`, with counts."""
        ...

    async def months(self) -> Sequence[str]:
        """Return the partitions that contain images, newest first."""
        ...

    async def trashed_before(self, moment: datetime, *, limit: int = 100) -> Sequence[Image]:
        """Return images with an earlier `deleted_at`, and images marked as `purging`."""
        ...


class JobStore(Store[Job], Protocol):
    """Jobs by ID, and lists of jobs."""

    async def open(self, *, cursor: str | None = None, limit: int = 200) -> Page[Job]:
        """Return a page of the jobs that aren't finished, oldest first."""
        ...

    async def open_totals(self, *, schedule_id: str | None = None, excluding: Collection[str] = ()) -> OpenJobs:
        """Return totals of open jobs, all or one schedule's, without those in `excluding`. Reads no documents."""
        ...

    async def open_ahead(self, jobs: Sequence[Job]) -> Mapping[str, int]:
        """Return the number of open generation jobs that are older than each of these, by ID."""
        ...

    async def get_many(self, ids: Sequence[str]) -> Sequence[Job]:
        """Return the existing jobs with these IDs, in the order of `ids`, with one query."""
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
        """Return a page of jobs, newest `created_at` first."""
        ...


class ScheduleStore(Store[Schedule], Protocol):
    """Schedules by ID, and a list of all."""

    async def all(self) -> Sequence[Schedule]:
        """Return all schedules that aren't deleted, sorted by name."""
        ...


class UsageStore(Store[Usage], Protocol):
    """Usage by day, and many days at once."""

    async def get_many(self, ids: Sequence[str]) -> Sequence[Usage]:
        """Return the existing documents with these IDs, in the order of `ids`, with one query."""
        ...


class PersonalStore(Store[D], Protocol[D]):
    """Documents that belong to one user."""

    async def of(self, *creators: str) -> Sequence[D]:
        """Return the documents whose `created_by` is one of these, sorted by name."""
        ...

    async def all(self) -> Sequence[D]:
        """Return the documents of all users, in no particular order."""
        ...


class KeyStore(Store[StoredKey], Protocol):
    """API keys by ID, and a list of all."""

    async def all(self) -> Sequence[StoredKey]:
        """Return all keys, sorted by name."""
        ...


class AlbumStore(Store[Album], Protocol):
    """Albums by ID, and a list of all."""

    async def all(self) -> Sequence[Album]:
        """Return all albums, sorted by name."""
        ...


class HistoryStore(Store[E], Protocol[E]):
    """Entries of histories, found by their owner."""

    async def page(self, *owners: str, cursor: str | None = None, limit: int = 50) -> Page[E]:
        """Return a page of the entries of these owners, latest `at` first."""
        ...


class AuditLog(Protocol):
    """The audit log, to which entries can only be added."""

    async def append(self, entry: AuditEntry) -> None:
        """Save an entry with a new ID."""
        ...

    async def page(self, query: AuditQuery, *, cursor: str | None = None, limit: int = 50) -> Page[AuditEntry]:
        """Return a page of the entries that match, latest `at` first."""
        ...


@dataclass(frozen=True, kw_only=True)
class Catalog:
    """All stores of one database."""

    images: ImageStore
    jobs: JobStore
    schedules: ScheduleStore
    summaries: Store[MonthSummary]
    usage: UsageStore
    settings: Store[LibrarySettings]  # a single document with the ID `settings`
    presets: PersonalStore[Preset]
    searches: PersonalStore[SavedSearch]
    albums: AlbumStore
    prompts: HistoryStore[PromptRecord]
    deliveries: HistoryStore[Delivery]
    keys: KeyStore
    audit: AuditLog
    left_out: LeftOut
    close: Callable[[], Awaitable[None]]
