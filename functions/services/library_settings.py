"""Settings of the library, and the profile of the image model."""

from __future__ import annotations

import asyncio
from datetime import datetime
from weakref import WeakKeyDictionary

from functions.errors import AlreadyExists, AppError, NotFound
from functions.models.library import LibrarySettings
from functions.models.prompt import ModelProfile
from functions.ports import ImageGenerator
from functions.services.dependencies import PRODUCT, Dependencies
from functions.services.telemetry import event
from functions.services.update import update

SETTINGS_ID = "settings"

PROFILE_REFRESH_S = 300.0
UNKNOWN_PROFILE_REFRESH_S = 20.0  # while the service has never responded

last_refreshed: WeakKeyDictionary[ImageGenerator, datetime] = WeakKeyDictionary()


async def settings(deps: Dependencies) -> LibrarySettings:
    """Return the library's settings. The first call for a new library creates them with default values."""
    try:
        return await deps.catalog.settings.get(SETTINGS_ID)
    except NotFound:
        pass
    now = deps.clock()
    fresh = LibrarySettings(
        id=SETTINGS_ID, **PRODUCT.creator, created_at=now, updated_at=now, timezone=deps.library_timezone
    )
    try:
        return await deps.catalog.settings.create(fresh)
    except AlreadyExists:
        return await deps.catalog.settings.get(SETTINGS_ID)


async def profile(deps: Dependencies, stored: LibrarySettings | None = None) -> ModelProfile:
    """Return the model profile: the last one from the inference service, or the default before it has responded.

    From time to time it is refreshed with a short timeout, which doesn't start a service that is scaled to zero.
    """
    stored = stored or await settings(deps)
    known = stored.profile
    now = deps.clock()
    refreshed_at = last_refreshed.get(deps.image_generator)
    pause_s = UNKNOWN_PROFILE_REFRESH_S if known is None else PROFILE_REFRESH_S
    # A time in the future is from before the clock was set back.
    if refreshed_at is None or not 0 <= (now - refreshed_at).total_seconds() < pause_s:
        last_refreshed[deps.image_generator] = now
        known = await refresh_profile(deps, stored) or known
    return known or deps.default_profile


async def refresh_profile(deps: Dependencies, stored: LibrarySettings) -> ModelProfile | None:
    """Request the profile and save it. Returns None if the service doesn't respond in time."""
    try:
        async with asyncio.timeout(deps.inference_timeout_s):
            fetched = await deps.image_generator.model_profile()
    except (AppError, TimeoutError):
        return None
    saved = await update(
        deps.catalog.settings,
        stored.id,
        lambda stored: None if stored.profile == fetched else stored.evolve(profile=fetched),
        loaded=stored,
    )
    if saved is not None:
        event("profile.changed", model=fetched.model, revision=fetched.revision)
    return fetched
