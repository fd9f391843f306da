"""ZIP file of many images, created by a job and kept for one day.

The ZIP file is never completely in memory. Each step uploads a block of images and a block of lines of the central
directory, and the last step assembles the blocks. A step that is repeated after a crash uploads the same blocks
again.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from functions.errors import NotFound, Permanent, TooMany, Unreadable
from functions.formats import zip_stream
from functions.formats.embedded_metadata import strip_metadata
from functions.models.caller import Caller
from functions.models.identity import last_of_moment, new_image_id
from functions.models.image import Image
from functions.models.job import Job, Status
from functions.models.library_work import ExportVariant, ExportWork
from functions.search.terms import words
from functions.services.dependencies import Dependencies
from functions.services.images import images, listing
from functions.services.jobs.submit import create, library_job
from functions.services.telemetry import event

CONTAINER = "exports"
RETENTION = timedelta(days=1)
AT_ONCE = 8
MAX_SLUG = 60

# Fields that only the app needs or that repeat other fields.
EXCLUDED_FIELDS = frozenset(
    ["terms", "original_blob", "thumbnail_blob", "thumbhash", "purging", "added_at", "schema_version"]
)


@dataclass(frozen=True, kw_only=True)
class ExportFile:
    """A finished ZIP file with a URL that is valid for a limited time."""

    url: str
    url_expires_at: datetime
    filename: str
    bytes: int
    kept_until: datetime


async def start(
    deps: Dependencies, *, q: str | None, ids: Sequence[str] | None, variant: ExportVariant, caller: Caller
) -> Job:
    """Queue a job that exports these images, or those that match now.

    Raises `TooMany` if one ZIP file can't contain them.
    """
    query = await listing.read_query(deps, q or "")
    chosen = tuple(sorted(set(ids), reverse=True)) if ids is not None else None
    limit = deps.sizes.export_images
    total = len(chosen) if chosen is not None else await deps.catalog.images.count(query, cap=limit)
    if total > limit:
        raise TooMany(
            f"A ZIP file can contain at most {limit:,} images. Narrow the search, for example by date.",
            field="q",
            limit=limit,
        )
    id = new_image_id(deps.clock())
    newest = last_of_moment(id)
    work = ExportWork(id=id, q=q, ids=chosen, variant=variant, total=total, newest=newest, cursor=newest)
    return await create(deps, library_job(deps, work, caller=caller, id=id))


async def step(deps: Dependencies, work: ExportWork) -> tuple[ExportWork, bool]:
    """Add the next images, or assemble the ZIP file. Return the new state of the work, and whether it is done."""
    ids, found = await next_images(deps, work)
    if not ids:
        return await assemble_zip(deps, work), True
    block = await pack(deps, work, found)
    if block.data:
        name, number = blob_of(work.id), f"{work.blocks:06}"
        await deps.blobs.stage(CONTAINER, name, f"pictures{number}", bytes(block.data))
        await deps.blobs.stage(CONTAINER, name, f"contents{number}", bytes(block.directory))
    further = work.evolve(
        cursor=ids[-1],
        done=work.done + block.images,
        failed=work.failed + len(ids) - block.images,
        entries=work.entries + block.entries,
        offset=work.offset + len(block.data),
        blocks=work.blocks + bool(block.data),
        directory=work.directory + len(block.directory),
    )
    return further, False


async def assemble_zip(deps: Dependencies, work: ExportWork) -> ExportWork:
    """Assemble the ZIP file from its blocks."""
    name = blob_of(work.id)
    end = zip_stream.ending(work.entries, directory_at=work.offset, directory_size=work.directory)
    await deps.blobs.stage(CONTAINER, name, "ending00000000", end)
    numbers = [f"{number:06}" for number in range(work.blocks)]
    blocks = [f"{part}{number}" for part in ("pictures", "contents") for number in numbers]
    await deps.blobs.assemble(CONTAINER, name, [*blocks, "ending00000000"], content_type="application/zip")
    return work.evolve(bytes=work.offset + work.directory + len(end))


# --- blocks ---------------------------------------------------------------------------------------------------------


async def next_images(deps: Dependencies, work: ExportWork) -> tuple[Sequence[str], Sequence[Image]]:
    """Return the next IDs (none if all are done) and those of their images that still exist."""
    if work.ids is None:
        query = await listing.read_query(deps, work.q or "")
        found = await deps.catalog.images.search(query, before=work.cursor, limit=deps.sizes.job_chunk)
        ids = [image.id for image in found]
    else:
        ids = [id for id in work.ids if id < work.cursor][: deps.sizes.job_chunk]
        loaded = await asyncio.gather(*(find(deps, id) for id in ids))
        found = [image for image in loaded if image is not None]
    chosen: list[Image] = []
    for image in found:
        if chosen and sum(one.bytes for one in (*chosen, image)) > deps.sizes.export_chunk_bytes:
            return [id for id in ids if id > image.id], chosen
        chosen.append(image)
    return ids, chosen


async def find(deps: Dependencies, id: str) -> Image | None:
    """Return the image, or None if it doesn't exist or is being deleted."""
    try:
        return await images.get(deps, id)
    except NotFound:
        return None


