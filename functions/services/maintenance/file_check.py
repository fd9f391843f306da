"""Check that the files of images exist, create missing thumbnails and sidecars, and mark images without original.

A storage account or its emulator can lose files that were stored successfully. Each sweep checks the newest images and
the next part of a round through all images, newest first.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress

from functions.errors import AlreadyExists, NotFound, Stale
from functions.models.identity import blob_names, last_of_moment, new_image_id
from functions.models.image import Image
from functions.models.library import FileCheck
from functions.policy.image_files import PresentFiles, Repair, advanced, current_round, recent_from, repairs
from functions.search.query import ImageQuery
from functions.services import library_settings
from functions.services.dependencies import Dependencies
from functions.services.generation.regenerate import replace_lost
from functions.services.generation.store_image import stored_original
from functions.services.images.original_files import set_mark, thumbnail_of
from functions.services.images.sidecars import write_sidecar
from functions.services.telemetry import event

AT_ONCE = 8
CHUNK = 100
CHUNKS_AT_A_SWEEP = 5
REPAIRS_AT_A_SWEEP = 100  # after which the sweep starts no other chunk, because a repair can require a download


async def check_files(deps: Dependencies, *, chunk: int = CHUNK) -> Counter[Repair]:
    """Check the files of the next images, and return the numbers of repairs. `chunk` is the number per query."""
    last = (await library_settings.settings(deps)).files_checked
    now = deps.clock()
    since = last_of_moment(new_image_id(recent_from(last, now=now)))
    newest = await deps.catalog.images.search(ImageQuery(), after=since, limit=chunk)
    done = await check(deps, newest)
    part = current_round(last, newest, wanted=chunk, now=now)
    for _ in range(CHUNKS_AT_A_SWEEP):
        if part.complete or done.total() >= REPAIRS_AT_A_SWEEP:
            break
        found = await deps.catalog.images.search(ImageQuery(trash=part.trash), before=part.cursor, limit=chunk)
        done += await check(deps, found)
        part = advanced(part, found, wanted=chunk)
    if part != last:
        await save(deps, part)
    if done:
        event("files.repaired", **{repair.value: count for repair, count in done.items()})
    return done


async def save(deps: Dependencies, part: FileCheck) -> None:
    """Save how far the check has come. If the settings change at the same time, the next sweep repeats this part."""
    settings = await library_settings.settings(deps)
    with suppress(Stale):
        await deps.catalog.settings.replace(settings.evolve(files_checked=part))


async def check(deps: Dependencies, images: Sequence[Image]) -> Counter[Repair]:
    """Check and repair the files of these images. Return the numbers of repairs."""
    images = [image for image in images if not image.purging]
    changed = [image for image in images if image.updated_at != image.created_at]
    originals, thumbnails, sidecars = await asyncio.gather(
        names_of(deps, "originals", (image.original_blob for image in images)),
        names_of(deps, "thumbnails", (image.thumbnail_blob for image in images)),
        names_of(deps, "sidecars", (blob_names(image.id).sidecar for image in changed)),
    )
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(image: Image) -> Sequence[Repair]:
        present = PresentFiles(
            original=image.original_blob in originals,
            thumbnail=image.thumbnail_blob in thumbnails,
            sidecar=blob_names(image.id).sidecar in sidecars,
        )
        async with slots:
            return [one for one in sorted(repairs(image, present)) if await repair(deps, image, one)]

    results = await asyncio.gather(*(one(image) for image in images), return_exceptions=True)
    done: Counter[Repair] = Counter()
    for result in results:
        if isinstance(result, BaseException):
            raise result  # only after all others have ended
        done.update(result)
    return done


async def names_of(deps: Dependencies, container: str, wanted: Iterable[str]) -> set[str]:
    """Return the existing names among others, with one list per month of those between the first and the last."""
    by_month: defaultdict[str, list[str]] = defaultdict(list)
    for name in wanted:
        by_month[name.rpartition("/")[0]].append(name)
    slots = asyncio.Semaphore(AT_ONCE)

    async def of_month(names: list[str]) -> Sequence[str]:
        async with slots:
            # The common prefix of all characters is wanted, not that of whole folders.
            return await deps.blobs.names(container, os.path.commonprefix(names))  # noqa: RUF071

    lists = await asyncio.gather(*(of_month(names) for names in by_month.values()))
    return {name for names in lists for name in names}


async def repair(deps: Dependencies, image: Image, what: Repair) -> bool:
    """Do one repair. Return whether anything was changed."""
    match what:
        case Repair.MARK:
            return await set_mark(deps, image)
        case Repair.UNMARK:
            return await unmark(deps, image)
        case Repair.THUMBNAIL:
            return await create_thumbnail(deps, image)
        case Repair.SIDECAR:
            await write_sidecar(deps, image)
            return True


async def unmark(deps: Dependencies, image: Image) -> bool:
    """Take over an original that exists again, such as one from a backup, unless it is damaged."""
    original = await stored_original(deps, image.id)
    if original is None:
        return False
    with suppress(NotFound):  # the image was deleted in the meantime
        await replace_lost(deps, original)
    return True


async def create_thumbnail(deps: Dependencies, image: Image) -> bool:
    """Create the thumbnail from the original. An image whose original is damaged is marked like one without.

    Returns whether anything was changed. An image that is deleted permanently at the same time gets no thumbnail.
    """
    made = await thumbnail_of(deps, image)
    if made is None:
        return await set_mark(deps, image)
    with suppress(AlreadyExists):
        await deps.blobs.upload("thumbnails", image.thumbnail_blob, made.webp, content_type="image/webp")
    # If the image was deleted permanently in the meantime, its thumbnail was deleted before this one was uploaded.
    try:
        deleted = (await deps.catalog.images.get(image.id)).purging
    except NotFound:
        deleted = True
    if deleted:
        await deps.blobs.delete("thumbnails", image.thumbnail_blob)
    return not deleted
