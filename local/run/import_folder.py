"""Import image files into the library of the local run."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from local.run.errors import StartError
from local.run.options import Options
from local.run.process_specs import host_environment

ROOT = Path(__file__).parents[2]


def folder_to_import(name: str | None) -> Path:
    """Return the absolute path of the folder. Raises `StartError` if it isn't given or doesn't exist."""
    if not name:
        raise StartError("FOLDER must be set. Run `make import FOLDER=/path/to/images`.")
    folder = Path(name).expanduser().absolute()
    if not folder.is_dir():
        raise StartError(f"FOLDER must be an existing folder, but is {folder}.")
    return folder


async def import_folder(options: Options, storage: str | None, folder: Path) -> None:
    """Run the import with the settings of the local run. Raises `StartError` if it fails.

    An interrupted import is continued by the next one.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "functions.import_images", str(folder)),
        cwd=ROOT,
        env=host_environment(options, storage=storage),
    )
    try:
        code = await process.wait()
    except asyncio.CancelledError:
        process.terminate()
        await process.wait()
        raise
    if code:
        raise StartError("Not all files were imported. See the messages above.")
