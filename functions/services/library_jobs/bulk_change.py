"""Apply a change to many images: immediately for IDs, by a job for a search.

A change that a user makes after the request takes precedence: an image that was changed since is left out. To detect
such changes, a bulk change sets `updated_at` to the time of its request, so that a slow bulk change doesn't look later
than a change that was requested after it.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from functions.errors import AppError, BadRequest, Conflict, Transient
from functions.models.album import MAX_PLACES, Place
from functions.models.caller import Caller
from functions.models.identity import last_of_moment, new_image_id
from functions.models.image import MAX_TAGS, Image
from functions.models.job import Job
from functions.models.library_work import BulkChange, BulkWork
from functions.policy import album_order
from functions.policy.jobs.recovery import CLOCK_SKEW
from functions.search.query import ImageQuery
from functions.search.terms import tag_key
from functions.services.dependencies import PRODUCT, Dependencies
from functions.services.generation import regenerate
from functions.services.images import images, listing
from functions.services.images.purge import purge
from functions.services.jobs.submit import create, library_job
from functions.services.library_jobs import undo

AT_ONCE = 8


def changed(change: BulkChange, image: Image) -> Image:
    """Return the changed image. Raises `BadRequest` if this image can't be changed."""
    if change.action in ("favourite", "unfavourite"):
        return image.evolve(favourite=change.action == "favourite")
    if change.action in ("approve", "unapprove"):
        return image.evolve(approved_at=(image.approved_at or change.at) if change.action == "approve" else None)
    if change.action in ("trash", "restore"):
        return image.evolve(deleted_at=(image.deleted_at or change.at) if change.action == "trash" else None)
    if change.action == "rate":
        return image.evolve(rating=change.rating)
    if change.action == "untag":
        return image.evolve(tags=tuple(tag for tag in image.tags if tag_key(tag) not in change.tags))
    if change.action == "add_to_album":
        return with_place(image, change.album, album_order.added(change.at, image.id))
    if change.action == "remove_from_album":
        return image.evolve(places=tuple(place for place in image.places if place.album != change.album))
    present = {tag_key(tag) for tag in image.tags}
    together = (*image.tags, *(tag for tag in change.tags if tag not in present))
    if len(together) > MAX_TAGS:
        raise BadRequest(f"The image would have {len(together)} tags. The limit is {MAX_TAGS}.", field="tags")
    return image.evolve(tags=together)


def with_place(image: Image, album: str, position: str) -> Image:
    """Return the image in an album, or unchanged if the album contains it. Raises `BadRequest` for too many albums."""
    if image.place_in(album) is not None:
        return image
    if len(image.places) >= MAX_PLACES:
        raise BadRequest(f"The image is in {MAX_PLACES} albums, which is the limit.", field="album")
    return image.evolve(places=(*image.places, Place(album=album, position=position)))


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The IDs of changed images, and the others with reasons."""

    done: Sequence[str]
    failed: Sequence[tuple[str, str]]  # ID, reason


async def change_now(deps: Dependencies, change: BulkChange, ids: Sequence[str]) -> Outcome:
    """Change these images. An image that can't be changed doesn't stop the others."""
    ids = list(dict.fromkeys(ids))
    errors = await attempt(deps, change, ids)
    return Outcome(
        done=[image_id for image_id, error in zip(ids, errors, strict=True) if error is None],
        failed=[(image_id, error.message) for image_id, error in zip(ids, errors, strict=True) if error is not None],
    )


async def attempt(
    deps: Dependencies, change: BulkChange, ids: Sequence[str], *, skew: timedelta | None = None
) -> Sequence[AppError | None]:
    """Change these images and return the error of each, or None.

    In a job, changes since its request take precedence, also by an instance whose clock is ahead by at most `skew`.
    Without `skew`, the request is made now, and nothing takes precedence over it.
    """
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(image_id: str) -> AppError | None:
        async with slots:
            try:
                await apply(deps, change, image_id, skew=skew)
            except AppError as exc:
                return exc
            return None

    return await asyncio.gather(*(one(image_id) for image_id in ids))


async def apply(deps: Dependencies, change: BulkChange, image_id: str, *, skew: timedelta | None) -> None:
    """Apply the change to one image and save it, or create its job."""

    # The time is read with each version, because this process may have been stopped for a while.
    def until() -> datetime | None:
        return None if skew is None else deps.clock() + skew

    if change.action == "purge":
        await purge(deps, image_id, check=lambda image: check_unchanged(change, image, until=until()))
    elif change.action == "regenerate":
        await regenerate.start(deps, image_id, caller=change.by or PRODUCT)
    else:
        await images.save(
            deps,
            image_id,
            lambda image: changed_unless_later(change, image, until=until()),
            at=None if skew is None else change.at,
        )


def changed_unless_later(change: BulkChange, image: Image, *, until: datetime | None) -> Image:
    """Return the changed image. Raises `Conflict` if it would overwrite a later change."""
    wanted = changed(change, image)
    if wanted != image:
        check_unchanged(change, image, until=until)
    return wanted


def check_unchanged(change: BulkChange, image: Image, *, until: datetime | None) -> None:
    """Raise `Conflict` if the image was changed after the request. A time after `until` is from another clock.

    Without `until`, nothing takes precedence over the change.
    """
    if until is not None and change.at < image.updated_at <= until:
        raise Conflict("The image was changed after this change was requested. Request this change again.")


def added_later(change: BulkChange, image: Image, *, until: datetime) -> bool:
    """Return whether the image was stored after the request. Its ID is older if its job was queued before."""
    return image.added_at is not None and change.at < image.added_at <= until


def after(change: BulkChange, image: Image, *, until: datetime) -> Image:
    """Return the image after the change, or unchanged if it can't be changed."""
    try:
        return changed_unless_later(change, image, until=until)
    except (BadRequest, Conflict):
        return image


