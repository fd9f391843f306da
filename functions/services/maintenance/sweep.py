"""The sweep, run every five minutes: complete what a crash or a lost message left incomplete."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from datetime import timedelta

from functions.errors import NotFound, Stale
from functions.models.image import Image
from functions.policy.jobs.recovery import recovery
from functions.services import audit, library_backup, library_settings
from functions.services.dependencies import PRODUCT, Dependencies
from functions.services.generation.run import Generation
from functions.services.images import published_site, retention, sidecars, summaries
from functions.services.images.purge import purge
from functions.services.jobs.worker import requeue
from functions.services.library_jobs import exports
from functions.services.library_jobs.worker import LibraryRun
from functions.services.maintenance import file_check, follow_up
from functions.services.reports import insights
from functions.services.telemetry import failure
from functions.services.usage import budget


async def sweep(deps: Dependencies) -> None:
    """Recover jobs, delete expired data, repair sidecars, check the files of images, and recount.

    An error in one step doesn't stop the others.
    """
    steps: tuple[Callable[[Dependencies], Awaitable[object]], ...] = (
        recover_jobs,
        budget.release_unneeded,
        follow_up.run_pending,
        retention.trash_old,
        empty_trash,
        sidecars.repair,
        file_check.check_files,
        summaries.recompute_dirty,
        insights.recompute,
        exports.remove_old,
        published_site.reconcile,
        library_backup.write,
    )
    for step in steps:
        try:
            await step(deps)
        except Exception as exc:  # noqa: BLE001 - a bug in one step must not stop the others
            failure("sweep.step_failed", exc, step=step.__name__)


async def recover_jobs(deps: Dependencies) -> None:
    """Requeue or end all open jobs whose message or worker is lost."""
    oldest = {queue: await queue.oldest_inserted_at() for queue in (deps.generation_queue, deps.library_queue)}
    cursor: str | None = None
    while True:
        page = await deps.catalog.jobs.open(cursor=cursor)
        for job in page.items:
            decide = recovery(job, now=deps.clock(), oldest_message=oldest[deps.queue_of(job)])
            if decide is None:
                continue
            try:
                await requeue(deps, job, decide, Generation if job.kind == "generation" else LibraryRun)
            except Exception as exc:  # noqa: BLE001 - a bug with one job must not stop the others
                failure("job.not_recovered", exc, job_id=job.id)
        if (cursor := page.next_cursor) is None:
            break


async def empty_trash(deps: Dependencies) -> None:
    """Delete images that have been in trash longer than the limit, and complete interrupted deletions.

    First, add one entry with the number of images that were found to the audit log. Interrupted deletions already have
    an entry.
    """
    limits = (await library_settings.settings(deps)).limits
    before = deps.clock() - timedelta(days=limits.trash_days)

    def check(image: Image) -> None:
        if image.deleted_at is None or image.deleted_at >= before:
            raise Stale  # restored since it was found

    async def delete(images: Iterable[Image]) -> None:
        for image in images:
            with suppress(NotFound, Stale):
                await purge(deps, image.id, check=check)

    found = await deps.catalog.images.trashed_before(before)
    await delete(image for image in found if image.purging)
    if due := [image for image in found if not image.purging]:
        async with audit.recorded(deps, PRODUCT, "images.empty_trash", "images", after={"images": len(due)}):
            await delete(due)
