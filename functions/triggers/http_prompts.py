"""HTTP functions for prompts: write, check, estimate, and history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import azure.functions as func

from functions.api.http_request import Call
from functions.api.routes import jobs, schedules
from functions.api.schemas import estimates as views
from functions.api.schemas import requests, schedule_requests
from functions.api.schemas.fields import Nothing
from functions.models.prompt import WrittenPrompt
from functions.services.dependencies import Dependencies
from functions.services.prompts import prompts, upcoming
from functions.triggers.endpoint import endpoint

bp = func.Blueprint()


@endpoint(bp, jobs.PROPOSE_PROMPT)
async def propose_prompt(deps: Dependencies, call: Call[Nothing, requests.PromptBody]) -> views.PromptView:
    proposal = await prompts.propose(deps, **dict(call.body))
    return views.PromptView(**texts(proposal.prompt), **vars(proposal.check))


@endpoint(bp, jobs.CHECK_PROMPT)
async def check_prompt(deps: Dependencies, call: Call[Nothing, requests.CheckBody]) -> views.PromptCheckView:
    return views.PromptCheckView(**vars(await prompts.check(deps, call.body.prompt)))


@endpoint(bp, jobs.LIST_PROMPTS)
async def list_prompts(deps: Dependencies, call: Call[requests.HistoryQuery, Nothing]) -> views.PromptPage:
    page = await prompts.history(deps, caller=call.caller, cursor=call.query.cursor, limit=call.query.limit)
    items = [views.prompt_record_view(record) for record in page.items]
    return views.PromptPage(items=items, next_cursor=page.next_cursor)


@endpoint(bp, jobs.FORGET_PROMPT)
async def forget_prompt(deps: Dependencies, call: Call[Nothing, Nothing]) -> None:
    await prompts.forget(deps, call.id, caller=call.caller)


@endpoint(bp, schedules.LIST_UPCOMING)
async def list_upcoming(deps: Dependencies, call: Call[Nothing, Nothing]) -> views.UpcomingList:
    return listed(await upcoming.waiting(deps, call.id))


@endpoint(bp, schedules.PREPARE_UPCOMING)
async def prepare_upcoming(
    deps: Dependencies, call: Call[Nothing, schedule_requests.WriteAheadBody]
) -> views.UpcomingList:
    return listed(await upcoming.write_ahead(deps, call.id, count=call.body.count))


@endpoint(bp, schedules.CHANGE_UPCOMING)
async def change_upcoming(
    deps: Dependencies, call: Call[Nothing, schedule_requests.UpcomingBody]
) -> views.UpcomingList:
    body = call.body
    await upcoming.edit(deps, call.id, call.params["prompt_id"], body.written(), etag=body.etag)
    return listed(await upcoming.waiting(deps, call.id))


@endpoint(bp, schedules.DROP_UPCOMING)
async def drop_upcoming(deps: Dependencies, call: Call[Nothing, Nothing]) -> None:
    await upcoming.drop(deps, call.id, call.params["prompt_id"])


def listed(waiting: Sequence[upcoming.Waiting]) -> views.UpcomingList:
    return views.UpcomingList(
        items=[
            views.UpcomingView(
                id=one.entry.id,
                etag=one.entry.etag,
                slot=one.slot,
                edited=one.entry.edited,
                **texts(one.entry.prompt),
                **vars(one.check),
            )
            for one in waiting
        ]
    )


def texts(written: WrittenPrompt) -> dict[str, Any]:
    names = ("prompt", "negative_prompt", "title", "alt_text", "tags", "source")
    return {name: getattr(written, name) for name in names}
