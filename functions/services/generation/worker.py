"""Process one message of the generation queue: write the prompt, generate, store, finish.

A message can be received twice and the process can stop at any time. Data is saved in this order: prompt, seeds, and
image IDs; then for each image original, thumbnail, document, usage, and job.
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
    """Run the job of this message, unless it is finished, leased by another process, or on a later attempt."""
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
    """Fail a job whose message is in the poison queue, if it is still the same attempt and isn't leased."""
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
        return  # The job was deleted or changed by another process, which is now responsible for it.


async def send_again(deps: Dependencies, job: Job, decide: retry.Decision) -> None:
    """Save the next attempt or the end of a job that isn't leased, then send its message.

    If another process saves the job first, nothing is done.
    """
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
