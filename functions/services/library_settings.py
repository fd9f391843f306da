"""What belongs to the library as a whole: its settings and the painter's profile."""

from __future__ import annotations

import asyncio
from datetime import datetime
from weakref import WeakKeyDictionary

from functions.errors import AlreadyExists, AppError, NotFound, Stale
from functions.models.library import LibrarySettings
from functions.models.prompt import ModelProfile
from functions.ports import Painter
from functions.services.dependencies import Dependencies
from functions.services.telemetry import event

SETTINGS_ID = "settings"
PRODUCT = "auto-image-gen"  # the creator of what no person made

ASK_PAINTER_S = 1.5  # a sleeping painter must not hold anybody up
ASK_AGAIN_S = 300.0
ASK_AGAIN_UNKNOWN_S = 20.0  # while it has never answered

last_asked: WeakKeyDictionary[Painter, datetime] = WeakKeyDictionary()


async def settings(deps: Dependencies) -> LibrarySettings:
    """The library's settings; the first call of a new library makes them from the defaults."""
    try:
        return await deps.catalog.settings.get(SETTINGS_ID)
    except NotFound:
        pass
    now = deps.clock()
    fresh = LibrarySettings(
        id=SETTINGS_ID, created_by=PRODUCT, created_at=now, updated_at=now, timezone=deps.library_timezone
    )
    try:
        return await deps.catalog.settings.create(fresh)
    except AlreadyExists:
        return await deps.catalog.settings.get(SETTINGS_ID)


async def profile(deps: Dependencies) -> ModelProfile:
    """What the painter is good at: what it said last, or what is known of its model before it has spoken.

    Now and then it is asked again, briefly; one that sleeps stays asleep.
    """
    kept = (await settings(deps)).profile
    now = deps.clock()
    asked_at = last_asked.get(deps.image_generator)
    pause_s = ASK_AGAIN_UNKNOWN_S if kept is None else ASK_AGAIN_S
    if asked_at is None or (now - asked_at).total_seconds() >= pause_s:
        last_asked[deps.image_generator] = now
        kept = await refresh_profile(deps) or kept
    return kept or deps.default_profile


async def refresh_profile(deps: Dependencies) -> ModelProfile | None:
    """Ask the painter and keep its answer; None when it gives none in time."""
    try:
        async with asyncio.timeout(ASK_PAINTER_S):
            told = await deps.image_generator.profile()
    except (AppError, TimeoutError):
        return None
    held = await settings(deps)
    if held.profile != told:
        try:
            await deps.catalog.settings.replace(held.evolve(profile=told))
            event("profile.changed", model=told.model, revision=told.revision)
        except Stale:
            pass  # the next call keeps it
    return told
