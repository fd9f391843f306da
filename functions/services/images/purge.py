"""Delete images permanently."""

from __future__ import annotations

from collections.abc import Callable

from functions.models.identity import blob_names, created_at_of
from functions.models.image import Image
from functions.services.dependencies import Dependencies
from functions.services.images import summaries
from functions.services.images.images import publish
from functions.services.telemetry import event
from functions.services.update import update


def always(image: Image) -> None:
    """Refuse no image."""


async def purge(deps: Dependencies, image_id: str, *, check: Callable[[Image], None] = always) -> None:
    """Delete the image permanently: mark it, then delete its blobs, then its document.

    `check` raises an error if the latest version must not be deleted. If the deletion is interrupted, the sweep
    continues.
    """
    created_at_of(image_id)

    before: Image | None = None

    def marked(image: Image) -> Image:
        if image.purging:
            return image
        check(image)
        now = deps.clock()
        return image.evolve(purging=True, deleted_at=image.deleted_at or now, updated_at=now)

    async def mark(image: Image, _: Image) -> None:
        nonlocal before
        before = image
        await summaries.mark_dirty(deps, image.month)

    image = await update(deps.catalog.images, image_id, marked, before_save=mark)
    await deps.blobs.delete("originals", image.original_blob)
    await deps.blobs.delete("thumbnails", image.thumbnail_blob)
    await deps.blobs.delete("sidecars", blob_names(image_id).sidecar)
    await deps.catalog.images.delete(image_id)
    await publish(deps, before or image, None)
    event("image.purged", image_id=image_id)
