"""Routes of library settings, presets, and saved searches."""

from __future__ import annotations

from functions.api.routes.route import Route
from functions.api.schemas import library_requests, responses
from functions.api.schemas.fields import Nothing

GET_SETTINGS = Route(
    "GET",
    "settings",
    "get_settings",
    Nothing,
    Nothing,
    responses.SettingsView,
    "Get the library settings",
    description="Returns limits, time zone, pause state, and usage.",
)
CHANGE_SETTINGS = Route(
    "PATCH",
    "settings",
    "change_settings",
    Nothing,
    library_requests.SettingsChange,
    responses.SettingsView,
    "Update the library settings",
)
LIST_PRESETS = Route("GET", "presets", "list_presets", Nothing, Nothing, responses.PresetList, "List presets")
CREATE_PRESET = Route(
    "POST",
    "presets",
    "create_preset",
    Nothing,
    library_requests.PresetBody,
    responses.PresetView,
    "Create a preset",
    status=201,
)
GET_PRESET = Route("GET", "presets/{id}", "get_preset", Nothing, Nothing, responses.PresetView, "Get a preset")
CHANGE_PRESET = Route(
    "PUT",
    "presets/{id}",
    "change_preset",
    Nothing,
    library_requests.PresetUpdate,
    responses.PresetView,
    "Replace a preset",
)
DELETE_PRESET = Route("DELETE", "presets/{id}", "delete_preset", Nothing, Nothing, None, "Delete a preset", status=204)
LIST_SEARCHES = Route(
    "GET",
    "saved-searches",
    "list_saved_searches",
    Nothing,
    Nothing,
    responses.SearchList,
    "List saved searches",
)
CREATE_SEARCH = Route(
    "POST",
    "saved-searches",
    "create_saved_search",
    Nothing,
    library_requests.SearchBody,
    responses.SearchView,
    "Create a saved search",
    status=201,
)
GET_SEARCH = Route(
    "GET",
    "saved-searches/{id}",
    "get_saved_search",
    Nothing,
    Nothing,
    responses.SearchView,
    "Get a saved search",
)
CHANGE_SEARCH = Route(
    "PUT",
    "saved-searches/{id}",
    "change_saved_search",
    Nothing,
    library_requests.SearchUpdate,
    responses.SearchView,
    "Replace a saved search",
)
DELETE_SEARCH = Route(
    "DELETE",
    "saved-searches/{id}",
    "delete_saved_search",
    Nothing,
    Nothing,
    None,
    "Delete a saved search",
    status=204,
)
