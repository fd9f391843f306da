"""Use cases of albums: create, change, and delete them, and what a list of albums shows."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from functions.errors import BadRequest, NotFound, TooMany
from functions.models.album import Album
from functions.models.caller import Caller
from functions.models.document import Value
from functions.models.identity import is_image_id, new_image_id
from functions.models.job import Job
from functions.models.library_work import BulkChange
from functions.models.schedule import Schedule
from functions.search.query import ImageQuery
from functions.services.dependencies import Dependencies
from functions.services.images import images, listing
from functions.services.images.images import ImageWithUrls
from functions.services.library_backup import backed_up
from functions.services.library_jobs import bulk_change
from functions.services.schedules import schedules
from functions.services.telemetry import event

MAX_ALBUMS = 200
AT_ONCE = 8


class AlbumDraft(Value):
    """The fields of an album that users set."""

    name: str
    note: str = ""
    q: str | None = None
    cover: str | None = None


@dataclass(frozen=True, kw_only=True)
class ShownAlbum:
    """An album with its cover and its number of images. Both are None if its search isn't valid (anymore)."""

    album: Album
    cover: ImageWithUrls | None = None
    total: int | None = None
    total_text: str | None = None  # if there are too many to count


async def show(deps: Dependencies, albums: Sequence[Album]) -> Sequence[ShownAlbum]:
    """Return the albums with what a list shows of them."""
    slots = asyncio.Semaphore(AT_ONCE)
    known = await deps.catalog.albums.all()

    async def one(album: Album) -> ShownAlbum:
        async with slots:
            try:
                query = await listing.read_query(deps, f"album:{album.id}", albums=known)
            except BadRequest:
                return ShownAlbum(album=album)
            cover, counted = await asyncio.gather(cover_of(deps, album, query), listing.count(deps, query))
        cap = deps.sizes.counted_images
        return ShownAlbum(
            album=album,
            cover=cover,
            total=counted if counted is not None and counted <= cap else None,
            total_text=f"{cap:,}+" if counted is not None and counted > cap else None,
        )

    return await asyncio.gather(*(one(album) for album in albums))


async def cover_of(deps: Dependencies, album: Album, query: ImageQuery) -> ImageWithUrls | None:
    """Return the chosen cover unless it is in trash or deleted, otherwise the first image, or None."""
    if album.cover is not None:
        chosen = [one for one in await images.named(deps, [album.cover]) if one.image.deleted_at is None]
        if chosen:
            return chosen[0]
    if album.q is None:
        first = await deps.catalog.images.in_album(query, album=album.id, limit=1)
    else:
        first = await deps.catalog.images.search(query, limit=1)
    return next(iter(await images.show(deps, first)), None)


async def create(deps: Dependencies, draft: AlbumDraft, *, caller: Caller, id: str) -> Album:
    """Save a new album. Raises `BadRequest` or `TooMany`, naming the field, if this draft isn't allowed."""
    await check(deps, draft)
    now = deps.clock()
    album = Album(**dict(draft), id=id, **caller.creator, created_at=now, updated_at=now)
    event("album.created", album_id=album.id)
    return await backed_up(deps, deps.catalog.albums.create(album))


async def update(deps: Dependencies, album_id: str, draft: AlbumDraft, *, etag: str) -> Album:
    """Replace the fields of the version with this ETag, or raise `Stale`."""
    stored = await deps.catalog.albums.get(album_id)
    if (stored.q is None) != (draft.q is None):
        raise BadRequest(
            "An album made by hand can't become a smart album, or the other way around. Create another album.",
            field="q",
        )
    await check(deps, draft, besides=album_id)
    changed = stored.evolve(**dict(draft), etag=etag, updated_at=deps.clock())
    return await backed_up(deps, deps.catalog.albums.replace(changed))


async def delete(deps: Dependencies, album_id: str, *, caller: Caller) -> Job | None:
    """Delete an album. Schedules no longer add to it, and a job removes its images from it, which are kept.

    Return the job, or None if there are no such images. An image in trash keeps the ID, which has no effect.
    """
    album = await deps.catalog.albums.get(album_id)
    await backed_up(deps, deps.catalog.albums.delete(album_id))
    event("album.deleted", album_id=album_id)
    if album.q is not None:
        return None
    for schedule in await deps.catalog.schedules.all():
        if album_id in schedule.albums:
            await schedules.change(deps, schedule.id, functools.partial(without_album, album_id))
    change = BulkChange(action="remove_from_album", album=album_id, at=deps.clock())
    work = await bulk_change.planned(deps, change, f"album:{album_id}")
    return await bulk_change.start(deps, work, caller=caller) if work.total else None


def without_album(album_id: str, schedule: Schedule, now: datetime) -> Schedule:
    """Return the schedule without this album."""
    return schedule.evolve(albums=tuple(one for one in schedule.albums if one != album_id), updated_at=now)


async def check(deps: Dependencies, draft: AlbumDraft, *, besides: str | None = None) -> None:
    """Raise `BadRequest` or `TooMany`, naming the field, if an album can't have these fields."""
    others = [album for album in await deps.catalog.albums.all() if album.id != besides]
    if any(draft.name.casefold() == album.name.casefold() for album in others):
        raise BadRequest(f"An album named “{draft.name}” already exists. Choose another name.", field="name")
    if besides is None and len(others) >= MAX_ALBUMS:
        raise TooMany(
            f"A library can have at most {MAX_ALBUMS} albums. Delete one first.",
            field="name",
            limit=MAX_ALBUMS,
            used=len(others),
        )
    if is_image_id(draft.name):
        raise BadRequest("The name of an album can't have the form of an ID. Choose another name.", field="name")
    if draft.q is not None:
        await check_search(deps, draft.q, others)
    if draft.cover is not None:
        try:
            await images.get(deps, draft.cover)
        except NotFound:
            raise BadRequest("No image with this ID exists. Choose another cover.", field="cover") from None


async def check_search(deps: Dependencies, q: str, others: Sequence[Album]) -> None:
    """Raise `BadRequest` if a smart album can't have this search."""
    query = await listing.read_query(deps, q, albums=others, smart=False)
    if query.trash == "only":
        raise BadRequest("An album can't contain images in trash. Remove is:trash.", field="q")


def new_id(deps: Dependencies) -> str:
    """Return the ID of a new album."""
    return new_image_id(deps.clock())
