"""Routes of health, sign-in, configuration, statistics, and setup."""

from __future__ import annotations

from functions.api.routes.route import Route
from functions.api.schemas import insights, library_requests, service_responses, setup
from functions.api.schemas.fields import Empty

GET_HEALTH = Route(
    "GET",
    "health",
    "get_health",
    Empty,
    Empty,
    service_responses.Health,
    "Check the health of the app",
    role="anonymous",
)
GET_SIGN_IN = Route(
    "GET",
    "sign-in",
    "get_sign_in",
    Empty,
    Empty,
    service_responses.SignInResponse,
    "Get sign-in methods",
    role="anonymous",
)
GET_OPENAPI = Route(
    "GET",
    "openapi.json",
    "get_openapi",
    Empty,
    Empty,
    service_responses.JsonObject,
    "Get the OpenAPI document",
    role="anonymous",
)
GET_CONFIG = Route(
    "GET",
    "config",
    "get_config",
    Empty,
    Empty,
    service_responses.ConfigResponse,
    "Get configuration and current user",
    description="Returns the model profile, limits, state of the inference service, and name and role of the caller.",
)
GET_STATS = Route(
    "GET",
    "stats",
    "get_stats",
    Empty,
    Empty,
    service_responses.StatsResponse,
    "Get library totals",
    description="Returns the number of images and open jobs, and the usage of today and this month.",
)
GET_INSIGHTS = Route(
    "GET",
    "insights",
    "get_insights",
    library_requests.InsightsQuery,
    Empty,
    insights.InsightsResponse,
    "Get statistics by schedule",
    description="Returns counts, durations, and costs by schedule, as of the last computation.",
)
LIST_COMPONENTS = Route(
    "GET",
    "setup",
    "list_components",
    Empty,
    Empty,
    setup.ComponentList,
    "List components",
    description="Returns the components in use and how to replace built-in ones.",
)
TEST_COMPONENT = Route(
    "POST",
    "setup/{id}/check",
    "test_component",
    Empty,
    Empty,
    setup.ComponentTestResponse,
    "Test a component",
    description="Runs a short test of the component.",
)
