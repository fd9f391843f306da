"""What people add to pictures, kept beside the originals so that blobs alone tell the whole library.

A picture nobody touched has no sidecar.  Its document tells: `updated_at` is still the moment of its birth.
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
LOOKED_BACK = 500  # pictures, in and out of the trash, when a library is swept for the first time


async def write_sidecar(deps: Dependencies, image: Image) -> None:
    """Save what people added to the picture, and whatever they added while that was written.

    Call it after the document is saved.  A picture that was removed meanwhile leaves no sidecar.
    """
    name = blob_names(image.id).sidecar
    while not image.purging:
        body = Sidecar.of(image).model_dump_json(indent=2).encode()
        await deps.blobs.upload("sidecars", name, body, content_type="application/json", overwrite=True)
        # Of two changes at once the older may be written last; who reads the document afterwards sees it.
        try:
            latest = await deps.catalog.images.get(image.id)
        except NotFound:
            break
        if Sidecar.of(latest) == Sidecar.of(image) and not latest.purging:
            return
        image = latest
    await deps.blobs.delete("sidecars", name)


async def read_sidecar(deps: Dependencies, image_id: str) -> Sidecar | None:
    """The picture's sidecar, None if it has none; `Permanent` if it is damaged."""
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
    """Write the sidecars that are missing or older than their documents; returns how many.

    Looks at what changed since the last repair, so a crash between document and sidecar is mended once.
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
    # Saving the place is a change of its own, so where nothing changed nothing is saved.
    if looked_at or settings.sidecars_seen is None:
        with suppress(Stale):  # then the next repair looks at the same pictures again
            await deps.catalog.settings.replace(settings.evolve(sidecars_seen=seen))
    if repaired:
        event("sidecars.repaired", sidecars=repaired)
    return repaired


async def _newest(deps: Dependencies) -> Sequence[Image]:
    found = await asyncio.gather(
        deps.catalog.images.search(ImageQuery(), limit=LOOKED_BACK),
        deps.catalog.images.search(ImageQuery(trash="only"), limit=LOOKED_BACK),
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
            raise result  # only after the others have ended
    return sum(result is True for result in done)
