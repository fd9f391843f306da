"""A written prompt to look at: nothing is painted, nothing is kept."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from functions.models.prompt import WritingRequest, WrittenPrompt
from functions.policy.variables import variables
from functions.policy.vocabulary import suggestions
from functions.policy.words import approximate_tokens
from functions.services import library, schedules
from functions.services.world import World

SUGGESTED = 6


@dataclass(frozen=True, kw_only=True)
class Proposal:
    prompt: WrittenPrompt
    suggestions: tuple[str, ...]  # what the model paints well instead of the words it does not know
    tokens: int
    token_budget: int


async def propose(world: World, *, theme: str, instructions: str, schedule_id: str | None) -> Proposal:
    """A prompt for this theme, as a job would write it; for a schedule, unlike its last ones."""
    profile, settings = await library.profile(world), await library.settings(world)
    schedule = await schedules.get(world, schedule_id) if schedule_id else None
    timezone, run = (schedule.timing.timezone, schedule.runs + 1) if schedule else (settings.timezone, 1)
    prompt = await world.writer.write(
        WritingRequest(
            theme=theme,
            instructions=instructions or (schedule.instructions if schedule else ""),
            variables=variables(world.clock(), timezone, n=run),
            avoid=schedule.recent_prompts if schedule else (),
            seed=secrets.randbelow(2**32),
        ),
        profile,
    )
    return Proposal(
        prompt=prompt,
        suggestions=suggestions(prompt.unknown_words, profile, n=SUGGESTED) if prompt.unknown_words else (),
        tokens=approximate_tokens(prompt.prompt),
        token_budget=profile.token_budget,
    )
