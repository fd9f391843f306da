"""Back up what blobs don't contain otherwise, and restore it to an empty catalog."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any, TypeVar

from pydantic import ValidationError

from functions.errors import AlreadyExists, AppError, NotFound, Permanent
from functions.models.backup import NAME, Backup
from functions.models.document import Document
from functions.models.library import LibrarySettings
from functions.models.schedule import Schedule
from functions.ports import Store
from functions.services import library_settings
from functions.services.dependencies import Dependencies
from functions.services.schedules.planner import next_run
from functions.services.telemetry import event, failure

D = TypeVar("D", bound=Document)

KEPT_PREFIX = "library-"  # in the container `sidecars`; the names of sidecars start with a year


async def write(deps: Dependencies) -> bool:
    """Save the backup if it has changed since it was saved. Return whether it was saved.

    Documents that can't be read keep their entries of the saved backup.
    """
    settings = await library_settings.settings(deps)
    backup = Backup(
        # Change tokens and the position of a check belong to one catalog.
        settings=settings.evolve(sidecars_seen=None, jobs_followed=None, files_checked=None),
        schedules=tuple(sorted(await deps.catalog.schedules.all(), key=by_id)),
        presets=tuple(sorted(await deps.catalog.presets.all(), key=by_id)),
        searches=tuple(sorted(await deps.catalog.searches.all(), key=by_id)),
    )
    try:
        saved = await deps.blobs.download("sidecars", NAME)
    except NotFound:
        saved = b""
    body = with_kept(backup, saved, deps.catalog.left_out.ids)
    if saved == body:
        return False
    await keep_if_of_another_catalog(deps, saved, settings)
    await deps.blobs.upload("sidecars", NAME, body, content_type="application/json", overwrite=True)
    event("library.backed_up", schedules=len(backup.schedules), bytes=len(body))
    return True


def with_kept(backup: Backup, saved: bytes, unreadable: Collection[str]) -> bytes:
    """Return the content of the backup, with the entries of the saved one for documents that can't be read now."""
    content, earlier = backup.model_dump(mode="json"), content_of(saved)
    for kind in ("schedules", "presets", "searches"):
        present = {entry["id"] for entry in content[kind]}
        kept = [entry for entry in earlier.get(kind, ()) if entry["id"] in unreadable and entry["id"] not in present]
        if kept:
            content[kind] = sorted((*content[kind], *kept), key=lambda entry: str(entry["id"]))
    return json.dumps(content, indent=1, ensure_ascii=False).encode()


def content_of(saved: bytes) -> dict[str, Any]:
    """Return the content of a saved backup, also of one with entries of a newer version. It is empty if damaged."""
    try:
        content = json.loads(saved)
        {entry["id"] for kind in ("schedules", "presets", "searches") for entry in content[kind]}
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


async def restore(deps: Dependencies) -> int:
    """Create the documents of the backup that the catalog lacks. Return their number.

    Settings that nobody has changed since they were created with default values are replaced. Schedules continue
    with their next run; runs between the backup and now are skipped. Backups that were kept of earlier catalogs are
    restored, too, and then removed if possible. Raises `Permanent` if a backup is damaged.
    """
    kept = sorted(await deps.blobs.names("sidecars", KEPT_PREFIX), reverse=True)
    restored = 0
    for name in (NAME, *kept):
        try:
            body = await deps.blobs.download("sidecars", name)
        except NotFound:
            continue
        restored += await restore_from(deps, body, name)
    for name in kept:
        try:
            await deps.blobs.delete("sidecars", name)
        except AppError as exc:  # such as a rebuild that may only read the storage; what exists isn't restored again
            failure("library.backup_not_removed", exc, blob=name)
    event("library.restored", documents=restored)
    return restored


async def restore_from(deps: Dependencies, body: bytes, name: str) -> int:
    """Create the documents of one backup that the catalog lacks. Return their number."""
    try:
        backup = Backup.model_validate_json(body)
    except ValidationError as exc:
        wrong = ", ".join(sorted({".".join(map(str, error["loc"])) or "the file" for error in exc.errors()}))
        raise Permanent(f"The backup sidecars/{name} is damaged: can't read {wrong}. Move it away.") from exc
    now = deps.clock()

    def resumed(schedule: Schedule) -> Schedule:
        return schedule.evolve(planned_until=now, next_run_at=next_run(schedule, after=now))

    restored = int(await restore_settings(deps, backup))
    for schedule in backup.schedules:
        restored += await created(deps.catalog.schedules, resumed(schedule))
    for preset in backup.presets:
        restored += await created(deps.catalog.presets, preset)
    for search in backup.searches:
        restored += await created(deps.catalog.searches, search)
    return restored


async def restore_settings(deps: Dependencies, backup: Backup) -> bool:
    """Restore the settings unless someone has changed the present ones."""
    if await created(deps.catalog.settings, backup.settings):
        return True
    present = await deps.catalog.settings.get(backup.settings.id)
    wanted = backup.settings.evolve(
        etag=present.etag,
        sidecars_seen=present.sidecars_seen,
        jobs_followed=present.jobs_followed,
        files_checked=present.files_checked,
    )
    if present.updated_at != present.created_at or wanted == present:
        return False
    await deps.catalog.settings.replace(wanted)
    return True


async def created(store: Store[D], document: D) -> bool:
    """Create the document unless it exists. Return whether it was created."""
    try:
        await store.create(document)
    except AlreadyExists:
        return False
    return True


def by_id(document: Document) -> str:
    return document.id
