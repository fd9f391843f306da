"""Store a generated image: the original with embedded metadata, then the thumbnail, then the document.

If an original is already stored, everything else is derived from it, so that an image that was generated twice is
still one image. A damaged original is replaced.
"""

from __future__ import annotations

import asyncio
from zoneinfo import ZoneInfo

from functions.errors import AlreadyExists, NotFound, Permanent, Unavailable
from functions.formats.embedded_metadata import image_from_metadata, insert, metadata_of
from functions.formats.png import split
from functions.formats.thumbnail import Thumbnail, thumbnail
from functions.models.identity import blob_names, created_at_of, month_of
from functions.models.image import Image
from functions.models.inference import InferenceRequest, InferenceResult
from functions.models.job import Job, JobImage
from functions.policy.prompts.llm_prompt import filled
from functions.search.terms import terms_of
from functions.services.dependencies import Dependencies
from functions.services.images import summaries
from functions.services.telemetry import event, failure


async def stored_original(deps: Dependencies, image_id: str) -> bytes | None:
    """Return the original that an earlier run of the job stored, or None if it is missing or damaged."""
    try:
        original = await deps.blobs.download("originals", blob_names(image_id).original)
    except NotFound:
        return None
    try:
        await asyncio.to_thread(check_original, original, image_id)
    except Permanent as exc:
        failure("image.original_damaged", exc, image_id=image_id)
        return None
    return original


async def store_original(deps: Dependencies, document: Image, png: bytes) -> bytes:
    """Upload the image with embedded metadata, and return the original that is stored under its name."""
    original = await asyncio.to_thread(insert, png, metadata_of(document))
    if await uploaded(deps, "originals", document.original_blob, original, image_id=document.id):
        return original
    if (stored := await stored_original(deps, document.id)) is not None:
        return stored
    await deps.blobs.upload("originals", document.original_blob, original, content_type="image/png", overwrite=True)
    return original


def check_original(original: bytes, image_id: str) -> None:
    """Raise `Permanent` if the file can't be shown or the document of this image can't be restored. CPU-bound."""
    if image_from_metadata(original).id != image_id:
        raise Permanent("The embedded metadata belongs to another image.")
    thumbnail(original)


def check_result(request: InferenceRequest, result: InferenceResult) -> Thumbnail:
    """Return the thumbnail of a generated image. CPU-bound, so call it in a thread.

    Raises `Unavailable` if the file is damaged or isn't the requested image: another size, seed, or number of steps.
    """
    try:
        split(result.png)
        made = thumbnail(result.png)
    except Permanent as exc:
        raise Unavailable(f"The inference service returned a damaged image. {exc.message}") from exc
    for name, wanted, got in (
        ("size", f"{request.width} x {request.height}", f"{made.width} x {made.height}"),
        ("seed", request.seed, request.seed if result.seed is None else result.seed),
        ("number of steps", request.steps, request.steps if result.steps is None else result.steps),
    ):
        if got != wanted:
            raise Unavailable(
                f"The inference service returned an image with the wrong {name}: {got} instead of {wanted}."
            )
    return made


async def add_to_catalog(deps: Dependencies, original: bytes, *, day: str | None = None) -> Image:
    """Create thumbnail and document from an original and save both. Existing ones are kept.

    `day` is its day in the library's time zone, if the original can come from a library with another one.
    """
    restored = await asyncio.to_thread(image_from_metadata, original)
    restored = restored if day is None else restored.evolve(day=day)
    image = restored.evolve(terms=terms_of(restored), added_at=deps.clock())
    made = await asyncio.to_thread(thumbnail, original)
    await uploaded(deps, "thumbnails", image.thumbnail_blob, made.webp, image_id=image.id)
    await summaries.mark_dirty(deps, image.month)
    try:
        return await deps.catalog.images.create(image)
    except AlreadyExists:
        return await deps.catalog.images.get(image.id)


async def uploaded(deps: Dependencies, container: str, name: str, data: bytes, *, image_id: str) -> bool:
    """Upload a file, and return whether it is new. An existing file is kept."""
    content_type = "image/png" if container == "originals" else "image/webp"
    try:
        await deps.blobs.upload(container, name, data, content_type=content_type)
    except AlreadyExists:
        event("image.already_stored", container=container, image_id=image_id)
        return False
    return True


def describe(job: Job, job_image: JobImage, result: InferenceResult, made: Thumbnail, *, timezone: str) -> Image:
    """Return the document of a generated image."""
    prompt, options = job.prompt_and_options
    created_at = created_at_of(job_image.id)
    names = blob_names(job_image.id)
    return Image(
        id=job_image.id,
        created_by=job.created_by,
        created_by_name=job.created_by_name,
        created_at=created_at,
        updated_at=created_at,
        month=month_of(job_image.id),
        day=f"{created_at.astimezone(ZoneInfo(timezone)):%Y-%m-%d}",
        theme=filled(job.generation_request.theme, job.generation_request.variables),
        prompt=prompt.prompt,
        negative_prompt=prompt.negative_prompt if options.negative_prompt is None else options.negative_prompt,
        title=prompt.title,
        alt_text=prompt.alt_text,
        tags=prompt.tags,
        prompt_source=prompt.source,
        model=result.model,
        model_revision=result.model_revision,
        width=made.width,
        height=made.height,
        steps=options.steps or 0,
        guidance=options.guidance or 0.0,
        seed=job_image.seed,
        sampler=result.sampler,
        schedule_id=job.schedule_id,
        schedule_name=job.schedule_name,
        job_id=job.id,
        original_blob=names.original,
        thumbnail_blob=names.thumbnail,
        bytes=len(result.png),
        sha256="",
        thumbhash=made.thumbhash,
        average_colour=made.average_colour,
        timings=job.timings.evolve(painting_ms=result.painting_ms),
        cost_usd=prompt.cost_usd / max(len(job.pictures), 1),
    )
