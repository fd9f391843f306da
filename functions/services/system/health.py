"""Check whether the app can use its catalog and its storage."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from functions.errors import AppError, NotFound
from functions.services import library_settings
from functions.services.dependencies import Dependencies
from functions.services.telemetry import failure

TIMEOUT_S = 4.0
MISSING_BLOB = "health"  # a read that finds nothing costs the least


async def is_healthy(deps: Dependencies) -> bool:
    """Return whether catalog, blobs, and queues can be read, within `TIMEOUT_S`.

    Requests within a few seconds share one result. A failure is logged.
    """
    async with deps.health_check:
        now = deps.clock()
        known = deps.health_cache.known(now=now)
        if known is not None:
            return known
        try:
            async with asyncio.timeout(TIMEOUT_S):
                await asyncio.gather(library_settings.settings(deps), read_storage(deps))
        except (AppError, TimeoutError) as exc:
            failure("health.failed", exc)
            healthy = False
        else:
            healthy = True
        deps.health_cache.note(healthy, now=deps.clock())
        return healthy


async def read_storage(deps: Dependencies) -> None:
    """Read from both services of the storage account, with one request each. Raises an error if one can't be used."""
    with suppress(NotFound):
        await deps.blobs.download("originals", MISSING_BLOB)
    await deps.generation_queue.oldest_inserted_at()
