"""Back up what blobs don't contain otherwise, and restore it to an empty catalog."""

from __future__ import annotations

from typing import TypeVar

from pydantic import ValidationError

from functions.errors import AlreadyExists, NotFound, Permanent
from functions.models.backup import NAME, Backup
from functions.models.document import Document
from functions.models.schedule import Schedule
from functions.ports import Store
from functions.services import library_settings
from functions.services.dependencies import Dependencies
from functions.services.schedules.planner import next_run
from functions.services.telemetry import event

D = TypeVar("D", bound=Document)


async def write(deps: Dependencies) -> bool:
    """Save the backup if it has changed since it was saved. Return whether it was saved."""
    settings = await library_settings.settings(deps)
    backup = Backup(
        # Change tokens belong to one catalog.
        settings=settings.evolve(sidecars_seen=None, jobs_followed=None),
        schedules=tuple(sorted(await deps.catalog.schedules.all(), key=by_id)),
        presets=tuple(sorted(await deps.catalog.presets.all(), key=by_id)),
        searches=tuple(sorted(await deps.catalog.searches.all(), key=by_id)),
    )
    body = backup.model_dump_json(indent=1).encode()
    try:
        if await deps.blobs.download("sidecars", NAME) == body:
            return False
    except NotFound:
        pass
    await deps.blobs.upload("sidecars", NAME, body, content_type="application/json", overwrite=True)
    event("library.backed_up", schedules=len(backup.schedules), bytes=len(body))
    return True


async def restore(deps: Dependencies) -> int:
    """Create the documents of the backup that the catalog lacks. Return their number.

    Settings that nobody has changed since they were created with default values are replaced. Schedules continue
    with their next run; runs between the backup and now are skipped. Raises `Permanent` if the backup is damaged.
    """
    try:
        body = await deps.blobs.download("sidecars", NAME)
    except NotFound:
        return 0
    try:
        backup = Backup.model_validate_json(body)
    except ValidationError as exc:
        wrong = ", ".join(sorted({".".join(map(str, error["loc"])) or "the file" for error in exc.errors()}))
        raise Permanent(f"The backup sidecars/{NAME} is damaged: can't read {wrong}. Move it away.") from exc
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
    event("library.restored", documents=restored)
    return restored


async def restore_settings(deps: Dependencies, backup: Backup) -> bool:
    """Restore the settings unless someone has changed the present ones."""
    if await created(deps.catalog.settings, backup.settings):
        return True
    present = await deps.catalog.settings.get(backup.settings.id)
    wanted = backup.settings.evolve(
        etag=present.etag, sidecars_seen=present.sidecars_seen, jobs_followed=present.jobs_followed
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
