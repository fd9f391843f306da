"""Remove what a worker stored after another worker had taken over its job and completed the image."""

from __future__ import annotations

from functions.errors import AppError, NotFound
from functions.models.identity import blob_names
from functions.models.job import Job
from functions.services.dependencies import Dependencies
from functions.services.telemetry import event, failure


async def remove_leftovers(deps: Dependencies, job: Job, image_id: str) -> None:
    """Remove the document and files of an image that was deleted in the meantime, or that its job doesn't have.

    While the image is pending in an open job, the job's next worker takes over what is stored. An error is logged.
    """
    try:
        latest = await deps.catalog.jobs.get(job.id)
        if not latest.finished and any(one.id == image_id for one in latest.pending):
            return
        if latest.generation_request.regenerates and await has_document(deps, image_id):
            return  # the image existed before the job, which didn't create its original
        names = blob_names(image_id)
        # An image is complete before its job counts it as stored, and from then on no worker stores it again, also
        # while the job is open. So if a part of it is missing, the image was deleted.
        is_stored = any(one.id == image_id for one in latest.stored)
        if is_stored and await has_original(deps, names.original) and await has_document(deps, image_id):
            return
        await deps.catalog.images.delete(image_id)
        await deps.blobs.delete("thumbnails", names.thumbnail)
        await deps.blobs.delete("originals", names.original)
        await deps.blobs.delete("sidecars", names.sidecar)
        event("image.leftovers_removed", job_id=job.id, image_id=image_id)
    except AppError as exc:
        failure("image.leftovers_not_removed", exc, job_id=job.id, image_id=image_id)


async def has_original(deps: Dependencies, name: str) -> bool:
    """Return whether the original is stored."""
    return name in await deps.blobs.names("originals", name)


async def has_document(deps: Dependencies, image_id: str) -> bool:
    """Return whether the catalog has the image, and the image isn't being deleted permanently.

    A deletion removes the document last, so files that are stored before then could remain.
    """
    try:
        return not (await deps.catalog.images.get(image_id)).purging
    except NotFound:
        return False
