"""Add new images to the albums of their schedule."""

from __future__ import annotations

from functions.models.album import Place
from functions.models.image import Image
from functions.models.job import Job
from functions.policy import album_order
from functions.services.dependencies import Dependencies
from functions.services.generation.write_prompt import schedule_of


async def in_albums(deps: Dependencies, job: Job, image: Image) -> Image:
    """Return a generated image with places at the end of its schedule's albums, without deleted ones.

    The places are part of the embedded metadata, so that a rebuild restores them without a sidecar.
    """
    schedule = await schedule_of(deps, job)
    if schedule is None or not schedule.albums:
        return image
    present = {album.id for album in await deps.catalog.albums.all()}
    position = album_order.added(deps.clock(), image.id)
    places = [Place(album=album, position=position) for album in schedule.albums if album in present]
    return image.evolve(places=tuple(places))
