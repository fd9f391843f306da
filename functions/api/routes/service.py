"""Routes of health, sign-in, configuration, statistics, and setup."""

from __future__ import annotations

from functions.api.routes.route import Route
from functions.api.schemas import insights, library_requests, responses, setup
from functions.api.schemas.fields import Empty

GET_HEALTH = Route(
    "GET", "health", "get_health", Empty, Empty, responses.Health, "Check the health of the app", role="anonymous"
)
GET_SIGN_IN = Route(
    "GET", "sign-in", "get_sign_in", Empty, Empty, responses.SignInResponse, "Get sign-in methods", role="anonymous"
)
GET_OPENAPI = Route(
    "GET",
    "openapi.json",
    "get_openapi",
    Empty,
    Empty,
    responses.JsonObject,
    "Get the OpenAPI document",
    role="anonymous",
)
GET_CONFIG = Route(
    "GET",
    "config",
    "get_config",
    Empty,
    Empty,
    responses.ConfigResponse,
    "Get the configuration and the current user",
    description="Returns the model profile, limits, state of the inference service, and name and role of the caller.",
)
GET_STATS = Route(
    "GET",
    "stats",
    "get_stats",
    Empty,
    Empty,
    responses.StatsResponse,
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
