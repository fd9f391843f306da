"""Use cases of images: load, update, trash, restore, and delete permanently."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from functions.errors import AppError, Conflict, NotFound, Stale
from functions.formats.embedded_metadata import strip_metadata
from functions.models.identity import created_at_of
from functions.models.image import Image, Variant
from functions.search.terms import terms_of
from functions.services.dependencies import Dependencies
from functions.services.images import original_files, published_site, sidecars, summaries
from functions.services.telemetry import failure
from functions.services.update import update

MIN_URL_LIFETIME = timedelta(minutes=15)
LEAST_LATER = timedelta(microseconds=1)

Change = Callable[[Image], Image]


@dataclass(frozen=True, kw_only=True)
class ImageWithUrls:
    """An image with URLs that a browser can use for a limited time."""

    image: Image
    thumbnail_url: str
    original_url: str
    urls_expire_at: datetime


# --- reading --------------------------------------------------------------------------------------------------------


async def get(deps: Dependencies, image_id: str) -> Image:
    """Return the image, including one in trash. Raises `NotFound` once permanent deletion has started."""
    created_at_of(image_id)  # raises NotFound for an invalid ID
    image = await deps.catalog.images.get(image_id)
    if image.purging:
        raise NotFound("No image with this ID exists.")
    return image


async def named(deps: Dependencies, ids: Sequence[str]) -> Sequence[ImageWithUrls]:
    """Return these images in this order, without those that don't exist (anymore)."""

    async def one(image_id: str) -> Image | None:
        try:
            return await get(deps, image_id)
        except NotFound:
            return None

    found = await asyncio.gather(*(one(image_id) for image_id in dict.fromkeys(ids)))
    return await show(deps, [image for image in found if image is not None])


async def show(deps: Dependencies, images: Sequence[Image]) -> Sequence[ImageWithUrls]:
    """Return the images with their URLs."""
    now = deps.clock()

    async def one(image: Image) -> ImageWithUrls:
        thumbnail_url, original_url = await asyncio.gather(
            deps.blobs.signed_url("thumbnails", image.thumbnail_blob, now=now),
            deps.blobs.signed_url("originals", image.original_blob, now=now),
        )
        return ImageWithUrls(
            image=image,
            thumbnail_url=thumbnail_url,
            original_url=original_url,
            urls_expire_at=min(expiry(thumbnail_url, now), expiry(original_url, now)),
        )

    return await asyncio.gather(*(one(image) for image in images))


def expiry(url: str, now: datetime) -> datetime:
    """Return the expiry of a signed URL, from its parameter `se`."""
    try:
        return datetime.fromisoformat(parse_qs(urlsplit(url).query)["se"][0])
    except (KeyError, ValueError):
        return now + MIN_URL_LIFETIME


async def file(deps: Dependencies, image_id: str, variant: Variant) -> str | bytes:
    """Return the URL of a variant, or the content of the variant `clean`.

    Raises `NotFound` if the original is missing, and marks the image.
    """
    image = await get(deps, image_id)
    now = deps.clock()
    if variant == "thumbnail":
        return await deps.blobs.signed_url("thumbnails", image.thumbnail_blob, now=now)
    if variant == "original":
        await original_files.check(deps, image)
        filename = f"{image.id}.png"
        return await deps.blobs.signed_url("originals", image.original_blob, now=now, filename=filename)
    return await clean_copy(deps, image)


async def clean_copy(deps: Dependencies, image: Image) -> bytes:
    """Return the original without metadata. Raises `NotFound` or `Permanent` if the file can't be read."""
    return await asyncio.to_thread(strip_metadata, await original_files.download(deps, image))


# --- changing -------------------------------------------------------------------------------------------------------


async def change(deps: Dependencies, image_id: str, changes: Mapping[str, Any], *, etag: str) -> Image:
    """Save a user's changes to the version with this ETag, or raise `Stale`."""

    def changed(image: Image) -> Image:
        sent = dict(changes)
        if "approved" in sent:
            approved = sent.pop("approved")
            sent["approved_at"] = (image.approved_at or deps.clock()) if approved else None
        return image.evolve(**sent)

    return await save(deps, image_id, changed, etag=etag)


async def trash(deps: Dependencies, image_id: str, *, etag: str | None = None) -> Image:
    """Move the image to trash, or only the version with this ETag. An image in trash isn't changed."""
    return await save(
        deps, image_id, lambda image: image.evolve(deleted_at=image.deleted_at or deps.clock()), etag=etag
    )


async def restore(deps: Dependencies, image_id: str) -> Image:
    """Restore the image from trash. Raises `Conflict` once permanent deletion has started."""
    return await save(deps, image_id, lambda image: image.evolve(deleted_at=None))


async def save(
    deps: Dependencies, image_id: str, change: Change, *, etag: str | None = None, at: datetime | None = None
) -> Image:
    """Apply a user's change to the latest version, or to the version with this ETag. `at` is the time of the request.

    Nothing is saved if nothing changes. The sidecar is written afterwards; the sweep writes it if that fails.
    """
    created_at_of(image_id)
    before: Image | None = None

    def changed(image: Image) -> Image:
        if image.purging:
            raise Conflict("This image is being permanently deleted and can't be changed.")
        if etag is not None and image.etag != etag:
            raise Stale
        wanted = change(image)
        if wanted == image:
            return image
        # Later than before also for a request from before the last change, because a newer sidecar counts.
        updated_at = deps.clock() if at is None else max(at, image.updated_at + LEAST_LATER)
        return wanted.evolve(terms=terms_of(wanted), updated_at=updated_at)

    async def mark(image: Image, wanted: Image) -> None:
        nonlocal before
        before = image
        if counted_fields(wanted) != counted_fields(image):
            await summaries.mark_dirty(deps, image.month)

    saved = await update(deps.catalog.images, image_id, changed, before_save=mark)
    if before is None:
        return saved
    try:
        await sidecars.write_sidecar(deps, saved)
    except AppError as exc:
        failure("sidecar.not_written", exc, image_id=image_id)
    await publish(deps, before, saved)
    return saved


def counted_fields(image: Image) -> tuple[object, ...]:
    """Return the values of an image that summaries and insights count."""
    return image.tags, image.deleted_at is None, image.favourite, image.approved_at is None


async def publish(deps: Dependencies, before: Image, after: Image | None) -> None:
    """Publish the change of an image if it is public. The sweep publishes it if that fails."""
    try:
        await published_site.image_changed(deps, before, after)
    except AppError as exc:
        failure("image.not_published", exc, image_id=before.id)
