"""Rows of the table of routes: the library's settings, and what is each person's own."""

from __future__ import annotations

from functions.api.routes.route import Route
from functions.api.schemas import requests, responses
from functions.api.schemas.fields import Nothing

GET_SETTINGS = Route(
    "GET",
    "settings",
    "get_settings",
    Nothing,
    Nothing,
    responses.SettingsView,
    "Limits, time zone, pause, and the budget's use.",
)
CHANGE_SETTINGS = Route(
    "PATCH",
    "settings",
    "change_settings",
    Nothing,
    requests.SettingsChange,
    responses.SettingsView,
    "Change the settings.",
)
LIST_PRESETS = Route("GET", "presets", "list_presets", Nothing, Nothing, responses.PresetList, "Your presets by name.")
CREATE_PRESET = Route(
    "POST",
    "presets",
    "create_preset",
    Nothing,
    requests.PresetBody,
    responses.PresetView,
    "Keep paint options.",
    status=201,
)
GET_PRESET = Route("GET", "presets/{id}", "get_preset", Nothing, Nothing, responses.PresetView, "One of your presets.")
CHANGE_PRESET = Route(
    "PUT", "presets/{id}", "change_preset", Nothing, requests.PresetUpdate, responses.PresetView, "Set it anew."
)
DELETE_PRESET = Route(
    "DELETE", "presets/{id}", "delete_preset", Nothing, Nothing, None, "Delete one of your presets.", status=204
)
LIST_SEARCHES = Route(
    "GET",
    "saved-searches",
    "list_saved_searches",
    Nothing,
    Nothing,
    responses.SearchList,
    "Your saved searches by name.",
)
CREATE_SEARCH = Route(
    "POST",
    "saved-searches",
    "create_saved_search",
    Nothing,
    requests.SearchBody,
    responses.SearchView,
    "Keep a search.",
    status=201,
)
GET_SEARCH = Route(
    "GET",
    "saved-searches/{id}",
    "get_saved_search",
    Nothing,
    Nothing,
    responses.SearchView,
    "One of your saved searches.",
)
CHANGE_SEARCH = Route(
    "PUT",
    "saved-searches/{id}",
    "change_saved_search",
    Nothing,
    requests.SearchUpdate,
    responses.SearchView,
    "Set it anew.",
)
DELETE_SEARCH = Route(
    "DELETE",
    "saved-searches/{id}",
    "delete_saved_search",
    Nothing,
    Nothing,
    None,
    "Delete one of your saved searches.",
    status=204,
)
