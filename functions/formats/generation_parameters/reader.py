"""Find the generation parameters in an image file or in a copied text, whichever program wrote them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from functions.formats.embedded_metadata import KEYWORD
from functions.formats.generation_parameters.comfyui import read_comfyui
from functions.formats.generation_parameters.file_texts import USER_COMMENT, texts_of
from functions.formats.generation_parameters.infotext import read_infotext
from functions.formats.generation_parameters.json_records import INVOKEAI, read_invokeai, read_json_record
from functions.formats.generation_parameters.values import json_object, number, text, whole
from functions.models.generation_parameters import GenerationParameters, Program

PARAMETERS = "parameters"
DESCRIPTION = "ImageDescription"
GRAPHS = ("prompt", "workflow")
KEYWORDS = frozenset({KEYWORD, INVOKEAI, PARAMETERS, USER_COMMENT, DESCRIPTION, *GRAPHS})


@dataclass(frozen=True, kw_only=True)
class ReadFile:
    """What a file says about its image: None if it doesn't. `created_at` can lack a time zone."""

    parameters: GenerationParameters | None
    created_at: datetime | None


def read_file(file: bytes) -> ReadFile:
    """Return what a PNG, JPEG, or WebP file says about its image.

    Raises `Permanent` if the file is corrupted, of another type, or has too many pixels.
    """
    found = texts_of(file, KEYWORDS)
    return ReadFile(parameters=_in_texts(found.texts), created_at=found.created_at or _date_in(found.texts))


def read_text(written: str) -> GenerationParameters | None:
    """Return the parameters in a text: A1111's, or the JSON text of a program. Return None if there are none."""
    return read_json_record(written) or read_infotext(written)


def _in_texts(texts: Mapping[str, str]) -> GenerationParameters | None:
    own = json_object(texts.get(KEYWORD, ""))
    if own is not None:
        return _own(own)
    if (invoke := json_object(texts.get(INVOKEAI, ""))) is not None:
        return read_invokeai(invoke)
    # A ComfyUI extension may add A1111's text, which is then more complete than what the graph shows.
    for keyword in (PARAMETERS, USER_COMMENT, DESCRIPTION):
        if (found := read_text(texts.get(keyword, ""))) is not None:
            return found
    comment = json_object(texts.get(USER_COMMENT, "")) or {}  # where some programs write both
    objects = {name: json_object(texts.get(name, "")) or _object(comment.get(name)) for name in GRAPHS}
    return read_comfyui(objects)


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else json_object(value if isinstance(value, str) else "") or {}


def _own(record: Mapping[str, Any]) -> GenerationParameters:
    tags = record.get("tags")
    return GenerationParameters(
        program=Program.AUTO_IMAGE_GEN,
        **{name: text(record.get(name)) for name in ("prompt", "negative_prompt", "model", "sampler")},
        **{name: text(record.get(name)) for name in ("theme", "title", "alt_text")},
        **{name: whole(record.get(name)) for name in ("width", "height", "steps", "seed")},
        guidance=number(record.get("guidance")),
        tags=tuple(filter(None, map(text, tags))) if isinstance(tags, list) else (),
    )


def _date_in(texts: Mapping[str, str]) -> datetime | None:
    """Return the creation time of a file of Auto-Image-Gen, or noon of the date of a file of SwarmUI."""
    own = json_object(texts.get(KEYWORD, ""))
    swarm = json_object(texts.get(PARAMETERS, "") or texts.get(USER_COMMENT, ""))
    try:
        if own is not None:
            return datetime.fromisoformat(text(own.get("created_at")))
        for part in ("sui_extra_data", "sui_image_params"):
            values = swarm.get(part) if swarm is not None else None
            if isinstance(values, dict) and (date := text(values.get("date"))):
                return datetime.combine(datetime.fromisoformat(date), time(12))
    except ValueError:
        return None
    return None
