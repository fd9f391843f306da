"""Import image files: original, then thumbnail, then document, like an image that a job stores.

A file is known by its content. So importing it again, or after an import that was stopped, stores nothing twice.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from zoneinfo import ZoneInfo

from functions.bulk_commands import for_each
from functions.errors import NotFound, Permanent
from functions.import_images.described import Described, NoParametersError, content_key, described
from functions.services import library_settings
from functions.services.dependencies import Dependencies
from functions.services.generation.store_image import add_to_catalog, store_original

AT_ONCE = 4  # each needs memory for the pixels of an image
SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp"})
MAX_FILE_BYTES = 256 * 1024 * 1024
KEY_LENGTH = 16  # characters of an image ID after its time


@dataclass(kw_only=True)
class Report:
    """Progress of an import, and the files that weren't imported, with their paths in the folder."""

    total: int
    imported: int = 0
    already_there: int = 0
    without_parameters: list[str] = field(default_factory=list)
    unreadable: list[tuple[str, str]] = field(default_factory=list)  # file, reason

    @property
    def done(self) -> int:
        return self.imported + self.already_there + len(self.without_parameters) + len(self.unreadable)


def files_in(folder: Path) -> list[Path]:
    """Return the PNG, JPEG, and WebP files below a folder in order of their paths. Hidden ones are left out."""
    found = []
    for at, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [
            Path(at, name) for name in names if Path(name).suffix.lower() in SUFFIXES and not name.startswith(".")
        ]
    return sorted(found)


async def import_images(
    deps: Dependencies, folder: Path, *, on_progress: Callable[[Report], None] = lambda report: None
) -> Report:
    """Import all image files below a folder, and return the report. The files aren't changed.

    It can be repeated after it was stopped, and can run while the library is in use. Files that can't be imported are
    reported and skipped; any other error stops the import.
    """
    paths = await asyncio.to_thread(files_in, folder)
    stored = await deps.blobs.names("originals")
    settings = await library_settings.settings(deps)
    one = _Import(
        deps,
        folder,
        Report(total=len(paths)),
        ZoneInfo(settings.timezone),
        {(id := PurePosixPath(name).stem)[-KEY_LENGTH:]: id for name in stored},
    )

    async def added(path: Path) -> None:
        await one.add(path)
        on_progress(one.report)

    await for_each(paths, added, at_once=AT_ONCE)
    return one.report


@dataclass(frozen=True)
class _Import:
    deps: Dependencies
    folder: Path
    report: Report
    zone: ZoneInfo
    stored: dict[str, str]  # IDs of stored originals by their last part
    begun: set[str] = field(default_factory=set)  # last parts of the IDs that this import has begun to store

    async def add(self, path: Path) -> None:
        """Import one file, or report why it isn't imported."""
        name = path.relative_to(self.folder).as_posix()
        try:
            file, modified_at = await asyncio.to_thread(_read, path)
            key = await asyncio.to_thread(content_key, file)
        except (OSError, Permanent) as exc:
            self._unreadable(name, exc)
            return
        known_id = self.stored.get(key)
        if key in self.begun or (known_id is not None and await self._has_document(known_id)):
            self.report.already_there += 1
            return
        self.begun.add(key)
        try:
            found = await asyncio.to_thread(
                described, file, modified_at=modified_at, now=self.deps.clock(), zone=self.zone, known_id=known_id
            )
        except NoParametersError:
            self.begun.discard(key)
            self.report.without_parameters.append(name)
        except Permanent as exc:
            self.begun.discard(key)
            self._unreadable(name, exc)
        else:
            await self._store(found)

    async def _store(self, found: Described) -> None:
        original = await store_original(self.deps, found.image, found.png)
        await add_to_catalog(self.deps, original, day=found.image.day)
        self.report.imported += 1

    async def _has_document(self, image_id: str) -> bool:
        try:
            await self.deps.catalog.images.get(image_id)
        except NotFound:
            return False
        return True

    def _unreadable(self, name: str, exc: OSError | Permanent) -> None:
        why = exc.message if isinstance(exc, Permanent) else f"Couldn't read the file: {exc.strerror or exc}."
        self.report.unreadable.append((name, why))


def _read(path: Path) -> tuple[bytes, datetime]:
    """Return a file and the time of its last change. Raises `OSError`, and `Permanent` if it is too large."""
    facts = path.stat()
    if facts.st_size > MAX_FILE_BYTES:
        raise Permanent(f"The file is larger than {MAX_FILE_BYTES // 1024 // 1024} MB.")
    try:
        modified_at = datetime.fromtimestamp(facts.st_mtime, UTC)
    except (ValueError, OverflowError):  # before the year 1 or after 9999
        modified_at = datetime.now(UTC)
    return path.read_bytes(), modified_at
