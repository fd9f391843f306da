"""An event loop whose clock jumps to what comes next, so that a test of waiting takes no time and sees exact times."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import Any, TypeVar

T = TypeVar("T")


class JumpingSelector(selectors.SelectSelector):
    """Waits for nothing: the time that the loop would have waited has passed when it asks again."""

    passed_s = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready:
            assert timeout is not None, "everything waits, and nothing will come"
            self.passed_s += max(timeout, 0)
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """Its time begins at 0.  Threads and sockets are not waited for."""

    def __init__(self) -> None:
        self._jumping = JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.passed_s


def in_virtual_time(coroutine: Coroutine[Any, Any, T]) -> T:
    """What the coroutine returns, run in a loop of its own that never really waits."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(coroutine)


def virtual_clock(start: datetime) -> datetime:
    """The time of day in the running loop, which began at `start`."""
    return start + timedelta(seconds=asyncio.get_running_loop().time())
