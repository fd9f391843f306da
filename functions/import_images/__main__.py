"""`python -m functions.import_images FOLDER`: import image files, using the settings of the function app."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from functions.bulk_commands import ProgressPrinter
from functions.errors import AppError
from functions.import_images.import_images import import_images


async def run(folder: Path) -> int:
    """Import a folder and print the result. Return the exit status: 1 if the import failed or a file was unreadable."""
    from functions import bootstrap

    try:
        report = await import_images(await bootstrap.dependencies(), folder, on_progress=ProgressPrinter("files"))
    except AppError as exc:
        print(f"Import failed: {exc.message} Run the command again to resume.", file=sys.stderr)
        return 1
    finally:
        await bootstrap.close()
    print(
        f"{report.total:,} files: {report.imported:,} imported, {report.already_there:,} already in the library, "
        f"{len(report.without_parameters):,} without generation parameters, {len(report.unreadable):,} unreadable."
    )
    for name in report.without_parameters:
        print(f"  {name}: No generation parameters of a known program.", file=sys.stderr)
    for name, why in report.unreadable:
        print(f"  {name}: {why}", file=sys.stderr)
    return 1 if report.unreadable else 0


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m functions.import_images",
        description="Import the PNG, JPEG, and WebP files below a folder that contain generation parameters.",
    )
    parser.add_argument("folder", type=Path, help="the folder; its files aren't changed")
    folder: Path = parser.parse_args().folder.expanduser()
    if not folder.is_dir():
        print(f"FOLDER must be an existing folder, but is {folder}.", file=sys.stderr)
        return 1
    return asyncio.run(run(folder))


if __name__ == "__main__":
    sys.exit(main())
