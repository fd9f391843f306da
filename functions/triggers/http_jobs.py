"""HTTP functions for jobs: create, follow, cancel, retry, undo."""

from __future__ import annotations

import azure.functions as func

from functions.api.http_request import ApiRequest
from functions.api.routes import jobs as job_routes
from functions.api.schemas import estimates as estimate_schemas
from functions.api.schemas import job_responses, requests
from functions.api.schemas.fields import Empty
from functions.models.job import GenerationRequest
from functions.services import audit
from functions.services.dependencies import Dependencies
from functions.services.generation import cancel_retry
from functions.services.jobs.submit import submit
from functions.services.library_jobs import undo
from functions.services.reports import estimates
from functions.triggers import response_mapping
from functions.triggers.endpoint import endpoint

bp = func.Blueprint()


@endpoint(bp, job_routes.CREATE_JOB)
async def create_job(deps: Dependencies, request: ApiRequest[Empty, requests.JobBody]) -> job_responses.JobResponse:
    body = request.body
    generation = GenerationRequest(
        theme=body.theme,
        instructions=body.instructions,
        prompt=body.prompt.written() if body.prompt else None,
        prompt_language=body.prompt_language,
        text_language=body.text_language,
        options=body.options.options(),
    )
    job = await submit(deps, generation, caller=request.caller, idempotency_key=request.idempotency_key)
    return await response_mapping.job(deps, job)


@endpoint(bp, job_routes.ESTIMATE_JOB)
async def estimate_job(
    deps: Dependencies, request: ApiRequest[Empty, requests.EstimateBody]
) -> estimate_schemas.EstimateResponse:
    body = request.body
    found = await estimates.estimate_job(deps, body.options.options(), prompt_given=body.prompt_given)
    return estimate_schemas.EstimateResponse(
        **vars(found.one),
        wake_s=found.throughput.wake_s,
        measured_pictures=found.throughput.pictures,
        jobs_ahead=found.jobs_ahead,
        day_left=found.day_left,
        month_left=found.month_left,
        refusal=found.refusal,
    )


@endpoint(bp, job_routes.LIST_JOBS)
async def list_jobs(deps: Dependencies, request: ApiRequest[requests.JobsQuery, Empty]) -> job_responses.JobPage:
    query = request.query
    page = await deps.catalog.jobs.page(
        statuses=query.status or None,
        kinds=query.kind or None,
        schedule_id=query.schedule_id,
        cursor=query.cursor,
        limit=query.limit,
    )
    return await response_mapping.job_page(deps, page)


@endpoint(bp, job_routes.GET_JOB)
async def get_job(deps: Dependencies, request: ApiRequest[Empty, Empty]) -> job_responses.JobResponse:
    return await response_mapping.job(deps, await deps.catalog.jobs.get(request.id))


@endpoint(bp, job_routes.CANCEL_JOB)
async def cancel_job(deps: Dependencies, request: ApiRequest[Empty, Empty]) -> job_responses.JobResponse:
    return await response_mapping.job(deps, await cancel_retry.cancel(deps, request.id))


@endpoint(bp, job_routes.RETRY_JOB)
async def retry_job(deps: Dependencies, request: ApiRequest[Empty, Empty]) -> job_responses.JobResponse:
    if (await deps.catalog.jobs.get(request.id)).kind not in ("bulk", "undo"):
        return await response_mapping.job(deps, await cancel_retry.retry(deps, request.id, caller=request.caller))
    async with audit.recorded(deps, request.caller, "job.retry", request.id):
        job = await cancel_retry.retry(deps, request.id, caller=request.caller)
    return await response_mapping.job(deps, job)


@endpoint(bp, job_routes.UNDO_JOB)
async def undo_job(deps: Dependencies, request: ApiRequest[Empty, Empty]) -> job_responses.JobResponse:
    async with audit.recorded(deps, request.caller, "job.undo", request.id):
        job = await undo.start(deps, request.id, caller=request.caller)
    return await response_mapping.job(deps, job)
