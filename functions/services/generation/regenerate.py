"""Generate an image again whose original is missing: under the same ID, with its own prompt, options, and seed.

What users set (rating, tags, favorite, approval, and trash) isn't changed.
"""

from __future__ import annotations

import asyncio
import hashlib

from functions.errors import Conflict, NotFound
from functions.formats.embedded_metadata import image_from_metadata
from functions.formats.thumbnail import Thumbnail, thumbnail
from functions.models.caller import Caller
from functions.models.image import Image
from functions.models.inference import InferenceResult
from functions.models.job import GenerationRequest, Job
from functions.models.schedule import GenerationOptions
from functions.services import library_settings
from functions.services.dependencies import Dependencies
from functions.services.generation.store_image import stored_original
from functions.services.images import images
from functions.services.images.original_files import set_mark, thumbnail_of
from functions.services.images.sidecars import write_sidecar
from functions.services.jobs.submit import find, submit
from functions.services.telemetry import event
from functions.services.update import update

MOST_JOBS = 100  # per image; only jobs that ended without the image are followed by another one


# --- creating the job -----------------------------------------------------------------------------------------------


async def start(deps: Dependencies, image_id: str, *, caller: Caller, retry_of: str | None = None) -> Job:
    """Queue the job that generates an image again, or return the one that hasn't ended.

    Raises `NotFound`, `Conflict` if the original exists or the model isn't available anymore, and `BadRequest` or
    `TooMany` if a limit doesn't allow the job.
    """
    image = await images.get(deps, image_id)
    if await has_original(deps, image):
        raise Conflict("The file of this image exists, so the image isn't generated again.")
    await set_mark(deps, image)
    profile = await library_settings.profile(deps)
    if image.model != profile.model:
        raise Conflict(
            f"This image was generated with model “{image.model}”, but the inference service provides "
            f"“{profile.model}”. To generate the image again, provide its model."
        )
    for number in range(MOST_JOBS):
        job_id = id_of(image_id, number)
        job = await find(deps, job_id)
        if job is None:
            request = request_of(image)
            return await submit(deps, request, caller=caller, idempotency_key=None, retry_of=retry_of, job_id=job_id)
        if not job.finished:
            return job
    raise Conflict(
        f"{MOST_JOBS} jobs have already generated this image again. Check in Activity why they failed, or "
        "why the storage loses files."
    )


async def has_original(deps: Dependencies, image: Image) -> bool:
    """Return whether the original can be used. A marked image takes over an original that exists again."""
    if image.original_missing_at is None:
        return await thumbnail_of(deps, image) is not None
    original = await stored_original(deps, image.id)
    if original is not None:
        await replace_lost(deps, original)
    return original is not None


def id_of(image_id: str, number: int) -> str:
    """Return the ID of a job that generates this image again, the same for all callers."""
    return "job-" + hashlib.sha256(f"regenerate\0{image_id}\0{number}".encode()).hexdigest()[:32]


def request_of(image: Image) -> GenerationRequest:
    """Return the request that generates this image again."""
    return GenerationRequest(
        theme=image.theme,
        prompt=image.written_prompt,
        options=GenerationOptions(
            model=image.model,
            width=image.width,
            height=image.height,
            steps=image.steps,
            guidance=image.guidance,
            sampler=image.sampler,
            negative_prompt=image.negative_prompt,
            seed=image.seed,
        ),
        regenerates=image.id,
    )


# --- storing the result ---------------------------------------------------------------------------------------------


def described_again(image: Image, result: InferenceResult, made: Thumbnail) -> Image:
    """Return the image with the facts of the new file."""
    return image.evolve(
        model_revision=result.model_revision,
        bytes=len(result.png),
        thumbhash=made.thumbhash,
        average_colour=made.average_colour,
        timings=image.timings.evolve(painting_ms=result.painting_ms),
    )


async def replace_lost(deps: Dependencies, original: bytes) -> Image:
    """Replace the thumbnail of an image whose original is stored again, and the facts of the file in its document.

    Raises `NotFound`, and removes the files, if the image was deleted permanently in the meantime.
    """
    again = await asyncio.to_thread(image_from_metadata, original)
    made = await asyncio.to_thread(thumbnail, original)
    await deps.blobs.upload("thumbnails", again.thumbnail_blob, made.webp, content_type="image/webp", overwrite=True)

    def changed(image: Image) -> Image:
        return with_file_of(image, again)

    try:
        image = await images.get(deps, again.id)
        if image.updated_at != image.created_at:
            await write_sidecar(deps, image)
        saved = await update(deps.catalog.images, again.id, changed, loaded=image)
    except NotFound:
        await deps.blobs.delete("thumbnails", again.thumbnail_blob)
        await deps.blobs.delete("originals", again.original_blob)
        raise NotFound("The image was permanently deleted before it was generated again.") from None
    event("image.original_restored", image_id=saved.id)
    return saved


def with_file_of(image: Image, again: Image) -> Image:
    """Return the stored image with the facts of its new file and without the mark, or raise `NotFound`."""
    if image.purging:
        raise NotFound
    return image.evolve(
        model_revision=again.model_revision,
        bytes=again.bytes,
        sha256=again.sha256,
        thumbhash=again.thumbhash,
        average_colour=again.average_colour,
        timings=image.timings.evolve(painting_ms=again.timings.painting_ms),
        original_missing_at=None,
    )
