"""Embedded catalog in an SQLite file (SQLITE_PATH), using only the standard library."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from functions.adapters.sqlite.access import SqliteAudit, SqliteKeys
from functions.adapters.sqlite.database import BUSY_TIMEOUT_S, Database
from functions.adapters.sqlite.documents import (
    SqliteAlbums,
    SqliteDocuments,
    SqliteHistory,
    SqlitePersonal,
    SqliteSchedules,
)
from functions.adapters.sqlite.images import SqliteImages
from functions.adapters.sqlite.jobs import SqliteJobs, delete_old
from functions.adapters.sqlite.schema import migrate, use_wal
from functions.errors import SettingsError
from functions.models.album import Album
from functions.models.api_key import StoredKey
from functions.models.history import Delivery, PromptRecord
from functions.models.job import Job
from functions.models.library import LibrarySettings, MonthSummary, Preset, SavedSearch, Usage
from functions.models.schedule import Schedule
from functions.ports import Catalog

OLDEST_SQLITE = (3, 35, 0)  # because of UPDATE … RETURNING


async def open_sqlite(
    path: str | Path, clock: Callable[[], datetime], *, busy_timeout_s: float = BUSY_TIMEOUT_S
) -> Catalog:
    """Open the catalog file `path`. A missing file is created, an older one is migrated.

    Raises `SettingsError` for a file that can't be used, and `Unavailable` while another program locks it.
    """
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise SettingsError(
            f"This Python uses SQLite {sqlite3.sqlite_version}. The catalog requires SQLite 3.35 or later."
        )
    return await open_database(Database(Path(path), busy_timeout_s=busy_timeout_s), clock)


async def open_database(database: Database, clock: Callable[[], datetime]) -> Catalog:
    """Open the catalog in this database, as `open_sqlite` does. The catalog closes it; so does an error."""
    try:
        await open_file(database, clock)
    except BaseException:
        await database.close()
        raise
    return Catalog(
        images=SqliteImages(database),
        jobs=SqliteJobs(database, Job),
        schedules=SqliteSchedules(database, Schedule),
        summaries=SqliteDocuments(database, MonthSummary, "summaries"),
        usage=SqliteDocuments(database, Usage, "usage"),
        settings=SqliteDocuments(database, LibrarySettings, "settings"),
        presets=SqlitePersonal(database, Preset, "presets"),
        searches=SqlitePersonal(database, SavedSearch, "searches"),
        albums=SqliteAlbums(database, Album),
        prompts=SqliteHistory(database, PromptRecord, "prompts"),
        deliveries=SqliteHistory(database, Delivery, "deliveries"),
        keys=SqliteKeys(database, StoredKey),
        audit=SqliteAudit(database),
        left_out=database.left_out,
        close=database.close,
    )


async def open_file(database: Database, clock: Callable[[], datetime]) -> None:
    """Create the folder, migrate the file, and delete old jobs and deliveries."""

    def update(connection: sqlite3.Connection) -> None:
        migrate(connection, database.path)
        delete_old(connection, clock())

    try:
        await asyncio.to_thread(database.path.parent.mkdir, parents=True, exist_ok=True)
    except OSError as exc:
        raise SettingsError(
            f"Couldn't create the folder of catalog file {database.path} ({exc.strerror}). Set SQLITE_PATH to "
            "another location."
        ) from exc
    await database.prepare(use_wal)
    await database.write(update)
