"""What jobs that haven't ended will still add to the library."""

from __future__ import annotations

from functions.models.document import Value
from functions.models.job import Job


class OpenJobs(Value):
    """Totals of open jobs. Images and cost are those of generation jobs; cost is in US dollars."""

    jobs: int = 0
    generation_jobs: int = 0
    images: int = 0  # of the whole jobs, stored ones included
    images_left: int = 0  # that aren't stored yet
    cost_usd: float = 0.0  # of the whole jobs, as estimated, or more if they already cost more
    cost_left_usd: float = 0.0  # that isn't recorded yet


def totals_of(job: Job) -> OpenJobs:
    """Return what one job adds to the totals. An ended job adds nothing."""
    if job.finished:
        return OpenJobs()
    if job.kind != "generation" or job.request is None:
        return OpenJobs(jobs=1)
    cost_usd = max(job.estimated_usd, job.cost_usd)
    # The cost of a job is recorded with each of its images.
    recorded_usd = job.cost_usd if job.stored else 0.0
    return OpenJobs(
        jobs=1,
        generation_jobs=1,
        images=len(job.pictures) or job.request.options.count,
        images_left=len(job.pending) if job.pictures else job.request.options.count,
        cost_usd=round(cost_usd, 6),
        cost_left_usd=round(cost_usd - recorded_usd, 6),
    )
