"""Routes of library settings, presets, and saved searches."""

from __future__ import annotations

from functions.api.routes.route import Route
from functions.api.schemas import library_requests, responses
from functions.api.schemas.fields import Empty

GET_SETTINGS = Route(
    "GET",
    "settings",
    "get_settings",
    Empty,
    Empty,
    responses.SettingsResponse,
    "Get the library settings",
    description="Returns limits, time zone, pause state, and usage.",
)
UPDATE_SETTINGS = Route(
    "PATCH",
    "settings",
    "update_settings",
    Empty,
    library_requests.SettingsChange,
    responses.SettingsResponse,
    "Update the library settings",
)
LIST_PRESETS = Route("GET", "presets", "list_presets", Empty, Empty, responses.PresetList, "List presets")
CREATE_PRESET = Route(
    "POST",
    "presets",
    "create_preset",
    Empty,
    library_requests.PresetBody,
    responses.PresetResponse,
    "Create a preset",
    status=201,
)
GET_PRESET = Route("GET", "presets/{id}", "get_preset", Empty, Empty, responses.PresetResponse, "Get a preset")
REPLACE_PRESET = Route(
    "PUT",
    "presets/{id}",
    "replace_preset",
    Empty,
    library_requests.PresetUpdate,
    responses.PresetResponse,
    "Replace a preset",
)
DELETE_PRESET = Route("DELETE", "presets/{id}", "delete_preset", Empty, Empty, None, "Delete a preset", status=204)
LIST_SEARCHES = Route(
    "GET",
    "saved-searches",
    "list_saved_searches",
    Empty,
    Empty,
    responses.SearchList,
    "List saved searches",
)
CREATE_SEARCH = Route(
    "POST",
    "saved-searches",
    "create_saved_search",
    Empty,
    library_requests.SearchBody,
    responses.SavedSearchResponse,
    "Create a saved search",
    status=201,
)
GET_SEARCH = Route(
    "GET",
    "saved-searches/{id}",
    "get_saved_search",
    Empty,
    Empty,
    responses.SavedSearchResponse,
    "Get a saved search",
)
REPLACE_SEARCH = Route(
    "PUT",
    "saved-searches/{id}",
    "replace_saved_search",
    Empty,
    library_requests.SearchUpdate,
    responses.SavedSearchResponse,
    "Replace a saved search",
)
DELETE_SEARCH = Route(
    "DELETE",
    "saved-searches/{id}",
    "delete_saved_search",
    Empty,
    Empty,
    None,
    "Delete a saved search",
    status=204,
)