@dataclass(kw_only=True)
class Block:
    """Images as entries of the ZIP file, and their lines of the central directory."""

    data: bytearray = field(default_factory=bytearray)
    directory: bytearray = field(default_factory=bytearray)
    images: int = 0
    entries: int = 0


async def pack(deps: Dependencies, work: ExportWork, found: Sequence[Image]) -> Block:
    """Return these images with metadata. An image whose file is missing or corrupted is left out."""
    slots = asyncio.Semaphore(AT_ONCE)

    async def file_of(image: Image) -> bytes | None:
        async with slots:
            try:
                original = await deps.blobs.download("originals", image.original_blob)
            except NotFound:
                return None
            if work.variant == "original":
                return original
            try:
                return await asyncio.to_thread(strip_metadata, original)
            except Permanent:
                return None

    files = await asyncio.gather(*(file_of(image) for image in found))
    return await asyncio.to_thread(zip_entries, work, [(image, file) for image, file in zip(found, files, strict=True)])


def zip_entries(work: ExportWork, files: Sequence[tuple[Image, bytes | None]]) -> Block:
    """Return the ZIP entries of these images. An image without content is left out."""
    block = Block()

    def add(name: str, data: bytes, image: Image) -> None:
        part, line = zip_stream.entry(name, data, image.created_at, offset=work.offset + len(block.data))
        block.data += part
        block.directory += line
        block.entries += 1

    for image, file in files:
        if file is None:
            continue
        block.images += 1
        if work.variant == "clean":
            # The name must not contain metadata that was removed.
            add(f"{work.done + block.images:05}.png", file, image)
            continue
        name = f"{image.day}/{slug(image)}{image.id}"
        add(f"{name}.png", file, image)
        metadata = {key: value for key, value in image.body().items() if key not in EXCLUDED_FIELDS}
        add(f"{name}.json", json.dumps(metadata, ensure_ascii=False, indent=2).encode(), image)
    return block


def slug(image: Image) -> str:
    """Return the title as part of a file name, followed by a dash."""
    text = "-".join(words(image.title or image.theme))[:MAX_SLUG].strip("-")
    return f"{text}-" if text else ""


# --- the finished file ----------------------------------------------------------------------------------------------


def blob_of(job_id: str) -> str:
    """Return the blob name of a job's ZIP file."""
    return f"{job_id}.zip"


async def file_of(deps: Dependencies, job: Job) -> ExportFile | None:
    """Return the ZIP file that the job created while it is kept, or None for any other job."""
    now = deps.clock()
    if not isinstance(job.work, ExportWork) or job.status != Status.SUCCEEDED or job.finished_at is None:
        return None
    kept_until = job.finished_at + RETENTION
    if now >= kept_until:
        return None
    filename = f"pictures-{job.created_at:%Y-%m-%d}.zip"
    url = await deps.blobs.signed_url(CONTAINER, blob_of(job.id), now=now, filename=filename)
    return ExportFile(
        url=url,
        url_expires_at=min(images.expiry(url, now), kept_until),
        filename=filename,
        bytes=job.work.bytes,
        kept_until=kept_until,
    )


async def remove_old(deps: Dependencies) -> int:
    """Delete blobs of export jobs that ended more than a day ago. Return their number."""
    removed = 0
    over: dict[str, bool] = {}
    for name in await deps.blobs.names(CONTAINER):
        job_id = name.partition("/")[0].removesuffix(".zip")
        if job_id not in over:
            over[job_id] = await is_expired(deps, job_id)
        if over[job_id]:
            await deps.blobs.delete(CONTAINER, name)
            removed += 1
    if removed:
        event("exports.removed", blobs=removed)
    return removed


async def is_expired(deps: Dependencies, job_id: str) -> bool:
    """Return whether the job's file is no longer needed."""
    try:
        job = await deps.catalog.jobs.get(job_id)
    except NotFound:
        return True
    except Unreadable:
        return False
    return job.finished_at is not None and deps.clock() >= job.finished_at + RETENTION
