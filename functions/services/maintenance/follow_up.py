"""Follow-up work of an ended generation job: usage, prompt history, automatic pause, publication, and webhook.

It is done right after the job. The sweep does it for jobs for which it was interrupted. Doing it twice has no effect.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from functions.errors import AppError, NotFound, Stale
from functions.models.job import Job, Message
from functions.services import library_settings
from functions.services.dependencies import Dependencies
from functions.services.generation import claim_prompt
from functions.services.generation.run import run_job
from functions.services.images import published_site
from functions.services.prompts import prompts
from functions.services.schedules import auto_pause
from functions.services.telemetry import event, failure
from functions.services.usage import ledger, run_history
from functions.services.webhooks import deliveries

PAGE = 200
PAGES_AT_A_SWEEP = 50

FollowUpStep = Callable[[Dependencies, Job], Awaitable[None]]

FOLLOW_UP_STEPS: tuple[FollowUpStep, ...] = (
    ledger.record_cost_without_images,
    run_history.record,
    prompts.remember,
    claim_prompt.release,
    auto_pause.pause_after_failures,
    published_site.run_ended,
    deliveries.run_ended,
)


async def work(deps: Dependencies, message: Message, *, steps: Sequence[FollowUpStep] = FOLLOW_UP_STEPS) -> None:
    """Run the job of this message, then do its follow-up work if it has ended."""
    await run_job(deps, message)
    try:
        job = await deps.catalog.jobs.get(message.job_id)
    except NotFound:
        return
    except AppError as exc:
        failure("job.not_followed", exc, job_id=message.job_id)
        return
    await run_follow_up(deps, job, steps)


async def run_follow_up(deps: Dependencies, job: Job, steps: Sequence[FollowUpStep]) -> bool:
    """Do all follow-up work of this job. Return False if a retry can complete the rest."""
    if job.kind != "generation" or not job.finished:
        return True
    done = True
    for consequence in steps:
        try:
            await consequence(deps, job)
        except AppError as exc:
            done = done and not exc.retryable
            failure("job.not_followed", exc, job_id=job.id, step=consequence.__name__)
    return done


async def run_pending(deps: Dependencies, *, steps: Sequence[FollowUpStep] = FOLLOW_UP_STEPS) -> int:
    """Do the follow-up work of all jobs that ended since the last call. Return the number of jobs checked."""
    settings = await library_settings.settings(deps)
    seen, looked_at = settings.jobs_followed, 0
    if seen is None:
        _, seen = await deps.catalog.jobs.changed(None)
    for _ in range(PAGES_AT_A_SWEEP):
        changed, until = await deps.catalog.jobs.changed(seen, limit=PAGE)
        if not all([await run_follow_up(deps, job, steps) for job in changed]):
            break  # the position is kept, and the next sweep checks this page again
        looked_at += len(changed)
        seen = until
        if len(changed) < PAGE:
            break
    # Saving the position changes the settings, so it isn't saved if nothing else has changed.
    if looked_at or settings.jobs_followed is None:
        with suppress(Stale):  # then the next sweep checks the same jobs again
            await deps.catalog.settings.replace(settings.evolve(jobs_followed=seen))
        event("jobs.followed", jobs=looked_at)
    return looked_at
