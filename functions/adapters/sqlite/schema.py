"""Tables of the embedded catalog, and migrations of older files."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from functions.adapters.sqlite import album_places, open_jobs
from functions.adapters.sqlite.reindex import reindex_words
from functions.errors import SettingsError

FIRST = (
    "CREATE TABLE revision (last INTEGER NOT NULL)",
    "INSERT INTO revision VALUES (0)",
    # All documents except images. `owner` is the schedule of a job or the user of a personal document.
    """
    CREATE TABLE documents (
        kind TEXT NOT NULL,
        id TEXT NOT NULL,
        revision INTEGER NOT NULL,
        owner TEXT,
        state TEXT,
        created_at INTEGER NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (kind, id)
    )
    """,
    "CREATE INDEX documents_revision ON documents (kind, revision)",
    "CREATE INDEX jobs_newest ON documents (created_at, id) WHERE kind = 'jobs'",
    "CREATE INDEX jobs_by_owner ON documents (owner, created_at, id) WHERE kind = 'jobs'",
    "CREATE INDEX jobs_by_state ON documents (state, created_at, id) WHERE kind = 'jobs'",
    # `key` is in the order of the IDs: milliseconds << 15 | 15 bits (see row_ids).
    # `doomed_at`, later `purge_from`, is the time when an image was moved to trash, or 0 if it is being deleted
    # permanently.
    """
    CREATE TABLE images (
        key INTEGER PRIMARY KEY,
        id TEXT NOT NULL,
        revision INTEGER NOT NULL,
        doomed_at INTEGER,
        body TEXT NOT NULL
    )
    """,
    "CREATE INDEX images_revision ON images (revision)",
    "CREATE INDEX images_doomed ON images (doomed_at) WHERE doomed_at IS NOT NULL",
    # Words and filters are in one index, so that any combination of them is one merge of sorted lists.
    """
    CREATE VIRTUAL TABLE image_index USING fts5 (
        tokens, detail = none, columnsize = 0, tokenize = "ascii tokenchars ':=~'"
    )
    """,
    # Number of images per month: in total, per day, per tag, and (with month '') per word and term.
    """
    CREATE TABLE tallies (
        kind TEXT NOT NULL,
        month TEXT NOT NULL,
        name TEXT NOT NULL,
        n INTEGER NOT NULL,
        PRIMARY KEY (kind, month, name)
    ) WITHOUT ROWID
    """,
)
# Entries of histories by owner.
SECOND = (
    """
    CREATE INDEX history_newest ON documents (kind, owner, created_at, id) WHERE kind IN ('prompts', 'deliveries')
    """,
)
# The time from which an image can be deleted permanently, or 0 if its deletion has started.
THIRD = (
    "DROP INDEX images_doomed",
    "ALTER TABLE images RENAME COLUMN doomed_at TO purge_from",
    "CREATE INDEX images_purge_from ON images (purge_from) WHERE purge_from IS NOT NULL",
    "ALTER TABLE tallies RENAME TO counts",
)
# The terms of the index, to look up the sizes in use. Words and tags are found without accents and soft hyphens.
FOURTH = ("CREATE VIRTUAL TABLE index_terms USING fts5vocab(image_index, row)", reindex_words)
# Totals of open jobs, so that no request reads all of them.
FIFTH = (*open_jobs.TABLES, open_jobs.fill)
# The audit log. Nothing changes or deletes its entries.
SIXTH = (
    """
    CREATE TABLE audit (
        id TEXT PRIMARY KEY,
        at INTEGER NOT NULL,
        actor TEXT NOT NULL,
        actor_name TEXT NOT NULL,
        action TEXT NOT NULL,
        target TEXT NOT NULL,
        body TEXT NOT NULL
    )
    """,
    "CREATE INDEX audit_newest ON audit (at, id)",
    "CREATE INDEX audit_by_target ON audit (target, at, id)",
    """
    CREATE TRIGGER audit_is_not_updated BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
    """,
    """
    CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
    """,
)
# Places of images in albums.
SEVENTH = album_places.TABLES
# the n-th entry migrates a file from version n to n + 1
MIGRATIONS: tuple[tuple[str | Callable[[sqlite3.Connection], None], ...], ...] = (
    FIRST,
    SECOND,
    THIRD,
    FOURTH,
    FIFTH,
    SIXTH,
    SEVENTH,
)

WAL_RETRY_FOR_S = 5.0


def use_wal(connection: sqlite3.Connection) -> None:
    """Enable WAL mode, so that readers aren't blocked while a process writes."""
    deadline = time.monotonic() + WAL_RETRY_FOR_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as exc:
            # SQLite doesn't wait for this lock, which two processes need if both create a new file.
            if exc.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Migrate the file to the current version in the caller's transaction."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(MIGRATIONS):
        raise SettingsError(
            f"Catalog file {path} was created by a newer version of Auto-Image-Gen. Install that version, or "
            "set SQLITE_PATH to another file."
        )
    if connection.execute("SELECT 1 FROM pragma_module_list WHERE name = 'fts5'").fetchone() is None:
        raise SettingsError("This Python's SQLite has no full-text search (FTS5). Use a Python build from python.org.")
    for steps in MIGRATIONS[version:]:
        for step in steps:
            if isinstance(step, str):
                connection.execute(step)
            else:
                step(connection)
    connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
