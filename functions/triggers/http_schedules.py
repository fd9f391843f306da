"""HTTP functions for schedules."""

from __future__ import annotations

import azure.functions as func

from functions.api.http_request import ApiRequest
from functions.api.routes import schedules as schedule_routes
from functions.api.schemas import estimates as estimate_schemas
from functions.api.schemas import job_responses, requests, responses, schedule_requests
from functions.api.schemas.fields import Empty
from functions.models.identity import new_image_id
from functions.services import audit
from functions.services.dependencies import Dependencies
from functions.services.schedules import publications, schedules
from functions.triggers import audited, response_mapping
from functions.triggers.endpoint import endpoint

bp = func.Blueprint()


@endpoint(bp, schedule_routes.LIST_SCHEDULES)
async def list_schedules(deps: Dependencies, request: ApiRequest[Empty, Empty]) -> responses.ScheduleList:
    return responses.ScheduleList(
        items=[response_mapping.schedule(deps, one) for one in await deps.catalog.schedules.all()]
    )


@endpoint(bp, schedule_routes.CREATE_SCHEDULE)
async def create_schedule(
    deps: Dependencies, request: ApiRequest[Empty, schedule_requests.ScheduleBody]
) -> responses.ScheduleResponse:
    draft, id = request.body.draft(), new_image_id(deps.clock())
    _, after = audit.changes({}, audited.of_draft(draft))
    async with audit.recorded(deps, request.caller, "schedule.create", id, name=draft.name, after=after):
        made = await schedules.create(deps, draft, caller=request.caller, id=id)
    return response_mapping.schedule(deps, made)


@endpoint(bp, schedule_routes.GET_SCHEDULE)
async def get_schedule(deps: Dependencies, request: ApiRequest[Empty, Empty]) -> responses.ScheduleResponse:
    return response_mapping.schedule(deps, await schedules.get(deps, request.id))


@endpoint(bp, schedule_routes.REPLACE_SCHEDULE)
async def replace_schedule(
    deps: Dependencies, request: ApiRequest[Empty, schedule_requests.ScheduleUpdate]
) -> responses.ScheduleResponse:
    draft, stored = request.body.draft(), await schedules.get(deps, request.id)
    values = audited.of_draft(stored), audited.of_draft(draft)
    async with audited.schedule_change(deps, request, "schedule.replace", stored, *values):
        saved = await schedules.update(deps, request.id, draft, etag=request.body.etag)
    return response_mapping.schedule(deps, saved)


@endpoint(bp, schedule_routes.DELETE_SCHEDULE)
async def delete_schedule(deps: Dependencies, request: ApiRequest[Empty, Empty]) -> None:
    stored = await schedules.get(deps, request.id)
    async with audited.schedule_change(deps, request, "schedule.delete", stored, audited.of_draft(stored), {}):
        await schedules.delete(deps, request.id)


@endpoint(bp, schedule_routes.PAUSE_SCHEDULE)
async def pause_schedule(
    deps: Dependencies, request: ApiRequest[Empty, schedule_requests.PauseBody]
) -> responses.ScheduleResponse:
    stored = await schedules.get(deps, request.id)
    values = {"paused": stored.paused}, {"paused": True, "reason": request.body.reason}
    async with audited.schedule_change(deps, request, "schedule.pause", stored, *values):
        paused = await schedules.pause(deps, request.id, request.body.reason)
    return response_mapping.schedule(deps, paused)


@endpoint(bp, schedule_routes.RESUME_SCHEDULE)
async def resume_schedule(deps: Dependencies, request: ApiRequest[Empty, Empty]) -> responses.ScheduleResponse:
    stored = await schedules.get(deps, request.id)
    values = {"paused": stored.paused, "reason": stored.paused_reason}, {"paused": False}
    async with audited.schedule_change(deps, request, "schedule.resume", stored, *values):
        resumed = await schedules.resume(deps, request.id)
    return response_mapping.schedule(deps, resumed)


@endpoint(bp, schedule_routes.RUN_SCHEDULE)
async def run_schedule(
    deps: Dependencies, request: ApiRequest[Empty, schedule_requests.RunBody]
) -> job_responses.JobResponse:
    job = await schedules.run_now(
        deps, request.id, caller=request.caller, idempotency_key=request.idempotency_key, count=request.body.count
    )
    return await response_mapping.job(deps, job)


@endpoint(bp, schedule_routes.LIST_RUNS)
async def list_runs(deps: Dependencies, request: ApiRequest[requests.RunsQuery, Empty]) -> job_responses.JobPage:
    schedule = await schedules.get(deps, request.id)
    page = await deps.catalog.jobs.page(schedule_id=schedule.id, cursor=request.query.cursor, limit=request.query.limit)
    return await response_mapping.job_page(deps, page)


@endpoint(bp, schedule_routes.PUBLISH_SCHEDULE)
async def publish_schedule(
    deps: Dependencies, request: ApiRequest[Empty, schedule_requests.PublicationBody]
) -> responses.ScheduleResponse:
    body = request.body
    stored = await schedules.get(deps, request.id)
    before = audited.of_publication(stored.publication)
    after = before | {"publish": body.publish, "include_prompts": body.with_prompts}
    if body.slug is not None:
        after["slug"] = body.slug
    async with audited.schedule_change(deps, request, "schedule.publish", stored, before, after):
        published = await publications.publish(
            deps,
            request.id,
            publish=body.publish,
            slug=body.slug,
            include_prompts=body.with_prompts,
            etag=body.etag,
        )
    return response_mapping.schedule(deps, published)


@endpoint(bp, schedule_routes.UNPUBLISH_SCHEDULE)
async def unpublish_schedule(deps: Dependencies, request: ApiRequest[Empty, Empty]) -> None:
    stored = await schedules.get(deps, request.id)
    values = audited.of_publication(stored.publication), dict[str, object]()
    async with audited.schedule_change(deps, request, "schedule.unpublish", stored, *values):
        await publications.unpublish(deps, request.id)


@endpoint(bp, schedule_routes.PREVIEW_SCHEDULE)
async def preview_schedule(
    deps: Dependencies, request: ApiRequest[Empty, schedule_requests.PreviewBody]
) -> estimate_schemas.PreviewResponse:
    body = request.body
    preview = await schedules.preview(deps, body.draft(), after=body.after, count=body.count, id=body.schedule_id)
    found = preview.forecast
    forecast = estimate_schemas.ForecastResponse(
        **vars(found.own),
        others=found.others,
        limit=found.limit,
        day_limit=found.day_limit,
        hosted_usd=found.hosted_usd,
        fits=found.own.pictures + found.others <= found.limit,
    )
    return estimate_schemas.PreviewResponse(
        sentence=preview.sentence, runs=preview.runs, timezone=body.timing.timezone, forecast=forecast
    )
