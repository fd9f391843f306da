"""Prompts: written to be looked at, before anything is painted."""

from __future__ import annotations

import azure.functions as func

from functions.services import prompts
from functions.services.world import World
from functions.triggers.endpoint import endpoint
from functions.wire import job_routes, requests
from functions.wire import outlook_views as views
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
        **vars(proposal.check),
    )


@endpoint(bp, job_routes.CHECK_PROMPT)
async def check_prompt(world: World, call: Call[Nothing, requests.CheckBody]) -> views.PromptCheckView:
    return views.PromptCheckView(**vars(await prompts.check(world, call.body.prompt)))


@endpoint(bp, job_routes.LIST_PROMPTS)
async def list_prompts(world: World, call: Call[requests.HistoryQuery, Nothing]) -> views.PromptPage:
    page = await prompts.history(world, person=call.person, cursor=call.query.cursor, limit=call.query.limit)
    items = [views.prompt_record_view(record) for record in page.items]
    return views.PromptPage(items=items, next_cursor=page.next_cursor)


@endpoint(bp, job_routes.FORGET_PROMPT)
async def forget_prompt(world: World, call: Call[Nothing, Nothing]) -> None:
    await prompts.forget(world, call.id, person=call.person)
