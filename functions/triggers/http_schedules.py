"""HTTP functions for schedules."""

from __future__ import annotations

import azure.functions as func

from functions.api.http_request import ApiRequest
from functions.api.routes import schedules as schedule_routes
from functions.api.schemas import estimates as estimate_schemas
from functions.api.schemas import job_responses, requests, responses, schedule_requests
from functions.api.schemas.fields import Empty
from functions.services.dependencies import Dependencies
from functions.services.schedules import publications, schedules
from functions.triggers import response_mapping
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
    return response_mapping.schedule(deps, await schedules.create(deps, request.body.draft(), caller=request.caller))


@endpoint(bp, schedule_routes.GET_SCHEDULE)
async def get_schedule(deps: Dependencies, request: ApiRequest[Empty, Empty]) -> responses.ScheduleResponse:
    return response_mapping.schedule(deps, await schedules.get(deps, request.id))


@endpoint(bp, schedule_routes.REPLACE_SCHEDULE)
async def replace_schedule(
    deps: Dependencies, request: ApiRequest[Empty, schedule_requests.ScheduleUpdate]
) -> responses.ScheduleResponse:
    return response_mapping.schedule(
        deps, await schedules.update(deps, request.id, request.body.draft(), etag=request.body.etag)
    )


@endpoint(bp, schedule_routes.DELETE_SCHEDULE)
async def delete_schedule(deps: Dependencies, request: ApiRequest[Empty, Empty]) -> None:
    await schedules.delete(deps, request.id)


@endpoint(bp, schedule_routes.PAUSE_SCHEDULE)
async def pause_schedule(
    deps: Dependencies, request: ApiRequest[Empty, schedule_requests.PauseBody]
) -> responses.ScheduleResponse:
    return response_mapping.schedule(deps, await schedules.pause(deps, request.id, request.body.reason))


@endpoint(bp, schedule_routes.RESUME_SCHEDULE)
async def resume_schedule(deps: Dependencies, request: ApiRequest[Empty, Empty]) -> responses.ScheduleResponse:
    return response_mapping.schedule(deps, await schedules.resume(deps, request.id))


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
        fits=found.own.pictures + found.others <= found.limit,
    )
    return estimate_schemas.PreviewResponse(
        sentence=preview.sentence, runs=preview.runs, timezone=body.timing.timezone, forecast=forecast
    )
