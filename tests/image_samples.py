"""Images as the catalog and the blobs hold them."""

from __future__ import annotations

from typing import Any

from functions.formats.embedded_metadata import insert, metadata_of
from functions.models.identity import blob_names, created_at_of, month_of
from functions.models.image import Image, Timings
from functions.search.terms import terms_of
from tests.fakes import png

ID = "01KAV0Q1J8ZZZZZZZZZZZZZZZZ"  # 2025-11-24T14:16:18.952Z


def an_image(id: str = ID, **changes: Any) -> Image:
    """An image as generated, with these changes."""
    names = blob_names(id)
    facts: dict[str, Any] = {
        "id": id,
        "created_by": "ada",
        "created_at": created_at_of(id),
        "updated_at": created_at_of(id),
        "month": month_of(id),
        "day": f"{created_at_of(id):%Y-%m-%d}",
        "theme": "Füchse im Schnee 狐",
        "prompt": "a red fox, in the snow",
        "title": "Fox",
        "tags": ("fox", "snow"),
        "prompt_source": "offline",
        "model": "starter",
        "width": 64,
        "height": 64,
        "steps": 20,
        "guidance": 5.0,
        "seed": 7,
        "sampler": "ddim",
        "job_id": "a-job",
        "original_blob": names.original,
        "thumbnail_blob": names.thumbnail,
        "bytes": 1,
        "sha256": "0" * 64,
        "thumbhash": "VTsrBwB4eAiIiIiHiIiIeIiIsLEICokA",
        "average_colour": "#c8280a",
        "timings": Timings(painting_ms=812),
    }
    image = Image(**(facts | changes))
    return image if "terms" in changes else image.evolve(terms=terms_of(image))


def an_original(image: Image) -> bytes:
    """Return the file of an image with its embedded metadata."""
    return insert(png(image.width, image.height, seed=image.seed), metadata_of(image))
