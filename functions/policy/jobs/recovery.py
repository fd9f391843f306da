"""Decide what the sweep does with an open job. All functions are pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from functions.models.job import Job
from functions.policy.jobs import retry
from functions.policy.jobs.outcome import canceled

LOST_AFTER = timedelta(minutes=2)  # after the due time; a queue message that was sent has been received by then
CLOCK_SKEW = timedelta(minutes=2)  # between instances; a document further ahead is from before the clock was set back


def recovery(job: Job, *, now: datetime, oldest_message: datetime | None) -> retry.Decision | None:
    """Return how to recover a job whose message or worker is lost, or None if the job needs nothing.

    `oldest_message` is the insertion time of the oldest visible message of its queue, or None if no message is
    visible. A message that was sent before that time is no longer in the queue.
    """
    if job.finished or job.leased(now):
        return None
    if job.cancel_requested:
        return lambda job: retry.Retry(job=canceled(job, now=now), delay_s=None)
    if job.lease is not None:
        return lambda job: retry.after_interruption(job, now=now)
    if job.updated_at > now + CLOCK_SKEW:
        due = True  # its times are from before the clock was set back, like those of its message
    elif job.sent_at is None:
        due = now >= job.not_before
    else:
        due = now >= job.not_before + LOST_AFTER and (oldest_message is None or job.sent_at < oldest_message)
    return (lambda job: retry.continue_later(job, now=now)) if due else None
