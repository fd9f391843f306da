"""The SQLite catalog in memory, for tests that open hundreds of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from functions.adapters.sqlite.catalog import open_database
from functions.adapters.sqlite.database import Database, Work
from functions.ports import Catalog

T = TypeVar("T")


class MemoryDatabase(Database):
    """A database without a file, whose work runs in the calling thread, after other tasks had their turn."""

    def __init__(self) -> None:
        super().__init__(Path(":memory:"))

    async def read(self, work: Work[T]) -> T:
        await asyncio.sleep(0)
        return self.run("BEGIN", work)

    async def write(self, work: Work[T], *, durable: bool = False) -> T:
        await asyncio.sleep(0)
        return self.run("BEGIN IMMEDIATE", work)

    async def prepare(self, work: Work[T]) -> T:
        return self.run(None, work)

    async def close(self) -> None:
        self.close_connections()


async def open_in_memory(clock: Callable[[], datetime]) -> Catalog:
    """Open an empty catalog: the same statements on the same tables as in a file."""
    return await open_database(MemoryDatabase(), clock)
