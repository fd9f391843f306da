"""HTTP functions for prompts: write, check, estimate, and history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import azure.functions as func

from functions.api.http_request import ApiRequest
from functions.api.routes import jobs, schedules
from functions.api.schemas import estimates as views
from functions.api.schemas import requests, schedule_requests
from functions.api.schemas.fields import Empty
from functions.models.prompt import WrittenPrompt
from functions.services.dependencies import Dependencies
from functions.services.prompts import prompts, upcoming
from functions.triggers.endpoint import endpoint

bp = func.Blueprint()


@endpoint(bp, jobs.WRITE_PROMPT)
async def write_prompt(deps: Dependencies, request: ApiRequest[Empty, requests.PromptBody]) -> views.PromptResponse:
    proposal = await prompts.propose(deps, **dict(request.body))
    return views.PromptResponse(**texts(proposal.prompt), **vars(proposal.check))


@endpoint(bp, jobs.CHECK_PROMPT)
async def check_prompt(deps: Dependencies, request: ApiRequest[Empty, requests.CheckBody]) -> views.PromptCheckResponse:
    return views.PromptCheckResponse(**vars(await prompts.check(deps, request.body.prompt)))


@endpoint(bp, jobs.LIST_PROMPTS)
async def list_prompts(deps: Dependencies, request: ApiRequest[requests.HistoryQuery, Empty]) -> views.PromptPage:
    page = await prompts.history(deps, caller=request.caller, cursor=request.query.cursor, limit=request.query.limit)
    items = [views.prompt_record_response(record) for record in page.items]
    return views.PromptPage(items=items, next_cursor=page.next_cursor)


@endpoint(bp, jobs.DELETE_PROMPT)
async def delete_prompt(deps: Dependencies, request: ApiRequest[Empty, Empty]) -> None:
    await prompts.forget(deps, request.id, caller=request.caller)


@endpoint(bp, schedules.LIST_UPCOMING_PROMPTS)
async def list_upcoming_prompts(deps: Dependencies, request: ApiRequest[Empty, Empty]) -> views.UpcomingList:
    return listed(await upcoming.list_upcoming(deps, request.id))


@endpoint(bp, schedules.WRITE_UPCOMING_PROMPTS)
async def write_upcoming_prompts(
    deps: Dependencies, request: ApiRequest[Empty, schedule_requests.WriteAheadBody]
) -> views.UpcomingList:
    return listed(await upcoming.write_ahead(deps, request.id, count=request.body.count))


@endpoint(bp, schedules.REPLACE_UPCOMING_PROMPT)
async def replace_upcoming_prompt(
    deps: Dependencies, request: ApiRequest[Empty, schedule_requests.UpcomingBody]
) -> views.UpcomingList:
    body = request.body
    await upcoming.edit(deps, request.id, request.params["prompt_id"], body.written(), etag=body.etag)
    return listed(await upcoming.list_upcoming(deps, request.id))


@endpoint(bp, schedules.DELETE_UPCOMING_PROMPT)
async def delete_upcoming_prompt(deps: Dependencies, request: ApiRequest[Empty, Empty]) -> None:
    await upcoming.delete(deps, request.id, request.params["prompt_id"])


def listed(items: Sequence[upcoming.UpcomingPromptDetails]) -> views.UpcomingList:
    return views.UpcomingList(
        items=[
            views.UpcomingPromptResponse(
                id=one.entry.id,
                etag=one.entry.etag,
                slot=one.slot,
                edited=one.entry.edited,
                **texts(one.entry.prompt),
                **vars(one.check),
            )
            for one in items
        ]
    )


def texts(written: WrittenPrompt) -> dict[str, Any]:
    names = ("prompt", "negative_prompt", "title", "alt_text", "tags", "source")
    return {name: getattr(written, name) for name in names}
