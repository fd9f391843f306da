"""Restore the backup of the library to a catalog that lacks its documents."""

from __future__ import annotations

from typing import TypeVar

from pydantic import ValidationError

from functions.errors import AlreadyExists, AppError, NotFound, Permanent
from functions.models.backup import NAME, Backup
from functions.models.document import Document
from functions.models.schedule import Schedule
from functions.policy.schedules.random_delay import next_run
from functions.ports import Store
from functions.services.dependencies import Dependencies
from functions.services.library_backup import KEPT_PREFIX
from functions.services.telemetry import event, failure

D = TypeVar("D", bound=Document)


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
        return schedule.evolve(planned_until=now, next_run_at=next_run(schedule, schedule.id, after=now))

    restored = int(await restore_settings(deps, backup))
    for schedule in backup.schedules:
        restored += await created(deps.catalog.schedules, resumed(schedule))
    for preset in backup.presets:
        restored += await created(deps.catalog.presets, preset)
    for search in backup.searches:
        restored += await created(deps.catalog.searches, search)
    for album in backup.albums:
        restored += await created(deps.catalog.albums, album)
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
