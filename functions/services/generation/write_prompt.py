"""The first stage of a job: a written prompt, complete options, and the ids and seeds of the pictures it owes."""

from __future__ import annotations

import secrets

from functions.errors import NotFound
from functions.models.identity import new_image_ids
from functions.models.job import GenerationRequest, Job, JobImage, Status
from functions.models.prompt import ModelProfile, WritingRequest, WrittenPrompt
from functions.models.schedule import GenerationOptions, Schedule
from functions.policy.jobs.progress import stage_progress
from functions.policy.limits import complete
from functions.policy.schedules.upcoming_prompts import known_prompts, remembered
from functions.services import library_settings
from functions.services.dependencies import Dependencies
from functions.services.generation.claim_prompt import take
from functions.services.jobs.lease import LeasedJob
from functions.services.telemetry import event
from functions.services.update import update

SEEDS = 2**32
WRITINGS = 10  # a neighbour that took the same prompt meanwhile costs one; then a repetition is let pass


async def write_prompt(deps: Dependencies, leased: LeasedJob) -> None:
    """Save the prompt on the job, once: a job that has one is left alone.

    A process killed between ChatGPT's answer and the save pays for a second answer; nothing else does.
    """
    if leased.job.prompt is not None:
        return
    request = leased.job.generation_request
    profile = await library_settings.profile(deps)
    started = deps.clock()
    await leased.save(
        lambda job: job.with_status(Status.WRITING, now=started, reason=None, progress=stage_progress(job, ""))
    )
    prompt = request.prompt or await fresh(deps, leased.job, request, profile)
    now = deps.clock()
    options = complete(request.options, profile)
    pictures = planned_images(options, new_image_ids(now, options.count))
    writing_ms = int((now - started).total_seconds() * 1000)
    await leased.save(
        lambda job: job.evolve(
            prompt=prompt,
            options=options,
            pictures=pictures,
            cost_usd=prompt.cost_usd,
            timings=job.timings.evolve(
                writing_ms=writing_ms, waiting_ms=int((started - job.created_at).total_seconds() * 1000)
            ),
            updated_at=now,
        )
    )
    event("prompt.written", job_id=leased.job.id, source=prompt.source, ms=writing_ms)


def planned_images(options: GenerationOptions, ids: tuple[str, ...]) -> tuple[JobImage, ...]:
    """One picture per id; seeds count up from the one asked for, else from a random one."""
    first = secrets.randbelow(SEEDS) if options.seed is None else options.seed
    return tuple(JobImage(id=id, seed=(first + number) % SEEDS) for number, id in enumerate(ids))


async def fresh(deps: Dependencies, job: Job, request: GenerationRequest, profile: ModelProfile) -> WrittenPrompt:
    """The prompt that was written ahead for this run, else one by the writer.

    For a schedule it is entered among the schedule's last ones before it is used.
    """
    for writing in range(WRITINGS):
        schedule = await schedule_of(deps, job)
        if schedule is not None and (ahead := await take(deps, schedule, job)) is not None:
            return ahead
        recent = known_prompts(schedule) if schedule else request.avoid
        prompt = await deps.prompt_writer.write(
            WritingRequest(
                theme=request.theme,
                instructions=request.instructions,
                variables=request.variables,
                avoid=recent,
                seed=secrets.randbelow(SEEDS),
            ),
            profile,
        )
        if schedule is None or await remember(deps, schedule, prompt, last_try=writing == WRITINGS - 1):
            break
    return prompt


async def schedule_of(deps: Dependencies, job: Job) -> Schedule | None:
    if job.schedule_id is None:
        return None
    try:
        return await deps.catalog.schedules.get(job.schedule_id)
    except NotFound:
        return None


async def remember(deps: Dependencies, schedule: Schedule, prompt: WrittenPrompt, *, last_try: bool) -> bool:
    """Enter the prompt among the schedule's last ones; False when a neighbour took the same one meanwhile."""

    def entered(held: Schedule) -> Schedule | None:
        if held is not schedule and prompt.prompt in held.recent_prompts and not last_try:
            return None
        return held.evolve(recent_prompts=remembered(held, prompt))

    try:
        return await update(deps.catalog.schedules, schedule.id, entered, held=schedule) is not None
    except NotFound:
        return True
