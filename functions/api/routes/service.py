"""Rows of the table of routes: the service itself."""

from __future__ import annotations

from functions.api.routes.route import Route
from functions.api.schemas import insights, requests, responses, setup
from functions.api.schemas.fields import Nothing

GET_HEALTH = Route(
    "GET", "health", "get_health", Nothing, Nothing, responses.Health, "That the app runs.", role="anonymous"
)
GET_SIGN_IN = Route(
    "GET", "sign-in", "get_sign_in", Nothing, Nothing, responses.SignInView, "How to sign in.", role="anonymous"
)
GET_OPENAPI = Route(
    "GET", "openapi.json", "get_openapi", Nothing, Nothing, responses.Anything, "This document.", role="anonymous"
)
GET_CONFIG = Route(
    "GET",
    "config",
    "get_config",
    Nothing,
    Nothing,
    responses.ConfigView,
    "What the app and its painter can do, and who you are.",
)
GET_STATS = Route("GET", "stats", "get_stats", Nothing, Nothing, responses.StatsView, "The library in numbers.")
GET_INSIGHTS = Route(
    "GET",
    "insights",
    "get_insights",
    requests.InsightsQuery,
    Nothing,
    insights.InsightsView,
    "Shares, times and money per schedule, as last counted.",
)
GET_SETUP = Route(
    "GET",
    "setup",
    "get_setup",
    Nothing,
    Nothing,
    setup.SetupView,
    "Which parts run, and what would replace them.",
)
CHECK_PART = Route("POST", "setup/{id}/check", "check_part", Nothing, Nothing, setup.CheckedView, "Try one part.")
