"""Number of jobs ahead of a queued job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from functions.models.job import Job, Status
from functions.services.dependencies import Dependencies


async def queue_positions(
    deps: Dependencies, jobs: Sequence[Job], open_jobs: Sequence[Job] | None = None
) -> Mapping[str, int]:
    """Return the number of open generation jobs ahead of each queued job. Others aren't included."""
    waiting = {job.id for job in jobs if job.kind == "generation" and job.status == Status.QUEUED}
    if not waiting:
        return {}
    if open_jobs is None:
        open_jobs = await deps.catalog.jobs.open()
    generations = [job.id for job in open_jobs if job.kind == "generation"]
    return {id: place for place, id in enumerate(generations) if id in waiting}
