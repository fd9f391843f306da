"""Final states of a generation job. All functions are pure."""

from __future__ import annotations

from datetime import datetime

from functions.models.job import Job, Progress, Reason, Status
from functions.models.prompt import WrittenPrompt

NOT_NEW = "The prompt writer repeated an earlier prompt in all of its attempts."


def finished(job: Job, *, now: datetime) -> Job:
    """Return the job as finished: blocked if a content filter blocked all of its images, else succeeded.

    If only some images were blocked, the job succeeds and its reason says so.
    """
    blocked = [image for image in job.pictures if image.state == "blocked"]
    if blocked and not job.stored:
        return job.with_status(
            Status.BLOCKED, now=now, reason=Reason(code="content_blocked", message=blocked[0].reason)
        )
    reason = None
    if blocked:
        text = f"A content filter blocked {len(blocked)} of {len(job.pictures)} images."
        reason = Reason(code="partly_blocked", message=text)
    elif job.prompt is not None and job.prompt.not_new:
        reason = Reason(code="not_new", message=f"{NOT_NEW} Change the theme or instructions for more variety.")
    return job.with_status(Status.SUCCEEDED, now=now, reason=reason, progress=Progress(percent=100))


def skipped_as_repeated(job: Job, prompt: WrittenPrompt, *, now: datetime) -> Job:
    """Return the job of a run as skipped, because its prompt isn't new. The prompt and its cost are kept."""
    text = f"{NOT_NEW} The schedule skips such runs. Change the theme or instructions for more variety."
    cost = job.cost_usd + prompt.cost_usd
    return job.with_status(
        Status.SKIPPED, now=now, reason=Reason(code="not_new", message=text), prompt=prompt, cost_usd=cost
    )


def canceled(job: Job, *, now: datetime) -> Job:
    """Return the job as canceled by a user. Stored images are kept, all others are marked as canceled."""
    images = tuple(p.evolve(state="cancelled") if p.state == "pending" else p for p in job.pictures)
    text = "Canceled."
    if job.stored:
        text = f"Canceled. {len(job.stored)} of {len(job.pictures)} images were saved."
    return job.with_status(Status.CANCELLED, now=now, pictures=images, reason=Reason(code="cancelled", message=text))
