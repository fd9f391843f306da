"""Create jobs: the reservation in the budget first, then the document, then the queue message."""

from __future__ import annotations

import hashlib
from typing import Any

from functions.errors import AlreadyExists, Conflict, NotFound
from functions.models.caller import Caller
from functions.models.identity import new_image_id
from functions.models.job import GenerationRequest, Job
from functions.models.library_work import LibraryWork
from functions.models.schedule import Schedule
from functions.policy.limits import check_options
from functions.policy.prompts.llm_prompt import filled
from functions.policy.schedules.named_lists import expanded, with_lists
from functions.policy.schedules.variables import variables
from functions.policy.schedules.wildcards import drawn, for_run
from functions.services import library_settings
from functions.services.dependencies import Dependencies
from functions.services.jobs.dispatch import send_job_message
from functions.services.telemetry import event
from functions.services.usage import budget


async def submit(
    deps: Dependencies,
    request: GenerationRequest,
    *,
    caller: Caller,
    idempotency_key: str | None,
    schedule: Schedule | None = None,
    retry_of: str | None = None,
    job_id: str | None = None,
) -> Job:
    """Queue a generation job and return it. The same caller and key return the existing job, and so does its ID.

    Variables in the theme are filled in, and one of each alternatives such as {red|blue} is chosen.

    Raises `Conflict` if the key was used with another body, `BadRequest` or `TooMany` if a limit doesn't allow the job,
    and `OverOwnLimit` if one of `schedule` doesn't.
    """
    now = deps.clock()
    body = hash_of(request)
    if job_id is None:
        job_id = idempotent_id(caller.id, idempotency_key) if idempotency_key else new_image_id(now)
    if idempotency_key and (existing := await find_repeated(deps, caller, idempotency_key)):
        return checked_repeat(existing, body)
    settings = await library_settings.settings(deps)
    profile = await library_settings.profile(deps, settings)
    check_options(request.options, settings.limits, profile)
    if not request.variables:
        request = request.evolve(variables=variables(now, settings.timezone, n=1))
    if schedule is None:
        theme, instructions = drawn(
            expanded(request.theme, settings.lists), expanded(request.instructions, settings.lists), seed=job_id
        )
    else:
        draft = schedule.evolve(theme=request.theme, instructions=request.instructions)
        draft = with_lists(draft, settings.lists)
        theme, instructions = for_run(draft, schedule.id, n=int(request.variables.get("n", 1)))
    request = request.evolve(theme=filled(theme, request.variables), instructions=instructions)
    job = Job(
        id=job_id,
        **caller.creator,
        created_at=now,
        updated_at=now,
        request=request,
        request_hash=body,
        schedule_id=schedule.id if schedule else None,
        schedule_name=schedule.name if schedule else None,
        retry_of=retry_of,
        not_before=now,
        sent_at=now,
    )
    known = await budget.read(deps, settings, profile, [schedule] if schedule else [])
    job = await budget.reserve(deps, job, known, schedule=schedule)
    try:
        return await create(deps, job)
    except AlreadyExists:
        return checked_repeat(await deps.catalog.jobs.get(job_id), body)


def hash_of(request: GenerationRequest) -> str:
    """Return the hash of what a client requested, which is the same at any time of day.

    Fields that version 0.1.0 doesn't have count only if they are set, so that a request that is repeated after an
    update is recognized.
    """
    left_out: dict[str, Any] = {"variables": True, "prompt": {"left_out": True, "not_new": True}}
    for name in ("prompt_language", "text_language", "regenerates"):
        if getattr(request, name) == GenerationRequest.model_fields[name].default:
            left_out[name] = True
    return hashlib.sha256(request.model_dump_json(exclude=left_out).encode()).hexdigest()


async def create(deps: Dependencies, job: Job, *, delay_s: float = 0.0) -> Job:
    """Save the job, then send its message with a delay of `delay_s`. Raises `AlreadyExists` if its ID is in use.

    If the process stops in between or the queue is down, the sweep sends the message.
    """
    saved = await deps.catalog.jobs.create(job)
    event("job.queued", job_id=saved.id, kind=saved.kind, schedule_id=saved.schedule_id)
    await send_job_message(deps, saved, delay_s=delay_s)
    return saved


def library_job(deps: Dependencies, work: LibraryWork, *, caller: Caller, **fields: Any) -> Job:
    """Return a new library job with this work, not yet saved. `fields` are additional fields of its document."""
    now = deps.clock()
    made = {"created_at": now, "updated_at": now, "not_before": now, "sent_at": now}
    return Job(**{"id": new_image_id(now)} | caller.creator | made | fields, kind=work.kind, work=work)


def idempotent_id(created_by: str, key: str) -> str:
    """Return the ID of the only job that this caller can create with this key."""
    return "job-" + hashlib.sha256(f"{created_by}\0{key}".encode()).hexdigest()[:32]


async def find_repeated(deps: Dependencies, caller: Caller, key: str) -> Job | None:
    """Return the job that this caller has created with this key, also before an update from version 0.1.0, or None."""
    for created_by in caller.known_as:
        job = await find(deps, idempotent_id(created_by, key))
        if job is not None and job.created_by == created_by:
            return job
    return None


async def find(deps: Dependencies, job_id: str) -> Job | None:
    """Return the job, or None if it doesn't exist."""
    try:
        return await deps.catalog.jobs.get(job_id)
    except NotFound:
        return None


def checked_repeat(existing: Job, body: str) -> Job:
    """Return the existing job, or raise `Conflict` if it was created with another body."""
    if existing.request_hash != body:
        raise Conflict(
            "This Idempotency-Key was already used with a different request body. Use a new key.",
            field="Idempotency-Key",
        )
    return existing
