"""What commands share that work through many items: several at once, and with printed progress."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Protocol, TypeVar

PRINT_EVERY_S = 2.0

Item = TypeVar("Item")


class Progress(Protocol):
    """A report that counts items."""

    total: int

    @property
    def done(self) -> int: ...


class ProgressPrinter:
    """Prints the number of items that are done, every two seconds. `noun` is what they are, in the plural."""

    def __init__(self, noun: str) -> None:
        self._noun = noun
        self._next_at = time.monotonic() + PRINT_EVERY_S

    def __call__(self, report: Progress) -> None:
        if time.monotonic() >= self._next_at:
            self._next_at = time.monotonic() + PRINT_EVERY_S
            print(f"{report.done:,} of {report.total:,} {self._noun}", flush=True)


async def for_each(items: Iterable[Item], action: Callable[[Item], Awaitable[None]], *, at_once: int) -> None:
    """Apply the action to all items, to `at_once` at the same time. The first error stops all and is raised."""
    left = iter(items)

    async def take_turns(left: Iterator[Item]) -> None:
        for item in left:
            await action(item)

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(at_once):
                group.create_task(take_turns(left))
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None
