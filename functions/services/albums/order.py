"""Move images within an album made by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from functions.errors import AppError, BadRequest
from functions.models.image import Image
from functions.policy import album_order
from functions.search.query import ImageQuery
from functions.services.dependencies import Dependencies
from functions.services.images import images
from functions.services.images.query_names import check_by_hand
from functions.services.library_jobs.bulk_change import AT_ONCE, Outcome


async def move(deps: Dependencies, album_id: str, ids: Sequence[str], *, before: str | None) -> Outcome:
    """Move images of an album, in this order, before another one of its images, or to its end.

    An image that can't be moved doesn't stop the others.
    """
    await check_by_hand(deps, album_id, field="id")
    ids = list(dict.fromkeys(ids))
    if before in ids:
        raise BadRequest("before can't be one of the images to move.", field="before")
    positions = await free_positions(deps, album_id, ids, before)
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(image_id: str, position: str) -> AppError | None:
        async with slots:
            try:
                await images.save(deps, image_id, lambda image: moved(image, album_id, position))
            except AppError as exc:
                return exc
            return None

    errors = await asyncio.gather(*map(one, ids, positions))
    return Outcome(
        done=[image_id for image_id, error in zip(ids, errors, strict=True) if error is None],
        failed=[(image_id, error.message) for image_id, error in zip(ids, errors, strict=True) if error is not None],
    )


async def free_positions(deps: Dependencies, album_id: str, ids: Sequence[str], before: str | None) -> Sequence[str]:
    """Return a new position for each image to move."""
    if before is None:
        return album_order.at_end(deps.clock(), len(ids))
    place = (await images.get(deps, before)).place_in(album_id)
    if place is None:
        raise BadRequest("This image isn't in the album. Load the album again.", field="before")
    # The closest image that stays is among so many.
    earlier = await deps.catalog.images.in_album(ImageQuery(), album=album_id, before=place, limit=len(ids) + 1)
    low = next((one for one in reversed(earlier) if one.id not in ids), None)
    return album_order.spread(position_of(low, album_id), position_of_place(place), len(ids))


def position_of(image: Image | None, album_id: str) -> str:
    """Return the position of an image of the album, or "" without one."""
    return position_of_place(image.place_in(album_id) or "") if image else ""


def position_of_place(place: str) -> str:
    """Return the position in a place, without the image's ID."""
    return place.partition(".")[0]


def moved(image: Image, album_id: str, position: str) -> Image:
    """Return the image at another position. Raises `BadRequest` if it isn't in the album."""
    if image.place_in(album_id) is None:
        raise BadRequest("This image isn't in the album. Load the album again.", field="ids")
    return image.evolve(
        places=tuple(place.evolve(position=position) if place.album == album_id else place for place in image.places)
    )
