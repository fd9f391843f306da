"""Read the generation parameters of an image file that a user chose, as options of this library's model."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from functions.errors import BadRequest, Permanent
from functions.formats.generation_parameters.reader import read_file, read_text
from functions.models.generation_parameters import GenerationParameters, Setting
from functions.models.schedule import GenerationOptions
from functions.policy.usable_options import usable_options
from functions.services import library_settings
from functions.services.dependencies import Dependencies

MAX_PROMPT = 2000  # characters, as in a job
MAX_NEGATIVE_PROMPT = 1000


@dataclass(frozen=True, kw_only=True)
class FileParameters:
    """Parameters, the options among them that the model can use, and all other settings."""

    parameters: GenerationParameters
    options: GenerationOptions
    unused: tuple[Setting, ...]


async def read(deps: Dependencies, data: bytes, *, is_text: bool) -> FileParameters | None:
    """Return the parameters in a file or a text, or None if there are none. Nothing is stored.

    Raises `BadRequest` if the file is corrupted, or if it is too large to be shown.
    """
    try:
        found = await asyncio.to_thread(_parameters_in, data, is_text=is_text)
    except Permanent as exc:
        raise BadRequest(exc.message, field="body") from exc
    if found is None:
        return None
    options, unused = usable_options(found, await library_settings.profile(deps))
    return FileParameters(parameters=found, options=options, unused=unused)


def _parameters_in(data: bytes, *, is_text: bool) -> GenerationParameters | None:
    return read_text(data.decode("utf-8", "replace")) if is_text else read_file(data).parameters
