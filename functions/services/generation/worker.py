"""One message of the generation queue: write, paint, store, finish.

Any message may come twice and the process may die at any line.  What is saved before what:
prompt, seeds and picture ids; then per picture the original, its thumbnail, its document, the books, the job.
"""

from __future__ import annotations

from functions.errors import Conflict, NotFound
from functions.models.job import Job, Message, Reason, Status
from functions.policy.jobs import retry
from functions.services.dependencies import Dependencies
from functions.services.generation.run import Generation
from functions.services.jobs.dispatch import send
from functions.services.jobs.lease import hold
from functions.services.telemetry import ended, event

POISONED = Reason(
    code="poisoned",
    message="The worker running this job stopped unexpectedly five times in a row. Fix the cause, then retry the job.",
)


async def run_job(deps: Dependencies, message: Message) -> None:
    """Work on the job that the message names, unless it is finished, another's, or on a later attempt."""
    now = deps.clock()
    try:
        job = await deps.catalog.jobs.get(message.job_id)
    except NotFound:
        event("job.unknown", job_id=message.job_id)
        return
    if job.finished or job.attempt != message.attempt or job.leased(now):
        event("job.message_ignored", job_id=job.id, status=job.status, attempt=message.attempt)
        return
    if job.lease is not None:
        await send_again(deps, job, lambda job: retry.after_crash(job, now=now))
        return
    async with hold(deps, job) as leased:
        if leased is not None:
            await Generation(deps, leased).run()


async def fail_poisoned(deps: Dependencies, message: Message) -> None:
    """End a job whose message the host gave up on, if it is still that attempt and nobody works on it."""
    now = deps.clock()
    try:
        job = await deps.catalog.jobs.get(message.job_id)
        if job.finished or job.attempt != message.attempt or job.leased(now):
            return
        reason = Reason(
            code="poisoned",
            message="The worker running this job stopped unexpectedly five times in a row. Fix the cause, then retry "
            "the job.",
        )
        ended(await deps.catalog.jobs.replace(job.with_status(Status.FAILED, now=now, reason=reason)))
    except (NotFound, Conflict):
        return  # gone, or somebody moved it on: then it is theirs


async def send_again(deps: Dependencies, job: Job, decide: retry.Decision) -> None:
    """Save an unleased job's next attempt or its end, then send the message; another's save wins."""
    outcome = decide(job)
    if outcome.job.finished and job.pending:
        async with hold(deps, job) as leased:
            if leased is not None:
                await Generation(deps, leased).put_off(decide)
        return
    try:
        saved = await deps.catalog.jobs.replace(outcome.job)
    except Conflict:
        return
    event("job.sent_again", job_id=saved.id, status=saved.status, attempt=saved.attempt)
    if saved.finished:
        ended(saved)
    if outcome.delay_s is not None:
        await send(deps, saved, delay_s=outcome.delay_s)
