"""Remove what a worker stored for a job that another worker has ended in the meantime."""

from __future__ import annotations

from functions.errors import AppError, NotFound
from functions.models.identity import blob_names
from functions.models.job import Job
from functions.services.dependencies import Dependencies
from functions.services.telemetry import event, failure


async def remove_leftovers(deps: Dependencies, job: Job, image_id: str) -> None:
    """Remove the image's document without an original, or its files without a document, if the job has ended.

    While the job is open, its next worker takes over what is stored. An error is logged.
    """
    try:
        ended = await deps.catalog.jobs.get(job.id)
        if not ended.finished:
            return
        if ended.generation_request.regenerates and await has_document(deps, image_id):
            return  # the image existed before the job, which didn't create its original
        names = blob_names(image_id)
        is_stored = any(one.id == image_id for one in ended.stored)
        if is_stored and await has_original(deps, names.original) and await has_document(deps, image_id):
            return
        await deps.catalog.images.delete(image_id)
        await deps.blobs.delete("thumbnails", names.thumbnail)
        await deps.blobs.delete("originals", names.original)
        event("image.leftovers_removed", job_id=job.id, image_id=image_id)
    except AppError as exc:
        failure("image.leftovers_not_removed", exc, job_id=job.id, image_id=image_id)


async def has_original(deps: Dependencies, name: str) -> bool:
    """Return whether the original is stored."""
    return name in await deps.blobs.names("originals", name)


async def has_document(deps: Dependencies, image_id: str) -> bool:
    """Return whether the catalog has the image."""
    try:
        await deps.catalog.images.get(image_id)
    except NotFound:
        return False
    return True
