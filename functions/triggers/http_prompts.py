"""Prompts: written to be looked at, before anything is painted."""

from __future__ import annotations

import azure.functions as func

from functions.services import prompts
from functions.services.world import World
from functions.triggers.endpoint import endpoint
from functions.wire import job_routes, requests, views
from functions.wire.calls import Call
from functions.wire.fields import Nothing

bp = func.Blueprint()


@endpoint(bp, job_routes.PROPOSE_PROMPT)
async def propose_prompt(world: World, call: Call[Nothing, requests.PromptBody]) -> views.PromptView:
    proposal = await prompts.propose(world, **dict(call.body))
    written = proposal.prompt
    return views.PromptView(
        prompt=written.prompt,
        negative_prompt=written.negative_prompt,
        title=written.title,
        alt_text=written.alt_text,
        tags=written.tags,
        source=written.source,
        unknown_words=written.unknown_words,
        suggestions=proposal.suggestions,
        tokens=proposal.tokens,
        token_budget=proposal.token_budget,
    )
