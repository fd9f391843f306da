"""Check whether the app can use its catalog."""

from __future__ import annotations

import asyncio

from functions.errors import AppError
from functions.services import library_settings
from functions.services.dependencies import Dependencies
from functions.services.telemetry import failure

TIMEOUT_S = 4.0


async def is_healthy(deps: Dependencies) -> bool:
    """Return whether the catalog can be read. Requests within a few seconds share one result; a failure is logged."""
    async with deps.health_check:
        now = deps.clock()
        known = deps.health_cache.known(now=now)
        if known is not None:
            return known
        try:
            async with asyncio.timeout(TIMEOUT_S):
                await library_settings.settings(deps)
        except (AppError, TimeoutError) as exc:
            failure("health.failed", exc)
            healthy = False
        else:
            healthy = True
        deps.health_cache.note(healthy, now=deps.clock())
        return healthy
