"""First stage of a job: prompt, complete options, and IDs and seeds of its images."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Set

from functions.errors import NotFound
from functions.models.identity import image_ids_of_job
from functions.models.job import GenerationRequest, Job, JobImage, Status
from functions.models.prompt import ModelProfile, WritingRequest, WrittenPrompt
from functions.models.schedule import GenerationOptions, Schedule
from functions.policy.jobs.outcome import skipped_as_repeated
from functions.policy.jobs.progress import stage_progress
from functions.policy.limits import with_defaults
from functions.policy.prompts.similarity import too_similar
from functions.policy.schedules.upcoming_prompts import known_prompts, remembered
from functions.services import library_settings
from functions.services.dependencies import Dependencies
from functions.services.generation.claim_prompt import claim
from functions.services.generation.earlier_run import find_earlier_run
from functions.services.jobs.lease import LeasedJob
from functions.services.telemetry import event
from functions.services.update import update

SEED_COUNT = 2**32
# one is used up whenever another job takes the same prompt in the meantime; the last one may be a repetition
MAX_ATTEMPTS = 10


async def write_prompt(deps: Dependencies, leased: LeasedJob) -> bool:
    """Save the prompt on the job. A job that has a prompt isn't changed.

    Only if the process stops between the response of the language model and the save, a second response is paid for.
    Return whether the job's progress was lost, which means that an earlier run has stored images. Their prompt is used
    again, and images that were deleted since count as stored, so that this run doesn't generate them again.
    """
    if leased.job.prompt is not None:
        return False
    request = leased.job.generation_request
    profile = await library_settings.profile(deps)
    options = with_defaults(request.options, profile)
    if request.regenerates:
        ids: tuple[str, ...] = (request.regenerates,)
        earlier = None
    else:
        ids = image_ids_of_job(leased.job.id, leased.job.created_at, options.count)
        earlier = await find_earlier_run(deps, leased.job, ids)
    deleted: Set[str] = earlier.deleted if earlier else frozenset()
    images = planned_images(leased.job, options, ids, stored=deleted)
    started = deps.clock()
    if len(deleted) == options.count:
        await leased.save(lambda job: job.evolve(options=options, pictures=images, updated_at=started))
        return True
    await leased.save(
        lambda job: job.with_status(Status.WRITING, now=started, reason=None, progress=stage_progress(job, ""))
    )
    prompt = request.prompt or (earlier.prompt if earlier else None)
    prompt = prompt or await fresh(deps, leased.job, request, profile)
    now = deps.clock()
    if prompt.not_new and (schedule := await schedule_of(deps, leased.job)) and schedule.repeats == "skip":
        await leased.save(lambda job: skipped_as_repeated(job, prompt, now=now))
        event("run.not_new", job_id=leased.job.id, schedule_id=schedule.id)
        return False
    writing_ms = int((now - started).total_seconds() * 1000)
    cost = leased.job.cost_usd + prompt.cost_usd  # earlier attempts can have cost something too
    await leased.save(
        lambda job: job.evolve(
            prompt=prompt,
            options=options,
            pictures=images,
            cost_usd=cost,
            timings=job.timings.evolve(
                writing_ms=writing_ms, waiting_ms=int((started - job.created_at).total_seconds() * 1000)
            ),
            updated_at=now,
        )
    )
    event("prompt.written", job_id=leased.job.id, source=prompt.source, ms=writing_ms)
    return earlier is not None


def planned_images(
    job: Job, options: GenerationOptions, ids: tuple[str, ...], *, stored: Set[str] = frozenset()
) -> tuple[JobImage, ...]:
    """Return one image per ID, pending except those in `stored`.

    Seeds are consecutive, starting with the requested one, or one that is the same whenever this job is repeated.
    """
    digest = hashlib.sha256(f"{job.id}\0seed".encode()).digest()
    first = int.from_bytes(digest) % SEED_COUNT if options.seed is None else options.seed
    return tuple(
        JobImage(id=id, seed=(first + number) % SEED_COUNT, state="stored" if id in stored else "pending")
        for number, id in enumerate(ids)
    )


async def fresh(deps: Dependencies, job: Job, request: GenerationRequest, profile: ModelProfile) -> WrittenPrompt:
    """Return the upcoming prompt for this run, else one from the prompt writer.

    For a schedule, it is added to the schedule's recent prompts before it is used. Its cost includes that of prompts
    which another job used first.
    """
    discarded_usd = 0.0
    for writing in range(MAX_ATTEMPTS):
        schedule = await schedule_of(deps, job)
        if schedule is not None and (ahead := await claim(deps, schedule, job)) is not None:
            return ahead.evolve(cost_usd=ahead.cost_usd + discarded_usd)
        recent = known_prompts(schedule) if schedule else request.avoid
        prompt = await deps.prompt_writer.write(
            WritingRequest(
                theme=request.theme,
                instructions=request.instructions,
                prompt_language=request.prompt_language,
                text_language=request.text_language,
                variables=request.variables,
                avoid=recent,
                seed=secrets.randbelow(SEED_COUNT),
            ),
            profile,
        )
        prompt = prompt.evolve(not_new=too_similar(prompt.prompt, recent))
        if schedule is None or await remember(deps, schedule, prompt, last_try=writing == MAX_ATTEMPTS - 1):
            break
        discarded_usd += prompt.cost_usd
    return prompt.evolve(cost_usd=prompt.cost_usd + discarded_usd)


async def schedule_of(deps: Dependencies, job: Job) -> Schedule | None:
    """Return the schedule of a job, or None if it has none or it doesn't exist."""
    if job.schedule_id is None:
        return None
    try:
        return await deps.catalog.schedules.get(job.schedule_id)
    except NotFound:
        return None


async def remember(deps: Dependencies, schedule: Schedule, prompt: WrittenPrompt, *, last_try: bool) -> bool:
    """Add the prompt to the schedule's recent prompts.

    Return False if another job used the same one in the meantime.
    """

    def entered(stored: Schedule) -> Schedule | None:
        if stored is not schedule and prompt.prompt in stored.recent_prompts and not last_try:
            return None
        return stored.evolve(recent_prompts=remembered(stored, prompt))

    try:
        return await update(deps.catalog.schedules, schedule.id, entered, loaded=schedule) is not None
    except NotFound:
        return True
