"""Back up what no other blob contains: settings, schedules, presets, saved searches, and albums.

The backup is written after each change by a user. The sweep writes it after other changes, and if writing failed.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Collection
from datetime import UTC, datetime
from typing import Any, TypeVar

from functions.errors import AlreadyExists, NotFound, Stale, Transient
from functions.models.backup import NAME, Backup
from functions.models.document import Document
from functions.models.library import LibrarySettings
from functions.services import library_settings
from functions.services.dependencies import Dependencies
from functions.services.telemetry import event, failure

T = TypeVar("T")

KEPT_PREFIX = "library-"  # in the container `sidecars`; the names of sidecars start with a year
ATTEMPTS = 10
KINDS = ("schedules", "presets", "searches", "albums")


async def backed_up(deps: Dependencies, save: Awaitable[T]) -> T:
    """Save one of these documents, write the backup, and return the result of `save`."""
    saved = await save
    await write_after_change(deps)
    return saved


async def write_after_change(deps: Dependencies) -> None:
    """Write the backup after a change was saved. An error is logged, and the sweep writes the backup.

    The backup is uploaded even if it equals the stored one: another process may be about to upload a backup that it
    read before the change. The upload of the other process then fails, and that process reads the catalog again.
    """
    try:
        async with asyncio.timeout(deps.backup_timeout_s):
            await write(deps, if_equal=True)
    except Exception as exc:  # noqa: BLE001 - the change is saved, so its request must not fail
        failure("library.not_backed_up", exc)


async def write(deps: Dependencies, *, if_equal: bool = False) -> bool:
    """Save the backup if it has changed since it was saved, or always. Return whether it was saved.

    Documents that can't be read keep their entries of the saved backup. An older backup never replaces a newer one:
    within a process, one is written at a time; a backup of another process that was saved after the catalog was read
    isn't replaced, and the catalog is read again. Raises `Transient` if that happens `ATTEMPTS` times.
    """
    async with deps.backup_lock:
        for _ in range(ATTEMPTS):
            # Read before the catalog: the ETag shows whether another process saved a backup since then.
            saved, etag = await stored(deps)
            backup = await current(deps)
            body = with_kept(backup, saved, deps.catalog.left_out.ids)
            if saved == body and not if_equal:
                return False
            await keep_if_of_another_catalog(deps, saved, backup.settings)
            try:
                await deps.blobs.replace("sidecars", NAME, body, content_type="application/json", etag=etag)
            except (AlreadyExists, NotFound, Stale):
                continue
            event("library.backed_up", schedules=len(backup.schedules), bytes=len(body))
            return True
    raise Transient(f"Other processes replaced the backup during {ATTEMPTS} attempts.")


async def stored(deps: Dependencies) -> tuple[bytes, str | None]:
    """Return the stored backup and its ETag, or nothing and None."""
    try:
        return await deps.blobs.download_with_etag("sidecars", NAME)
    except NotFound:
        return b"", None


async def current(deps: Dependencies) -> Backup:
    """Return the backup of the documents in the catalog."""
    settings = await library_settings.settings(deps)
    return Backup(
        # Change tokens and the position of a check belong to one catalog.
        settings=settings.evolve(sidecars_seen=None, jobs_followed=None, files_checked=None),
        schedules=tuple(sorted(await deps.catalog.schedules.all(), key=by_id)),
        presets=tuple(sorted(await deps.catalog.presets.all(), key=by_id)),
        searches=tuple(sorted(await deps.catalog.searches.all(), key=by_id)),
        albums=tuple(sorted(await deps.catalog.albums.all(), key=by_id)),
    )


def with_kept(backup: Backup, saved: bytes, unreadable: Collection[str]) -> bytes:
    """Return the content of the backup, with the entries of the saved one for documents that can't be read now."""
    content, earlier = backup.model_dump(mode="json"), content_of(saved)
    for kind in KINDS:
        present = {entry["id"] for entry in content[kind]}
        kept = [entry for entry in earlier.get(kind, ()) if entry["id"] in unreadable and entry["id"] not in present]
        if kept:
            content[kind] = sorted((*content[kind], *kept), key=lambda entry: str(entry["id"]))
    return json.dumps(content, indent=1, ensure_ascii=False).encode()


def content_of(saved: bytes) -> dict[str, Any]:
    """Return the content of a saved backup, also of one with entries of a newer version. It is empty if damaged."""
    try:
        content = json.loads(saved)
        {entry["id"] for kind in KINDS for entry in content.get(kind, ())}
        datetime.fromisoformat(content["settings"]["created_at"])
    except (ValueError, TypeError, LookupError):
        return {}
    return dict(content)


async def keep_if_of_another_catalog(deps: Dependencies, saved: bytes, settings: LibrarySettings) -> None:
    """Copy a backup before it is replaced by that of another catalog, such as an empty one after a loss."""
    content = content_of(saved)
    if not content:
        return
    created_at = datetime.fromisoformat(content["settings"]["created_at"]).astimezone(UTC)
    if created_at == settings.created_at:
        return
    name = f"{KEPT_PREFIX}{created_at:%Y%m%dT%H%M%SZ}.json"
    await deps.blobs.upload("sidecars", name, saved, content_type="application/json", overwrite=True)
    event("library.backup_kept", blob=name)


def by_id(document: Document) -> str:
    return document.id
