"""User changes of images, stored beside the originals so that blobs alone are enough to rebuild the library.

An image that nobody changed has no sidecar. Its document shows this: `updated_at` is still the time of creation.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from pydantic import ValidationError

from functions.errors import NotFound, Permanent, Stale
from functions.models.identity import blob_names
from functions.models.image import Image
from functions.models.sidecar import Sidecar
from functions.search.query import ImageQuery
from functions.services import library_settings
from functions.services.dependencies import Dependencies
from functions.services.telemetry import event

AT_ONCE = 8
PAGE = 200
PAGES_AT_A_SWEEP = 50
INITIAL_REPAIR_COUNT = 500  # number of images, with and without trash, that the first sweep of a library checks


async def write_sidecar(deps: Dependencies, image: Image) -> None:
    """Save the user changes of the image, including those made while the sidecar is written.

    Call it after the document is saved. An image that was deleted in the meantime gets no sidecar.
    """
    name = blob_names(image.id).sidecar
    while not image.purging:
        body = Sidecar.of(image).model_dump_json(indent=2).encode()
        await deps.blobs.upload("sidecars", name, body, content_type="application/json", overwrite=True)
        # If there are two changes at once, the older sidecar can be written last, so the document is read again
        # afterwards.
        try:
            latest = await deps.catalog.images.get(image.id)
        except NotFound:
            break
        if Sidecar.of(latest) == Sidecar.of(image) and not latest.purging:
            return
        image = latest
    await deps.blobs.delete("sidecars", name)


async def read_sidecar(deps: Dependencies, image_id: str) -> Sidecar | None:
    """Return the image's sidecar, or None if it has none. Raises `Permanent` if the sidecar is corrupted."""
    try:
        body = await deps.blobs.download("sidecars", blob_names(image_id).sidecar)
    except NotFound:
        return None
    try:
        sidecar = Sidecar.model_validate_json(body)
    except ValidationError as exc:
        wrong = ", ".join(sorted({".".join(map(str, error["loc"])) or "the file" for error in exc.errors()}))
        raise Permanent(f"The metadata file of image {image_id} is corrupted: can't read {wrong}.") from exc
    if sidecar.id != image_id:
        raise Permanent(f"The metadata file of image {image_id} belongs to another image, {sidecar.id}.")
    return sidecar


async def repair(deps: Dependencies) -> int:
    """Write sidecars that are missing or older than their documents. Return their number.

    Only images changed since the last repair are checked, so that a sidecar lost in a crash is written once.
    """
    settings = await library_settings.settings(deps)
    seen = settings.sidecars_seen
    repaired = looked_at = 0
    if seen is None:
        _, seen = await deps.catalog.images.changed(None)
        repaired = await _repair_all(deps, await _newest(deps))
    for _ in range(PAGES_AT_A_SWEEP):
        changed, until = await deps.catalog.images.changed(seen, limit=PAGE)
        repaired += await _repair_all(deps, changed)
        looked_at += len(changed)
        seen = until
        if len(changed) < PAGE:
            break
    # Saving the position changes the settings, so it isn't saved if nothing else has changed.
    if looked_at or settings.sidecars_seen is None:
        with suppress(Stale):  # then the next repair checks the same images again
            await deps.catalog.settings.replace(settings.evolve(sidecars_seen=seen))
    if repaired:
        event("sidecars.repaired", sidecars=repaired)
    return repaired


async def _newest(deps: Dependencies) -> Sequence[Image]:
    found = await asyncio.gather(
        deps.catalog.images.search(ImageQuery(), limit=INITIAL_REPAIR_COUNT),
        deps.catalog.images.search(ImageQuery(trash="only"), limit=INITIAL_REPAIR_COUNT),
    )
    return [image for images in found for image in images]


async def _repair_all(deps: Dependencies, images: Sequence[Image]) -> int:
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(image: Image) -> bool:
        if image.updated_at == image.created_at or image.purging:
            return False
        async with slots:
            try:
                sidecar = await read_sidecar(deps, image.id)
            except Permanent:
                sidecar = None
            if sidecar is not None and (sidecar.updated_at > image.updated_at or sidecar == Sidecar.of(image)):
                return False
            await write_sidecar(deps, image)
            return True

    done = await asyncio.gather(*(one(image) for image in images), return_exceptions=True)
    for result in done:
        if isinstance(result, BaseException):
            raise result  # only after all others have ended
    return sum(result is True for result in done)
