"""What the sweep does with an open job.  Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from functions.models.job import Job
from functions.policy.jobs import retry
from functions.policy.jobs.outcome import cancelled

LOST_AFTER = timedelta(minutes=2)  # past its time: a message that was sent has been picked up by then


def recovery(job: Job, *, now: datetime, oldest_message: datetime | None) -> retry.Decision | None:
    """What to do with a job whose message or worker is gone, or None while it is well.

    `oldest_message` is when the oldest visible message of its queue was inserted, None while none is visible: a
    message sent before that is not in the queue any more.
    """
    if job.finished or job.leased(now):
        return None
    if job.cancel_requested:
        return lambda job: retry.Retry(job=cancelled(job, now=now), delay_s=None)
    if job.lease is not None:
        return lambda job: retry.after_crash(job, now=now)
    if job.sent_at is None:
        due = now >= job.not_before
    else:
        due = now >= job.not_before + LOST_AFTER and (oldest_message is None or job.sent_at < oldest_message)
    return (lambda job: retry.continued(job, now=now)) if due else None