async def selection(deps: Dependencies, change: BulkChange, q: str) -> ImageQuery:
    """Return the images that a search selects for this change.

    Only images in trash can be restored, and only images whose original is missing can be generated again.
    """
    query = await listing.read_query(deps, q, now=change.at)
    if change.action == "regenerate":
        return replace(query, missing=True)
    return replace(query, trash="only") if change.action == "restore" else query


async def planned(deps: Dependencies, change: BulkChange, q: str) -> BulkWork:
    """Return the work of changing all images that match now, but no later ones, with their number up to 100,000."""
    query = await selection(deps, change, q)
    total = await deps.catalog.images.count(query, cap=100_000)
    id = new_image_id(change.at)
    return BulkWork(id=id, change=change, q=q, selected=digest(query), cursor=last_of_moment(id), total=total)


def digest(query: ImageQuery) -> str:
    """Return a text that differs between queries that select different images."""
    return hashlib.sha256(repr(replace(query, matched=())).encode()).hexdigest()


async def start(deps: Dependencies, work: BulkWork, *, caller: Caller) -> Job:
    """Queue the job that does planned work."""
    return await create(deps, library_job(deps, work, caller=caller, id=work.id))


async def step(deps: Dependencies, work: BulkWork) -> tuple[BulkWork, bool]:
    """Change the next chunk of images. Return the new state of the work, and whether it is done.

    Images that were stored after the request are left out. Repeating it after a crash has no further effect on the same
    images. Raises `Conflict` if the names in the search mean something else than at the request.
    """
    change = work.change
    query = await selection(deps, change, work.q)
    if work.selected and work.selected != digest(query):
        raise Conflict(
            "An album or a schedule that the search names was changed, so it would select other images than were "
            "requested. Request this change again."
        )
    found = await deps.catalog.images.search(query, before=work.cursor, limit=deps.sizes.job_chunk)
    if not found:
        return work, True
    until = deps.clock() + CLOCK_SKEW
    wanted = [image for image in found if not added_later(change, image, until=until)]
    if change.action not in undo.PERMANENT:
        await undo.save_snapshot(deps, work.id, [(image, after(change, image, until=until)) for image in wanted])
    errors = await attempt(deps, change, [image.id for image in wanted], skew=CLOCK_SKEW)
    for error in errors:
        if isinstance(error, Transient):
            raise error  # the chunk is retried later
    failed = len([error for error in errors if error is not None])
    done = work.done + len(wanted) - failed
    return work.evolve(cursor=found[-1].id, done=done, failed=work.failed + failed), False
