"""Catalog in Azure Cosmos DB for NoSQL, with account key or managed identity."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from functions.adapters.cosmos.access import CosmosAudit, CosmosKeys
from functions.adapters.cosmos.database import RETRY_FOR_S, CosmosContainer, CosmosDatabase
from functions.adapters.cosmos.documents import (
    CosmosAlbums,
    CosmosHistory,
    CosmosPersonal,
    CosmosSchedules,
    CosmosSettings,
    CosmosStore,
)
from functions.adapters.cosmos.images import CosmosImages
from functions.adapters.cosmos.jobs import CosmosJobs
from functions.models.album import Album
from functions.models.api_key import StoredKey
from functions.models.history import Delivery, PromptRecord
from functions.models.image import Image
from functions.models.job import Job
from functions.models.library import LibrarySettings, MonthSummary, Preset, SavedSearch, Usage
from functions.models.schedule import Schedule
from functions.ports import Catalog

DELIVERIES_TTL_S = 30 * 24 * 60 * 60  # after the last attempt


def utc_now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


def open_cosmos(
    endpoint: str,
    key: str | None,
    database: str,
    clock: Callable[[], datetime] = utc_now,
    *,
    retry_for_s: float = RETRY_FOR_S,
) -> Catalog:
    """Open the catalog in an existing database. Without a key, the app's managed identity is used.

    The connection is made on first use. `retry_for_s` is the longest duration of an operation.
    """
    account = CosmosDatabase(endpoint, key, database, retry_for_s=retry_for_s)
    library = CosmosContainer(account, "library")
    return Catalog(
        images=CosmosImages(CosmosContainer(account, "images"), Image, clock),
        jobs=CosmosJobs(CosmosContainer(account, "jobs"), Job, clock),
        schedules=CosmosSchedules(CosmosContainer(account, "schedules"), Schedule, clock),
        summaries=CosmosStore(CosmosContainer(account, "summaries"), MonthSummary, clock),
        usage=CosmosStore(CosmosContainer(account, "usage"), Usage, clock),
        settings=CosmosSettings(library, LibrarySettings, clock),
        presets=CosmosPersonal(library, Preset, clock, kind="preset"),
        searches=CosmosPersonal(library, SavedSearch, clock, kind="search"),
        albums=CosmosAlbums(library, Album, clock),
        prompts=CosmosHistory(library, PromptRecord, clock, kind="prompt"),
        deliveries=CosmosHistory(library, Delivery, clock, kind="delivery", ttl_s=DELIVERIES_TTL_S),
        keys=CosmosKeys(library, StoredKey, clock),
        audit=CosmosAudit(library),
        left_out=account.left_out,
        close=account.close,
    )
