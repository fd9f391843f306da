"""`python -m functions.rebuild`: rebuild the catalog from the blobs, using the settings of the function app."""

from __future__ import annotations

import asyncio
import sys
import time

from functions.errors import AppError
from functions.rebuild.rebuild import Report, rebuild

PRINT_EVERY_S = 2.0


class Printer:
    """Prints progress from time to time."""

    def __init__(self) -> None:
        self._next_at = time.monotonic() + PRINT_EVERY_S

    def __call__(self, report: Report) -> None:
        if time.monotonic() >= self._next_at:
            self._next_at = time.monotonic() + PRINT_EVERY_S
            print(f"{report.done:,} of {report.total:,} images", flush=True)


async def run() -> int:
    """Rebuild and print the result. Return the exit status: 1 if the rebuild failed or a blob was unreadable."""
    from functions import bootstrap

    try:
        report = await rebuild(await bootstrap.dependencies(), on_progress=Printer())
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
