"""How a generation job ends.  Pure."""

from __future__ import annotations

from datetime import datetime

from functions.models.job import Job, Progress, Reason, Status


def finished(job: Job, *, now: datetime) -> Job:
    """The end of a job that owes nothing more: blocked if a filter refused all of it, else succeeded.

    A job of which only some pictures were blocked succeeds and says so.
    """
    blocked = [picture for picture in job.pictures if picture.state == "blocked"]
    if blocked and not job.stored:
        return job.to(Status.BLOCKED, now=now, reason=Reason(code="content_blocked", message=blocked[0].reason))
    reason = None
    if blocked:
        text = f"A content filter blocked {len(blocked)} of {len(job.pictures)} images."
        reason = Reason(code="partly_blocked", message=text)
    return job.to(Status.SUCCEEDED, now=now, reason=reason, progress=Progress(percent=100))


def cancelled(job: Job, *, now: datetime) -> Job:
    """The end that a person asked for: stored pictures stay, the rest is given up."""
    pictures = tuple(p.evolve(state="cancelled") if p.state == "pending" else p for p in job.pictures)
    text = "Canceled."
    if job.stored:
        text = f"Canceled. {len(job.stored)} of {len(job.pictures)} images were saved."
    return job.to(Status.CANCELLED, now=now, pictures=pictures, reason=Reason(code="cancelled", message=text))
