"""HTTP functions for schedules."""

from __future__ import annotations

import azure.functions as func

from functions.api.http_request import Call
from functions.api.routes import schedules as schedule_routes
from functions.api.schemas import estimates as outlook
from functions.api.schemas import requests, responses, schedule_requests
from functions.api.schemas.fields import Nothing
from functions.services.dependencies import Dependencies
from functions.services.schedules import publications, schedules
from functions.triggers import response_mapping
from functions.triggers.endpoint import endpoint

bp = func.Blueprint()


@endpoint(bp, schedule_routes.LIST_SCHEDULES)
async def list_schedules(deps: Dependencies, call: Call[Nothing, Nothing]) -> responses.ScheduleList:
    return responses.ScheduleList(
        items=[response_mapping.schedule(deps, one) for one in await deps.catalog.schedules.all()]
    )


@endpoint(bp, schedule_routes.CREATE_SCHEDULE)
async def create_schedule(
    deps: Dependencies, call: Call[Nothing, schedule_requests.ScheduleBody]
) -> responses.ScheduleView:
    return response_mapping.schedule(deps, await schedules.create(deps, call.body.draft(), caller=call.caller))


@endpoint(bp, schedule_routes.GET_SCHEDULE)
async def get_schedule(deps: Dependencies, call: Call[Nothing, Nothing]) -> responses.ScheduleView:
    return response_mapping.schedule(deps, await schedules.get(deps, call.id))


@endpoint(bp, schedule_routes.CHANGE_SCHEDULE)
async def change_schedule(
    deps: Dependencies, call: Call[Nothing, schedule_requests.ScheduleUpdate]
) -> responses.ScheduleView:
    return response_mapping.schedule(
        deps, await schedules.update(deps, call.id, call.body.draft(), etag=call.body.etag)
    )


@endpoint(bp, schedule_routes.DELETE_SCHEDULE)
async def delete_schedule(deps: Dependencies, call: Call[Nothing, Nothing]) -> None:
    await schedules.delete(deps, call.id)


@endpoint(bp, schedule_routes.PAUSE_SCHEDULE)
async def pause_schedule(
    deps: Dependencies, call: Call[Nothing, schedule_requests.PauseBody]
) -> responses.ScheduleView:
    return response_mapping.schedule(deps, await schedules.pause(deps, call.id, call.body.reason))


@endpoint(bp, schedule_routes.RESUME_SCHEDULE)
async def resume_schedule(deps: Dependencies, call: Call[Nothing, Nothing]) -> responses.ScheduleView:
    return response_mapping.schedule(deps, await schedules.resume(deps, call.id))


@endpoint(bp, schedule_routes.RUN_SCHEDULE)
async def run_schedule(deps: Dependencies, call: Call[Nothing, schedule_requests.RunBody]) -> responses.JobView:
    job = await schedules.run_now(
        deps, call.id, caller=call.caller, idempotency_key=call.idempotency_key, count=call.body.count
    )
    return await response_mapping.job(deps, job)


@endpoint(bp, schedule_routes.LIST_RUNS)
async def list_runs(deps: Dependencies, call: Call[requests.RunsQuery, Nothing]) -> responses.JobPage:
    schedule = await schedules.get(deps, call.id)
    page = await deps.catalog.jobs.page(schedule_id=schedule.id, cursor=call.query.cursor, limit=call.query.limit)
    return await response_mapping.job_page(deps, page)


@endpoint(bp, schedule_routes.PUBLISH_SCHEDULE)
async def publish_schedule(
    deps: Dependencies, call: Call[Nothing, schedule_requests.PublicationBody]
) -> responses.ScheduleView:
    return response_mapping.schedule(deps, await publications.publish(deps, call.id, **dict(call.body)))


@endpoint(bp, schedule_routes.UNPUBLISH_SCHEDULE)
async def unpublish_schedule(deps: Dependencies, call: Call[Nothing, Nothing]) -> None:
    await publications.unpublish(deps, call.id)


@endpoint(bp, schedule_routes.PREVIEW_SCHEDULE)
async def preview_schedule(
    deps: Dependencies, call: Call[Nothing, schedule_requests.PreviewBody]
) -> outlook.PreviewView:
    body = call.body
    preview = await schedules.preview(deps, body.draft(), after=body.after, count=body.count, id=body.schedule_id)
    found = preview.forecast
    forecast = outlook.ForecastView(
        **vars(found.own),
        others=found.others,
        limit=found.limit,
        day_limit=found.day_limit,
        fits=found.own.pictures + found.others <= found.limit,
    )
    return outlook.PreviewView(
        sentence=preview.sentence, runs=preview.runs, timezone=body.timing.timezone, forecast=forecast
    )
