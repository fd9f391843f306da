"""Find out whether originals exist, and mark images whose original is missing."""

from __future__ import annotations

import asyncio

from functions.errors import AppError, NotFound, Permanent, Stale
from functions.formats.thumbnail import Thumbnail, thumbnail
from functions.models.image import Image
from functions.services.dependencies import Dependencies
from functions.services.telemetry import event, failure

MISSING = "The file of this image is missing. Generate the image again with the same seed, or restore a backup."


async def check(deps: Dependencies, image: Image) -> None:
    """Raise `NotFound` if the original is missing, and mark the image."""
    if image.original_blob not in await deps.blobs.names("originals", image.original_blob):
        await found_missing(deps, image)
        raise NotFound(MISSING)


async def download(deps: Dependencies, image: Image) -> bytes:
    """Return the original. If it is missing, mark the image and raise `NotFound`."""
    try:
        return await deps.blobs.download("originals", image.original_blob)
    except NotFound:
        await found_missing(deps, image)
        raise NotFound(MISSING) from None


async def thumbnail_of(deps: Dependencies, image: Image) -> Thumbnail | None:
    """Return a new thumbnail of the original, or None if the original is missing or can't be shown.

    Raises `Permanent` if the storage denies access, which says nothing about the file.
    """
    try:
        original = await deps.blobs.download("originals", image.original_blob)
    except NotFound:
        return None
    try:
        return await asyncio.to_thread(thumbnail, original)
    except Permanent:
        return None


async def set_mark(deps: Dependencies, image: Image) -> bool:
    """Mark this version of an image as without original. Return whether it wasn't marked before.

    `updated_at` is kept, because it is the time of the last change by a user. A newer version isn't marked,
    because the original can have been stored with it; the next check finds out.
    """
    if image.purging or image.original_missing_at is not None:
        return False
    try:
        await deps.catalog.images.replace(image.evolve(original_missing_at=deps.clock()))
    except (Stale, NotFound):
        return False
    event("image.original_missing", image_id=image.id)
    return True


async def found_missing(deps: Dependencies, image: Image) -> None:
    """Mark an image whose original wasn't found when it was needed. An error is logged."""
    try:
        await set_mark(deps, image)
    except AppError as exc:
        failure("image.not_marked", exc, image_id=image.id)  # the sweep marks it
