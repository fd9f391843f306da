"""What belongs to the library as a whole: its settings and the painter's profile."""

from __future__ import annotations

import asyncio
from datetime import datetime
from weakref import WeakKeyDictionary

from functions.errors import AlreadyExists, AppError, NotFound, Stale
from functions.models.library import LibrarySettings
from functions.models.prompt import ModelProfile
from functions.ports import Painter
from functions.services.dependencies import World
from functions.services.telemetry import event

SETTINGS_ID = "settings"
PRODUCT = "auto-image-gen"  # the creator of what no person made

ASK_PAINTER_S = 1.5  # a sleeping painter must not hold anybody up
ASK_AGAIN_S = 300.0
ASK_AGAIN_UNKNOWN_S = 20.0  # while it has never answered

last_asked: WeakKeyDictionary[Painter, datetime] = WeakKeyDictionary()


async def settings(world: World) -> LibrarySettings:
    """The library's settings; the first call of a new library makes them from the defaults."""
    try:
        return await world.catalog.settings.get(SETTINGS_ID)
    except NotFound:
        pass
    now = world.clock()
    fresh = LibrarySettings(
        id=SETTINGS_ID, created_by=PRODUCT, created_at=now, updated_at=now, timezone=world.library_timezone
    )
    try:
        return await world.catalog.settings.create(fresh)
    except AlreadyExists:
        return await world.catalog.settings.get(SETTINGS_ID)


async def profile(world: World) -> ModelProfile:
    """What the painter is good at: what it said last, or what is known of its model before it has spoken.

    Now and then it is asked again, briefly; one that sleeps stays asleep.
    """
    kept = (await settings(world)).profile
    now = world.clock()
    asked_at = last_asked.get(world.painter)
    pause_s = ASK_AGAIN_UNKNOWN_S if kept is None else ASK_AGAIN_S
    if asked_at is None or (now - asked_at).total_seconds() >= pause_s:
        last_asked[world.painter] = now
        kept = await refresh_profile(world) or kept
    return kept or world.default_profile


async def refresh_profile(world: World) -> ModelProfile | None:
    """Ask the painter and keep its answer; None when it gives none in time."""
    try:
        async with asyncio.timeout(ASK_PAINTER_S):
            told = await world.painter.profile()
    except (AppError, TimeoutError):
        return None
    held = await settings(world)
    if held.profile != told:
        try:
            await world.catalog.settings.replace(held.evolve(profile=told))
            event("profile.changed", model=told.model, revision=told.revision)
        except Stale:
            pass  # the next call keeps it
    return told
