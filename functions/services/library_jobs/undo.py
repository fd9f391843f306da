"""Undo a job: each chunk of changes is recorded before it is made, and can be reverted for one day.

Fields that were changed again since then keep their new values.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from functions.errors import AlreadyExists, AppError, Conflict, NotFound, Transient
from functions.models.album import MAX_PLACES
from functions.models.caller import Caller
from functions.models.identity import new_image_id
from functions.models.image import MAX_TAGS, Image
from functions.models.job import Job
from functions.models.library_work import BulkWork, UndoWork
from functions.services.dependencies import Dependencies
from functions.services.generation import cancel_retry
from functions.services.images import images
from functions.services.jobs.submit import create, library_job
from functions.services.library_jobs.exports import CONTAINER, RETENTION

CHANGED_FIELDS = {"favourite", "rating", "tags", "approved_at", "deleted_at", "places"}
LISTS = {"tags": MAX_TAGS, "places": MAX_PLACES}  # changes of their items are reverted one by one
PERMANENT = ("purge", "regenerate")
AT_ONCE = 8

Fields = Mapping[str, Any]
T = TypeVar("T")


async def save_snapshot(deps: Dependencies, job_id: str, changes: Sequence[tuple[Image, Image]]) -> None:
    """Record the values of these images before and after the next change.

    If a chunk is repeated after a crash, only its new changes are recorded.
    """
    lines: list[dict[str, Any]] = []
    for image, changed in changes:
        before, after = snapshot_fields(image), snapshot_fields(changed)
        differing = [name for name in before if before[name] != after[name]]
        if differing:
            lines.append(
                {
                    "id": image.id,
                    "before": {name: before[name] for name in differing},
                    "after": {name: after[name] for name in differing},
                }
            )
    if lines:
        name = f"{job_id}/{new_image_id(deps.clock())}.json"
        await deps.blobs.upload(CONTAINER, name, json.dumps(lines).encode(), content_type="application/json")


def snapshot_fields(image: Image) -> Fields:
    """Return the fields of an image that can be reverted."""
    return {"places": [], **image.model_dump(mode="json", include=CHANGED_FIELDS)}


async def start(deps: Dependencies, job_id: str, *, caller: Caller) -> Job:
    """Queue a job that reverts this one, which is stopped first. A second call returns the same job.

    Raises `NotFound`, and `Conflict` if the job can't be undone.
    """
    job = await deps.catalog.jobs.get(job_id)
    if not isinstance(job.work, BulkWork) or job.work.change.action in PERMANENT:
        raise Conflict("Jobs of this kind can't be undone.")
    if job.finished_at is not None and deps.clock() >= job.finished_at + RETENTION:
        raise Conflict("Changes can be undone for one day. This change is older.")
    undo_id = f"undo-{job_id}"
    try:
        return await deps.catalog.jobs.get(undo_id)
    except NotFound:
        pass
    if not job.finished:
        try:
            job = await cancel_retry.cancel(deps, job_id)
        except Conflict:
            job = await deps.catalog.jobs.get(job_id)  # it has ended in the meantime
    work = UndoWork(id=undo_id, of=job_id, cursor="", total=job.work.done if job.work else 0)
    try:
        return await create(deps, library_job(deps, work, caller=caller, id=undo_id))
    except AlreadyExists:
        return await deps.catalog.jobs.get(undo_id)


async def step(deps: Dependencies, work: UndoWork) -> tuple[UndoWork, bool]:
    """Revert the next recorded chunk. Return the new state of the work, and whether it is done."""
    if not work.cursor:
        await check_stopped(deps, work.of)
    notes = await deps.blobs.names(CONTAINER, f"{work.of}/")
    name = next((name for name in notes if name > work.cursor), None)
    if name is None:
        return work, True
    slots = asyncio.Semaphore(AT_ONCE)
    lines = json.loads(await deps.blobs.download(CONTAINER, name))
    errors = await asyncio.gather(*(revert(deps, line, slots=slots) for line in lines))
    for error in errors:
        if isinstance(error, Transient):
            raise error  # the chunk is retried later
    failed = len([error for error in errors if error is not None])
    return work.evolve(cursor=name, done=work.done + len(lines) - failed, failed=work.failed + failed), False


async def check_stopped(deps: Dependencies, job_id: str) -> None:
    """Raise `Transient` while the job to revert is still changing images."""
    try:
        job = await deps.catalog.jobs.get(job_id)
    except NotFound:
        return
    if not job.finished:
        raise Transient("The change is still being canceled. Try again in a moment.")


async def revert(deps: Dependencies, line: Fields, *, slots: asyncio.Semaphore) -> AppError | None:
    """Revert the recorded change of one image. Return the error, or None."""
    async with slots:
        try:
            await images.save(deps, line["id"], lambda image: reverted(image, line["before"], line["after"]))
        except AppError as exc:
            return exc
        return None


def reverted(image: Image, before: Fields, after: Fields) -> Image:
    """Return the image with a change reverted. Fields that were changed again since then keep their values."""
    current = snapshot_fields(image)
    back = {name: value for name, value in before.items() if name not in LISTS and current[name] == after[name]}
    for name in LISTS.keys() & before.keys():
        back[name] = remove_unchanged(current[name], before[name], after[name])[: LISTS[name]]
    return Image.model_validate(image.body() | back).evolve(etag=image.etag)


def remove_unchanged(current: Sequence[T], before: Sequence[T], after: Sequence[T]) -> Sequence[T]:
    """Return the items without those that the change added, and with those that it removed."""
    if current == after:
        return before
    remaining = [item for item in current if item in before or item not in after]
    gone = [item for item in before if item not in after and item not in remaining]
    return [*remaining, *gone]
