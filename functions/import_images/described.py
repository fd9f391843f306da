"""The document of an imported image."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from functions.errors import Permanent
from functions.formats import embedded_metadata
from functions.formats.generation_parameters.reader import ReadFile, read_file
from functions.formats.imported_file import as_png
from functions.formats.thumbnail import thumbnail
from functions.models.caller import PRODUCT_ID
from functions.models.generation_parameters import GenerationParameters, Program
from functions.models.identity import blob_names, created_at_of, image_id_of_content, is_image_id, month_of
from functions.models.image import IMPORT_JOB, Image
from functions.models.prompt import PromptSource
from functions.models.text_direction import BIDI_CONTROLS

MAX_TITLE = 80
LARGEST_SEED = 2**53 - 1  # that JSON carries exactly; larger ones count as unknown
EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)  # file systems without a time give this one or an earlier one


class NoParametersError(Exception):
    """The file contains no generation parameters."""


@dataclass(frozen=True, kw_only=True)
class Described:
    """A PNG file, and the document to embed in it."""

    png: bytes
    image: Image


def content_key(file: bytes) -> str:
    """Return what identifies a file in the library: the last part of its image ID, whatever its name and time.

    A file of Auto-Image-Gen has an ID already. CPU-bound.
    """
    own = _own_id(file)
    return own[-16:] if own is not None else image_id_of_content(EARLIEST, file)[-16:]


def described(
    file: bytes, *, modified_at: datetime, now: datetime, zone: ZoneInfo, known_id: str | None = None
) -> Described:
    """Return PNG file and document of an image file. CPU-bound.

    The time of the image is that in its metadata, or else that of the file, but never in the future. `known_id` is its
    ID if an earlier import has begun to store it. Raises `NoParametersError`, and `Permanent` if the file can't be
    imported.
    """
    read = read_file(file)
    if read.parameters is None:
        raise NoParametersError
    if read.parameters.program == Program.AUTO_IMAGE_GEN and _own_id(file) is not None:
        return _own(file, zone)
    created_at = _time_of(read, modified_at, zone)
    id = known_id or image_id_of_content(min(max(created_at, EARLIEST), now), file)
    png = as_png(file)
    job_id = f"{IMPORT_JOB}{hashlib.sha256(file).hexdigest()[:16]}"
    return Described(png=png, image=_document(read.parameters, id, png, zone=zone, job_id=job_id))


def _own(file: bytes, zone: ZoneInfo) -> Described:
    image = embedded_metadata.image_from_metadata(file)
    if not is_image_id(image.id):
        raise Permanent("The embedded metadata in this PNG file has an invalid image ID.")
    names = blob_names(image.id)
    facts = (image.month, image.original_blob, image.thumbnail_blob, image.created_at)
    if facts != (month_of(image.id), names.original, names.thumbnail, created_at_of(image.id)):
        raise Permanent("The embedded metadata in this PNG file contradicts its image ID.")
    thumbnail(file)  # a file that can't be shown isn't imported
    return Described(png=file, image=image.evolve(day=_day(image.id, zone)))


def _own_id(file: bytes) -> str | None:
    try:
        record = embedded_metadata.read(file)
        return embedded_metadata.image_from_metadata(file).id if record is not None else None
    except Permanent:
        return None


def _document(given: GenerationParameters, id: str, png: bytes, *, zone: ZoneInfo, job_id: str) -> Image:
    made = thumbnail(png)
    names = blob_names(id)
    title = BIDI_CONTROLS.sub("", given.title or _first_phrase(given.prompt))
    return Image(
        id=id,
        created_by=PRODUCT_ID,
        created_by_name=given.program.label,
        created_at=created_at_of(id),
        updated_at=created_at_of(id),
        month=month_of(id),
        day=_day(id, zone),
        theme=given.theme or title,
        prompt=given.prompt,
        negative_prompt=given.negative_prompt,
        title=title,
        alt_text=given.alt_text,
        tags=given.tags,
        prompt_source=PromptSource.USER,
        model=given.model,
        width=made.width,
        height=made.height,
        steps=given.steps or 0,
        guidance=given.guidance or 0.0,
        seed=given.seed if given.seed is not None and given.seed <= LARGEST_SEED else 0,
        sampler=given.sampler,
        job_id=job_id,
        original_blob=names.original,
        thumbnail_blob=names.thumbnail,
        bytes=len(png),
        sha256="",
        thumbhash=made.thumbhash,
        average_colour=made.average_colour,
    )


def _time_of(read: ReadFile, modified_at: datetime, zone: tzinfo) -> datetime:
    """Return the time in the metadata, in the library's time zone if it has none, or else that of the file."""
    found = read.created_at
    if found is None:
        return modified_at
    try:
        return (found.replace(tzinfo=zone) if found.tzinfo is None else found).astimezone(UTC)
    except (OverflowError, ValueError):  # a year at the limit of the calendar
        return modified_at


def _day(id: str, zone: ZoneInfo) -> str:
    return f"{created_at_of(id).astimezone(zone):%Y-%m-%d}"


def _first_phrase(prompt: str) -> str:
    first = prompt.replace(";", ",").replace(".", ",").partition(",")[0].strip()
    return (first or prompt)[:MAX_TITLE].strip()
