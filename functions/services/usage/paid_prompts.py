"""Write a prompt without a job, within the cost limits."""

from __future__ import annotations

from functions.errors import AppError
from functions.models.identity import created_at_of
from functions.models.prompt import ModelProfile, WritingRequest, WrittenPrompt
from functions.services import library_settings
from functions.services.dependencies import Dependencies
from functions.services.usage import budget, ledger


async def write(deps: Dependencies, id: str, request: WritingRequest, profile: ModelProfile) -> WrittenPrompt:
    """Return a prompt from the prompt writer, and record its cost under the prompt's ID (ULID), also if it fails.

    Raises `TooMany`, with the numbers, before anything is paid if a daily or monthly cost limit leaves no room for the
    prompt.
    """
    settings = await library_settings.settings(deps)
    limits = (settings.limits.usd_per_day, settings.limits.usd_per_month)
    reserves = deps.prompts_by != "offline" and any(limit is not None for limit in limits)
    if reserves:
        room = await budget.read(deps, settings, profile)
        await budget.reserve_prompt(deps, ledger.prompt_key(id), room, at=created_at_of(id))
    cost_usd = 0.0
    try:
        written = await deps.prompt_writer.write(request, profile)
        cost_usd = written.cost_usd
    except AppError as exc:
        cost_usd = exc.cost_usd
        raise
    finally:
        if reserves or cost_usd:
            await ledger.record_prompt(deps, id, cost_usd=cost_usd)
    return written
