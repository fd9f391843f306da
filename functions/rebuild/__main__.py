"""`python -m functions.rebuild`: rebuild the catalog from the blobs, using the settings of the function app."""

from __future__ import annotations

import asyncio
import sys

from functions.bulk_commands import ProgressPrinter
from functions.errors import AppError
from functions.rebuild.rebuild import rebuild


async def run() -> int:
    """Rebuild and print the result. Return the exit status: 1 if the rebuild failed or a blob was unreadable."""
    from functions import bootstrap

    try:
        report = await rebuild(await bootstrap.dependencies(), on_progress=ProgressPrinter("images"))
    except AppError as exc:
        print(f"Rebuild failed: {exc.message} Run the command again to resume.", file=sys.stderr)
        return 1
    finally:
        await bootstrap.close()
    print(
        f"{report.total:,} originals: {report.created:,} restored, {report.updated:,} updated, {report.kept:,} "
        f"unchanged, {report.thumbnails:,} thumbnails created, {len(report.broken):,} unreadable. "
        f"{report.documents:,} settings, schedules, presets, and saved searches restored."
    )
    for name, why in report.broken:
        print(f"  {name}: {why}", file=sys.stderr)
    return 1 if report.broken else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(run()))
