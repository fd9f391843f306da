"""Capabilities of the app and its inference service."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from functions.errors import AppError
from functions.models.library import LibrarySettings
from functions.models.prompt import ModelProfile
from functions.services import library_settings
from functions.services.dependencies import Dependencies


@dataclass(frozen=True, kw_only=True)
class Config:
    """Settings and capabilities of the app."""

    settings: LibrarySettings
    profile: ModelProfile
    inference_ready: bool


async def config(deps: Dependencies) -> Config:
    """Return settings, model profile, and whether the inference service is ready. Doesn't start the service."""
    profile, ready = await asyncio.gather(library_settings.profile(deps), inference_ready(deps))
    return Config(settings=await library_settings.settings(deps), profile=profile, inference_ready=ready)


async def inference_ready(deps: Dependencies) -> bool:
    """Return whether the inference service is ready, with a short timeout."""
    try:
        async with asyncio.timeout(deps.inference_timeout_s):
            return await deps.image_generator.is_ready(wait_s=0)
    except (AppError, TimeoutError):
        return False
