"""Decide whether and when a failed job is retried. All functions are pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from functions.errors import AppError, Busy, ContentBlocked, RateLimited, Starting, Transient
from functions.models.job import DEADLINE_SECONDS, MAX_FAILURES, MAX_INTERRUPTIONS, Job, Reason, Status
from functions.policy.jobs.failed_attempts import with_failed_attempt

BASE_DELAY_S = 5.0
MAX_DELAY_S = 900.0
MAX_BUSY_DELAY_S = 120.0  # a job that waits until its deadline asks at least fifteen times
# The sweep sends messages that are due later, because a message that stays invisible for longer would keep the GPU app
# running.
MAX_MESSAGE_DELAY_S = 300.0


@dataclass(frozen=True, kw_only=True)
class Retry:
    """The job to save, and the delay of its next message in seconds, or None if no message is sent now."""

    job: Job
    delay_s: float | None


# Delays between webhook delivery attempts, as recommended by Standard Webhooks: the last attempt is within a day.
DELIVERY_WAITS_S = (5.0, 60.0, 300.0, 1800.0, 2 * 3600.0, 5 * 3600.0, 10 * 3600.0)

Decision = Callable[[Job], Retry]


def backoff_s(
    failures: int, *, jitter: float, retry_after_s: float | None = None, most_s: float = MAX_DELAY_S
) -> float:
    """Return the seconds until the next attempt: doubling from 5 s to `most_s`, but at least `retry_after_s`.

    `jitter` in [0, 1) spreads the delay over half of the backoff, so that jobs that failed together aren't retried
    together, also if a service told all of them the same `retry_after_s`.
    """
    half = min(most_s, BASE_DELAY_S * 2.0 ** min(max(failures - 1, 0), 20)) / 2
    return max(half, min(retry_after_s or 0.0, 24 * 3600.0)) + half * jitter


def after_delivery(job: Job, error: AppError, *, now: datetime, jitter: float) -> Retry:
    """Retry a delivery after its next delay, or the longer one that the endpoint requested, until none is left."""
    if not isinstance(error, Transient) or job.failures >= len(DELIVERY_WAITS_S):
        return after_error(job.evolve(failures=MAX_FAILURES), error, now=now, jitter=jitter)
    delay = max(DELIVERY_WAITS_S[job.failures] * (0.9 + jitter / 5), min(error.retry_after_s or 0.0, 24 * 3600.0))
    reason = Reason(code=error.code, message=error.message)
    tried = with_failed_attempt(job, reason, now=now, error=error)
    return requeue(tried.evolve(failures=job.failures + 1), reason, now=now, delay_s=delay)


def after_error(job: Job, error: AppError, *, now: datetime, jitter: float, waited_s: float = 0.0) -> Retry:
    """Fail the job or queue it again.

    A permanent error ends the job. If a service is starting, full, or rate limiting, the wait counts toward the job's
    deadline; `waited_s` is the time that this run has already waited. Any other error counts as a failure, and the
    fifth failure in a row ends the job. What the error cost is added to the job, and the attempt is recorded in it.
    """
    reason = Reason(code=error.code, message=error.message)
    job = with_failed_attempt(job, reason, now=now, error=error).evolve(cost_usd=job.cost_usd + error.cost_usd)
    if isinstance(error, ContentBlocked):
        return end_job(job, Status.BLOCKED, reason, now=now)
    if not isinstance(error, Transient):
        return end_job(job, Status.FAILED, reason, now=now)
    if isinstance(error, Busy):
        # Starting is waited for in the run itself, so its delay doesn't grow.
        waits = 0 if isinstance(error, Starting) else job.waits + 1
        delay = backoff_s(waits, jitter=jitter, retry_after_s=error.retry_after_s, most_s=MAX_BUSY_DELAY_S)
        waited = job.waited_s + waited_s + delay
        if waited > DEADLINE_SECONDS:
            return end_job(job, Status.FAILED, deadline_reason(error), now=now)
        return requeue(job.evolve(waits=waits, waited_s=waited), reason, now=now, delay_s=delay)
    failures = job.failures + 1
    if failures >= MAX_FAILURES:
        return end_job(job.evolve(failures=failures), Status.FAILED, reason, now=now)
    delay = backoff_s(failures, jitter=jitter, retry_after_s=error.retry_after_s)
    return requeue(job.evolve(failures=failures), reason, now=now, delay_s=delay)


def deadline_reason(error: Busy) -> Reason:
    """Return why a job ends that has waited as long as it may."""
    minutes = DEADLINE_SECONDS // 60
    if isinstance(error, RateLimited):
        text = (
            f"{error.message} A job waits for at most {minutes} minutes. Retry the job later, or raise the service's "
            "limit."
        )
        return Reason(code=error.code, message=text)
    text = f"The inference service didn't become ready within {minutes} minutes. Retry the job when the service is "
    return Reason(code="deadline", message=text + "available.")


def after_interruption(job: Job, *, now: datetime, times: int = 1) -> Retry:
    """Queue a job again whose worker stopped unexpectedly, or whose message was delivered `times` times without effect.

    An interruption isn't a failure of the job, because restarts of the host stop workers, too. A job fails after
    `MAX_INTERRUPTIONS` interruptions without progress, because it may stop its worker each time.
    """
    interruptions = job.interruptions + times
    stopped = Reason(code=Transient.code, message="The worker running this job stopped unexpectedly.")
    job = with_failed_attempt(job, stopped, now=now).evolve(interruptions=interruptions)
    if interruptions >= MAX_INTERRUPTIONS:
        text = (
            f"The worker running this job was interrupted {interruptions} times without progress. Check the log of "
            "the function app on the Setup page for restarts and memory errors, then retry the job."
        )
        return end_job(job, Status.FAILED, Reason(code="interrupted", message=text), now=now)
    delay = backoff_s(interruptions, jitter=0.0, most_s=MAX_BUSY_DELAY_S)
    return requeue(job, stopped, now=now, delay_s=delay)


def continue_later(job: Job, *, now: datetime) -> Retry:
    """Queue the job to continue in a new message after this run made progress. It doesn't count as a failure."""
    return requeue(job, None, now=now, delay_s=0.0)


def requeue(job: Job, reason: Reason | None, *, now: datetime, delay_s: float) -> Retry:
    """Queue the job for another attempt. The message is sent now or, after a long delay, by the sweep."""
    at_once = delay_s <= MAX_MESSAGE_DELAY_S
    again = job.with_status(
        Status.QUEUED,
        now=now,
        attempt=job.attempt + 1,
        not_before=now + timedelta(seconds=delay_s),
        sent_at=now if at_once else None,
        lease=None,
        reason=reason,
    )
    return Retry(job=again, delay_s=delay_s if at_once else None)


def end_job(job: Job, status: Status, reason: Reason, *, now: datetime) -> Retry:
    """End the job with this status and reason."""
    return Retry(job=job.with_status(status, now=now, reason=reason), delay_s=None)
