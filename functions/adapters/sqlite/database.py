"""Access to an SQLite file from the event loop: a few reader threads and one writer thread, with a connection each."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from functions.errors import AppError, SettingsError, Unavailable
from functions.models.stored import LeftOut

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]

READERS = 4
BUSY_TIMEOUT_S = 2.0  # maximum wait for a write of another process; a request has two writes and 5 s
CACHE_KIB = 16 * 1024  # per connection
LARGEST_IDLE_WAL = 64 * 1024 * 1024  # bytes


class Database:
    """Runs functions on the file in transactions, in threads so that the event loop isn't blocked.

    Writes survive a crash of the process immediately. Durable writes also survive a power failure, and so do all
    writes before them (WAL with `synchronous=FULL`); other writes survive it from the next checkpoint on.
    """

    def __init__(self, path: Path, *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> None:
        self.path = path
        self.left_out = LeftOut()
        self._busy_timeout_s = busy_timeout_s
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="catalog-read")
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="catalog-write")
        self._own = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._opening = threading.Lock()

    async def read(self, work: Work[T]) -> T:
        """Return the result of `work` on one snapshot of the file."""
        return await self._run(self._readers, lambda: self.run("BEGIN", work))

    async def write(self, work: Work[T], *, durable: bool = False) -> T:
        """Return the result of `work` after committing it. Everything is rolled back if it raises.

        A `durable` write is on the disk when it returns, which takes as long as the disk takes to confirm it.
        """
        return await self._run(self._writer, lambda: self.run("BEGIN IMMEDIATE", work, durable=durable))

    async def prepare(self, work: Work[T]) -> T:
        """Return the result of `work` outside of a transaction, for statements that SQLite doesn't allow inside one."""
        return await self._run(self._writer, lambda: self.run(None, work))

    async def close(self) -> None:
        """Finish running work and close all connections. Closing the last one empties the write-ahead log."""
        await asyncio.to_thread(self.close_connections)

    async def _run(self, pool: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(pool, work)

    def run(self, begin: str | None, work: Work[T], *, durable: bool | None = None) -> T:
        """Return the result of `work` on the connection of the calling thread, in a transaction that `begin` starts.

        Without `begin` there is no transaction. Raises an error of the app for one of SQLite.
        """
        try:
            connection = self._connection()
            if begin is None:
                return work(connection)
            if durable is not None:
                connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            connection.execute(begin)
            try:
                result = work(connection)
                connection.execute("COMMIT")
                return result
            finally:
                # A full disk has already caused a rollback, but a failed commit has not.
                if connection.in_transaction:
                    with contextlib.suppress(sqlite3.Error):
                        connection.execute("ROLLBACK")
        except sqlite3.Error as exc:
            raise translated(exc, self.path) from exc

    def _connection(self) -> sqlite3.Connection:
        known: sqlite3.Connection | None = getattr(self._own, "connection", None)
        if known is not None:
            return known
        # A connection is used only by its own thread, except when it is closed.
        opened = sqlite3.connect(self.path, timeout=self._busy_timeout_s, isolation_level=None, check_same_thread=False)
        with self._opening:
            self._opened.append(opened)
        opened.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        opened.execute(f"PRAGMA journal_size_limit = {LARGEST_IDLE_WAL}")
        self._own.connection = opened
        return opened

    def close_connections(self) -> None:
        """Do what `close` does, in the calling thread."""
        self._readers.shutdown()
        self._writer.shutdown()
        while self._opened:
            self._opened.pop().close()


def translated(exc: sqlite3.Error, path: Path) -> Exception:
    """Return the error of the app for an SQLite error. Programming errors are returned unchanged."""
    match (getattr(exc, "sqlite_errorcode", None) or 0) & 0xFF:  # the low byte is the primary result code
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return Unavailable(
                f"Catalog file {path} is locked by another program. Close that program, or try again later."
            )
        case sqlite3.SQLITE_FULL:
            return Unavailable(f"Couldn't write catalog file {path}: the disk is full. Free some space and try again.")
        case sqlite3.SQLITE_IOERR:
            return Unavailable(f"A disk error occurred in catalog file {path}. Check the disk and try again.")
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return damaged(path)
        case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM:
            return SettingsError(f"Catalog file {path} isn't writable. Set SQLITE_PATH to a file in a writable folder.")
        case _:
            return exc


def damaged(path: Path) -> AppError:
    """Return the error for a corrupted file."""
    return SettingsError(
        f"Catalog file {path} is corrupted or isn't an SQLite database. Move it away, then rebuild the catalog "
        "with `make rebuild` (or `python -m functions.rebuild` with the app's settings)."
    )
