"""Change the library's settings. A new time zone starts a job that recomputes the day of every image."""

from __future__ import annotations

import asyncio
import hashlib
from contextlib import suppress
from typing import Any
from zoneinfo import ZoneInfo

from functions.errors import AppError, NotFound, Stale
from functions.models.caller import Caller
from functions.models.identity import created_at_of
from functions.models.image import Image
from functions.models.job import Job, Message, Reason, Status
from functions.models.library import LibrarySettings, Limits
from functions.models.library_work import RewriteDaysWork
from functions.policy.schedules.named_lists import check_unused
from functions.policy.schedules.zones import check_zone
from functions.search.query import ImageQuery
from functions.services import library_settings
from functions.services.dependencies import Dependencies
from functions.services.images import summaries
from functions.services.jobs.submit import library_job
from functions.services.library_backup import backed_up
from functions.services.telemetry import event, failure
from functions.services.update import update

CHUNK = 200
AT_ONCE = 8
USER_FIELDS = {"timezone", "paused", "paused_reason", "limits", "lists"}


def etag_of(settings: LibrarySettings) -> str:
    """Return the ETag of the user-set fields. A change of the stored model profile has no effect on it."""
    fields = USER_FIELDS if settings.lists else USER_FIELDS - {"lists"}
    shown = settings.model_dump_json(include=fields, exclude_none=True)  # a new optional limit changes nothing
    return hashlib.sha256(shown.encode()).hexdigest()[:16]


async def update_settings(deps: Dependencies, changes: dict[str, Any], *, etag: str, caller: Caller) -> LibrarySettings:
    """Save changes to the version with this ETag. `limits` are merged.

    If the time zone changes, the job is created before the settings are saved, and its message is sent afterwards. If
    the process stops in between, the sweep sends the message, and the job ends if the settings still have another
    time zone.
    """
    if "timezone" in changes:
        check_zone(changes["timezone"], field="timezone")
    stored = await library_settings.settings(deps)
    if "lists" in changes:
        used = [one for one in await deps.catalog.schedules.all() if one.deleted_at is None]
        check_unused(used, stored.lists, changes["lists"])
    job: Job | None = None

    def changed(stored: LibrarySettings) -> LibrarySettings:
        if etag_of(stored) != etag:
            raise Stale
        wanted = merged(stored, changes)
        return stored if wanted == stored else wanted.evolve(updated_at=deps.clock())

    async def prepare(stored: LibrarySettings, wanted: LibrarySettings) -> None:
        nonlocal job
        if job is None and wanted.timezone != stored.timezone:
            job = await create_job(deps, wanted, caller)

    try:
        saving = update(deps.catalog.settings, stored.id, changed, loaded=stored, before_save=prepare)
        saved = await backed_up(deps, saving)
    except AppError:
        if job is not None:
            await cancel_job(deps, job)
        raise
    if saved.etag != stored.etag:
        event("settings.changed", by=caller.id, fields=sorted(changes))
    if job is not None:
        await send_message(deps, job)
    return saved


def merged(stored: LibrarySettings, changes: dict[str, Any]) -> LibrarySettings:
    """Return the settings with the changes applied. Omitted limits keep their values, a cost limit of 0 is removed."""
    changes = dict(changes)
    if "limits" in changes:
        limits = stored.limits.model_dump() | changes["limits"]
        limits |= {name: limits[name] or None for name in ("usd_per_day", "usd_per_month")}
        changes["limits"] = Limits.model_validate(limits)
    changed = stored.evolve(**changes)
    return changed if changed.paused else changed.evolve(paused_reason="")


async def create_job(deps: Dependencies, settings: LibrarySettings, caller: Caller) -> Job:
    """Create the job that sets the day of every image in the new time zone."""
    work = RewriteDaysWork(timezone=settings.timezone)
    return await deps.catalog.jobs.create(library_job(deps, work, caller=caller))


async def send_message(deps: Dependencies, job: Job) -> None:
    """Send the job's message. If that fails, the sweep sends it."""
    try:
        await deps.library_queue.send(Message(job_id=job.id, attempt=job.attempt))
    except AppError as exc:
        failure("job.message_not_sent", exc, job_id=job.id)  # the sweep sends the message


async def cancel_job(deps: Dependencies, job: Job) -> None:
    """Cancel a job whose time zone wasn't saved. Errors are logged."""
    reason = Reason(code="superseded", message="Someone else has changed the settings. Set the time zone again.")
    try:
        await deps.catalog.jobs.replace(job.with_status(Status.CANCELLED, now=deps.clock(), reason=reason))
    except AppError as exc:
        failure("job.not_dropped", exc, job_id=job.id)  # the job ends when it finds another time zone


async def superseded(deps: Dependencies, work: RewriteDaysWork) -> bool:
    """Return whether the library's time zone is no longer the one the job was created for."""
    return (await library_settings.settings(deps)).timezone != work.timezone


async def step(deps: Dependencies, work: RewriteDaysWork) -> tuple[RewriteDaysWork, bool]:
    """Set the day of the next chunk of images. Return the new state of the work, and whether it is done."""
    query = ImageQuery(trash=work.trash)
    found = await deps.catalog.images.search(query, before=work.cursor, limit=CHUNK)
    if not found:
        if work.trash == "only":
            return work, True
        return work.evolve(trash="only", cursor=None), False
    zone = ZoneInfo(work.timezone)
    wrong = [image for image in found if day_of(image.id, zone) != image.day]
    for month in {image.month for image in wrong}:
        await summaries.mark_dirty(deps, month)
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(image: Image) -> None:
        async with slots:
            await rewrite(deps, image, zone)

    await asyncio.gather(*(one(image) for image in wrong))
    further = work.evolve(cursor=found[-1].id, done=work.done + len(found), changed=work.changed + len(wrong))
    return further, False


async def rewrite(deps: Dependencies, image: Image, zone: ZoneInfo) -> None:
    """Set the day of one image, unless it was deleted."""
    with suppress(NotFound):
        await update(
            deps.catalog.images, image.id, lambda stored: stored.evolve(day=day_of(stored.id, zone)), loaded=image
        )


def day_of(image_id: str, zone: ZoneInfo) -> str:
    """Return the local day in a time zone when an image was created."""
    return f"{created_at_of(image_id).astimezone(zone):%Y-%m-%d}"
