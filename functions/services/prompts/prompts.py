"""Write and check prompts without a job, and the prompt history of users."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from functions.errors import NotFound
from functions.models.caller import Caller
from functions.models.history import PromptRecord, person_owner
from functions.models.identity import new_image_id
from functions.models.job import Job
from functions.models.language import Language
from functions.models.prompt import ModelProfile, WritingRequest, WrittenPrompt
from functions.policy.prompts.english_words import approximate_tokens
from functions.policy.prompts.left_out import sentence as left_out_sentence
from functions.policy.prompts.vocabulary import sentence, suggestions, unknown_words
from functions.policy.schedules.named_lists import expanded
from functions.policy.schedules.variables import variables
from functions.policy.schedules.wildcards import drawn
from functions.ports import Page
from functions.services import library_settings
from functions.services.dependencies import Dependencies
from functions.services.schedules import schedules
from functions.services.update import update
from functions.services.usage import paid_prompts

SUGGESTED = 6


@dataclass(frozen=True, kw_only=True)
class Check:
    """How well a model understands a prompt."""

    unknown_words: tuple[str, ...]
    suggestions: tuple[str, ...]  # subjects that the model knows, as alternatives to the unknown words
    sentence: str  # a sentence for users; empty if all words are known
    tokens: int
    token_budget: int


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A written prompt and its check."""

    prompt: WrittenPrompt
    check: Check


async def propose(
    deps: Dependencies,
    *,
    theme: str,
    instructions: str,
    schedule_id: str | None,
    prompt_language: Language | None = None,
    text_language: Language = "en",
    avoid: tuple[str, ...] = (),
) -> Proposal:
    """Write a prompt for this theme, different from those to avoid and from the schedule's recent ones.

    One of each alternatives such as {red|blue} is chosen at random.
    Its cost is recorded immediately, whether or not it is ever used. Raises `TooMany` if a cost limit leaves no
    room for it.
    """
    profile, settings = await library_settings.profile(deps), await library_settings.settings(deps)
    schedule = await schedules.get(deps, schedule_id) if schedule_id else None
    timezone, run = (schedule.timing.timezone, schedule.runs + 1) if schedule else (settings.timezone, 1)
    id = new_image_id(deps.clock())
    theme, instructions = drawn(
        expanded(theme, settings.lists),
        expanded(instructions or (schedule.instructions if schedule else ""), settings.lists),
        seed=id,
    )
    prompt = await paid_prompts.write(
        deps,
        id,
        WritingRequest(
            theme=theme,
            instructions=instructions,
            prompt_language=prompt_language,
            text_language=text_language,
            variables=variables(deps.clock(), timezone, n=run),
            avoid=(*avoid, *(schedule.recent_prompts if schedule else ())),
            seed=secrets.randbelow(2**32),
        ),
        profile,
    )
    check = checked(prompt.prompt, profile, unknown=prompt.unknown_words, left_out=prompt.left_out)
    return Proposal(prompt=prompt, check=check)


async def check(deps: Dependencies, prompt: str) -> Check:
    """Check how well the model understands this prompt."""
    return checked(prompt, await library_settings.profile(deps))


def checked(
    prompt: str, profile: ModelProfile, *, unknown: tuple[str, ...] | None = None, left_out: tuple[str, ...] = ()
) -> Check:
    """Return the check of a prompt.

    `unknown` are its unknown words if the prompt writer has already determined them, `left_out` the parts of the theme
    that it doesn't contain.
    """
    unknown = unknown_words(prompt, profile) if unknown is None else unknown
    instead = suggestions(unknown, profile, n=SUGGESTED) if unknown else ()
    return Check(
        unknown_words=unknown,
        suggestions=instead,
        sentence=" ".join(part for part in (sentence(unknown, profile), left_out_sentence(left_out)) if part),
        tokens=approximate_tokens(prompt),
        token_budget=profile.token_budget,
    )


# --- history --------------------------------------------------------------------------------------------------------


async def remember(deps: Dependencies, job: Job) -> None:
    """Add the prompt of a user's job to the user's history. Schedules have their own."""
    if job.schedule_id is not None or job.prompt is None or job.request is None or job.request.regenerates:
        return
    facts = f"{job.created_by}\0{job.prompt.prompt}\0{job.prompt.negative_prompt}"
    record = PromptRecord(
        id=f"prompt-{hashlib.sha256(facts.encode()).hexdigest()[:32]}",
        created_by=job.created_by,
        created_by_name=job.created_by_name,
        created_at=job.created_at,
        updated_at=job.created_at,
        owner=person_owner(job.created_by),
        at=job.created_at,
        theme=job.request.theme,
        instructions=job.request.instructions,
        prompt=job.prompt,
        options=job.request.options,
        job_id=job.id,
    )

    def renewed(stored: PromptRecord) -> PromptRecord | None:
        return record.evolve(created_at=stored.created_at, etag=stored.etag) if stored.at < record.at else None

    await update(deps.catalog.prompts, record.id, renewed, missing=lambda: record)


def owners(caller: Caller) -> tuple[str, ...]:
    """Return the owners of this caller's prompts."""
    return tuple(person_owner(created_by) for created_by in caller.known_as)


async def history(deps: Dependencies, *, caller: Caller, cursor: str | None, limit: int) -> Page[PromptRecord]:
    """Return the prompts that this user has used, newest first."""
    return await deps.catalog.prompts.page(*owners(caller), cursor=cursor, limit=limit)


async def forget(deps: Dependencies, id: str, *, caller: Caller) -> None:
    """Delete a prompt from the user's history. Raises `NotFound` also for a prompt of another user."""
    if (await deps.catalog.prompts.get(id)).owner not in owners(caller):
        raise NotFound
    await deps.catalog.prompts.delete(id)
