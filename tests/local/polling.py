"""Wait for a condition with a deadline."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

LIMIT_S = 60.0  # of a machine that has much else to do


async def until(condition: Callable[[], Any], *, limit_s: float = LIMIT_S) -> Any:
    """Wait for a condition, which can be a coroutine function."""
    deadline = time.monotonic() + limit_s
    while True:
        result = condition()
        if asyncio.iscoroutine(result):
            result = await result
        if result:
            return result
        assert time.monotonic() < deadline, "that did not happen in time"
        await asyncio.sleep(0.05)
