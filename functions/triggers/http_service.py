"""HTTP functions for health, sign-in, configuration, statistics, and setup, and the response to unknown routes."""

from __future__ import annotations

import asyncio

import azure.functions as func

from functions import bootstrap
from functions.api.http_request import ApiRequest
from functions.api.routes import openapi, service, table
from functions.api.schemas import library_requests, service_responses
from functions.api.schemas.fields import Empty
from functions.api.schemas.insights import InsightsResponse, ModelCount
from functions.api.schemas.setup import ComponentList, ComponentResponse, ComponentTestResponse, LogLink
from functions.errors import AppError, NotFound, Unavailable, WrongMethod
from functions.services import library_settings
from functions.services.dependencies import Dependencies
from functions.services.reports import insights, stats
from functions.services.system import capabilities, health, portal_logs, setup
from functions.services.telemetry import failure
from functions.triggers import response_mapping
from functions.triggers.endpoint import endpoint, open_endpoint, respond
from functions.version import VERSION

bp = func.Blueprint()

UNMATCHED_ROUTE = "zz_unknown_route"  # Azure tries functions in the order of their names: this one is the last
HEALTH_S = 5.0  # with opening the app; a check of catalog and storage takes up to 4 s
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@open_endpoint(bp, service.GET_HEALTH)
async def get_health(request: ApiRequest[Empty, Empty]) -> service_responses.Health:
    try:
        async with asyncio.timeout(HEALTH_S):
            healthy = await health.is_healthy(await bootstrap.dependencies())
    except (AppError, TimeoutError) as exc:
        failure("health.failed", exc)
        healthy = False
    if not healthy:
        raise Unavailable("The function app can't use its catalog or storage. Check its logs.")
    return service_responses.Health(version=VERSION)


@open_endpoint(bp, service.GET_SIGN_IN)
async def get_sign_in(request: ApiRequest[Empty, Empty]) -> service_responses.SignInResponse:
    s = bootstrap.settings()
    if not s.jwt_issuer:
        return service_responses.SignInResponse(methods=["key"] if s.api_keys else [])
    return service_responses.SignInResponse(
        methods=["entra", "key"],  # an administrator may have created keys
        issuer=s.jwt_issuer,
        client_id=s.jwt_client_id or None,
        audience=s.jwt_audience or None,
    )


@open_endpoint(bp, service.GET_OPENAPI)
async def get_openapi(request: ApiRequest[Empty, Empty]) -> service_responses.JsonObject:
    return service_responses.JsonObject(**openapi.document())


@endpoint(bp, service.GET_CONFIG)
async def get_config(deps: Dependencies, request: ApiRequest[Empty, Empty]) -> service_responses.ConfigResponse:
    found = await capabilities.config(deps)
    return service_responses.ConfigResponse(
        version=VERSION,
        profile=found.profile,
        models=[found.profile.model],
        limits=found.settings.limits,
        timezone=found.settings.timezone,
        prompts_by=deps.prompts_by,
        painter=service_responses.InferenceStatus(
            status="ready" if found.inference_ready else "asleep", longest_start_s=deps.longest_start_s
        ),
        role=request.caller.role,
        name=request.caller.name,
        caller_id=request.caller.id,
    )


@endpoint(bp, service.GET_STATS)
async def get_stats(deps: Dependencies, request: ApiRequest[Empty, Empty]) -> service_responses.StatsResponse:
    found = await stats.stats(deps)
    return service_responses.StatsResponse(
        pictures=found.images,
        trash=found.trash,
        missing=found.missing,
        jobs_open=found.jobs_open,
        unreadable=found.unreadable,
        today=response_mapping.amount(found.today),
        month=response_mapping.amount(found.month),
    )


@endpoint(bp, service.GET_INSIGHTS)
async def get_insights(
    deps: Dependencies, request: ApiRequest[library_requests.InsightsQuery, Empty]
) -> InsightsResponse:
    found = await insights.read(deps, months=request.query.months)
    return InsightsResponse(
        as_of=found.as_of,
        since=found.since,
        timezone=(await library_settings.settings(deps)).timezone,
        schedules=[response_mapping.schedule_insights(one) for one in found.schedules],
        models=[ModelCount(model=model, pictures=images) for model, images in found.models],
    )


@endpoint(bp, service.LIST_COMPONENTS)
async def list_components(deps: Dependencies, request: ApiRequest[Empty, Empty]) -> ComponentList:
    links = portal_logs.log_links(deps.log_workspace_id) if request.caller.role == "admin" else ()
    return ComponentList(
        items=[ComponentResponse(**vars(part)) for part in await setup.list_components(deps)],
        logs=[LogLink(**vars(link)) for link in links],
    )


@endpoint(bp, service.TEST_COMPONENT)
async def test_component(deps: Dependencies, request: ApiRequest[Empty, Empty]) -> ComponentTestResponse:
    return ComponentTestResponse(**vars(await setup.test_component(deps, request.id)))


@bp.function_name(UNMATCHED_ROUTE)
@bp.route(route="{*path}", methods=METHODS, auth_level=func.AuthLevel.ANONYMOUS)
async def unknown_route(req: func.HttpRequest) -> func.HttpResponse:
    """Return the error response for URLs and methods without a route."""
    return await respond(UNMATCHED_ROUTE, 404, method_not_allowed, req)


async def method_not_allowed(req: func.HttpRequest) -> None:
    path = req.route_params.get("path", "")
    methods = table.methods_of(path)
    if req.method in methods:
        raise NotFound(f"/api/{path[:200]} doesn't exist. Remove slashes at the end of the path.")
    if methods:
        raise WrongMethod(f"This URL allows {' and '.join(methods)}, not {req.method}.", methods=methods)
    raise NotFound(f"/api/{path[:200]} doesn't exist. See /api/openapi.json for all routes.")
