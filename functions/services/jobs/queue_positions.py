"""Number of jobs ahead of a queued job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from functions.models.job import Job, Status
from functions.services.dependencies import Dependencies


async def queue_positions(deps: Dependencies, jobs: Sequence[Job]) -> Mapping[str, int]:
    """Return the number of open generation jobs ahead of each queued job. Others aren't included."""
    waiting = [job for job in jobs if job.kind == "generation" and job.status == Status.QUEUED]
    return await deps.catalog.jobs.open_ahead(waiting) if waiting else {}
