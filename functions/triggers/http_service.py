"""HTTP functions for health, sign-in, configuration, statistics, and setup, and the response to unknown routes."""

from __future__ import annotations

import azure.functions as func

from functions import bootstrap
from functions.api.http_request import Call
from functions.api.routes import openapi, service, table
from functions.api.schemas import library_requests, responses
from functions.api.schemas.fields import Nothing
from functions.api.schemas.insights import InsightsView, ModelCount
from functions.api.schemas.setup import CheckedView, PartView, SetupView
from functions.errors import NotFound, WrongMethod
from functions.services import library_settings
from functions.services.dependencies import Dependencies
from functions.services.reports import insights, stats
from functions.services.system import capabilities, setup
from functions.triggers import response_mapping
from functions.triggers.endpoint import endpoint, open_endpoint, respond
from functions.version import VERSION

bp = func.Blueprint()

ELSEWHERE = "without_route"  # Azure tries functions in the order of their names, so this one must be the last.
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@open_endpoint(bp, service.GET_HEALTH)
async def get_health(call: Call[Nothing, Nothing]) -> responses.Health:
    return responses.Health(version=VERSION)


@open_endpoint(bp, service.GET_SIGN_IN)
async def get_sign_in(call: Call[Nothing, Nothing]) -> responses.SignInView:
    s = bootstrap.settings()
    if not s.jwt_issuer:
        return responses.SignInView(methods=["key"] if s.api_keys else [])
    return responses.SignInView(
        methods=["entra", "key"] if s.api_keys else ["entra"],
        issuer=s.jwt_issuer,
        client_id=s.jwt_client_id or None,
        audience=s.jwt_audience or None,
    )


@open_endpoint(bp, service.GET_OPENAPI)
async def get_openapi(call: Call[Nothing, Nothing]) -> responses.Anything:
    return responses.Anything(**openapi.document())


@endpoint(bp, service.GET_CONFIG)
async def get_config(deps: Dependencies, call: Call[Nothing, Nothing]) -> responses.ConfigView:
    found = await capabilities.config(deps)
    return responses.ConfigView(
        version=VERSION,
        profile=found.profile,
        models=[found.profile.model],
        limits=found.settings.limits,
        timezone=found.settings.timezone,
        prompts_by=deps.prompts_by,
        painter=responses.PainterView(status="ready" if found.inference_ready else "asleep"),
        role=call.caller.role,
        name=call.caller.name,
    )


@endpoint(bp, service.GET_STATS)
async def get_stats(deps: Dependencies, call: Call[Nothing, Nothing]) -> responses.StatsView:
    found = await stats.stats(deps)
    return responses.StatsView(
        pictures=found.pictures,
        trash=found.trash,
        jobs_open=found.jobs_open,
        today=response_mapping.amount(found.today),
        month=response_mapping.amount(found.month),
    )


@endpoint(bp, service.GET_INSIGHTS)
async def get_insights(deps: Dependencies, call: Call[library_requests.InsightsQuery, Nothing]) -> InsightsView:
    found = await insights.read(deps, months=call.query.months)
    return InsightsView(
        as_of=found.as_of,
        since=found.since,
        timezone=(await library_settings.settings(deps)).timezone,
        schedules=[response_mapping.schedule_insights(one) for one in found.schedules],
        models=[ModelCount(model=model, pictures=pictures) for model, pictures in found.models],
    )


@endpoint(bp, service.GET_SETUP)
async def get_setup(deps: Dependencies, call: Call[Nothing, Nothing]) -> SetupView:
    return SetupView(items=[PartView(**vars(part)) for part in await setup.parts(deps)])


@endpoint(bp, service.CHECK_PART)
async def check_part(deps: Dependencies, call: Call[Nothing, Nothing]) -> CheckedView:
    return CheckedView(**vars(await setup.check(deps, call.id)))


@bp.function_name(ELSEWHERE)
@bp.route(route="{*path}", methods=METHODS, auth_level=func.AuthLevel.ANONYMOUS)
async def without_route(req: func.HttpRequest) -> func.HttpResponse:
    """Return the error response for URLs and methods without a route."""
    return await respond(ELSEWHERE, 404, refuse, req)


async def refuse(req: func.HttpRequest) -> None:
    path = req.route_params.get("path", "")
    methods = table.methods_of(path)
    if methods:
        raise WrongMethod(f"This URL allows {' and '.join(methods)}, not {req.method}.", methods=methods)
    raise NotFound(f"/api/{path[:200]} doesn't exist. See /api/openapi.json for all routes.")
