"""Rows of the table of routes: the service itself."""

from __future__ import annotations

from functions.api.routes.route import Route
from functions.wire import insights_views, requests, setup_views, views
from functions.wire.fields import Nothing

GET_HEALTH = Route(
    "GET", "health", "get_health", Nothing, Nothing, views.Health, "That the app runs.", role="anonymous"
)
GET_SIGN_IN = Route(
    "GET", "sign-in", "get_sign_in", Nothing, Nothing, views.SignInView, "How to sign in.", role="anonymous"
)
GET_OPENAPI = Route(
    "GET", "openapi.json", "get_openapi", Nothing, Nothing, views.Anything, "This document.", role="anonymous"
)
GET_CONFIG = Route(
    "GET",
    "config",
    "get_config",
    Nothing,
    Nothing,
    views.ConfigView,
    "What the app and its painter can do, and who you are.",
)
GET_STATS = Route("GET", "stats", "get_stats", Nothing, Nothing, views.StatsView, "The library in numbers.")
GET_INSIGHTS = Route(
    "GET",
    "insights",
    "get_insights",
    requests.InsightsQuery,
    Nothing,
    insights_views.InsightsView,
    "Shares, times and money per schedule, as last counted.",
)
GET_SETUP = Route(
    "GET",
    "setup",
    "get_setup",
    Nothing,
    Nothing,
    setup_views.SetupView,
    "Which parts run, and what would replace them.",
)
CHECK_PART = Route("POST", "setup/{id}/check", "check_part", Nothing, Nothing, setup_views.CheckedView, "Try one part.")
