"""HTTP functions for library settings, presets, and saved searches."""

from __future__ import annotations

import azure.functions as func

from functions.api.http_request import ApiRequest
from functions.api.routes import library as library_routes
from functions.api.schemas import library_requests, responses
from functions.api.schemas.fields import Empty
from functions.services import audit, library_settings
from functions.services.dependencies import Dependencies
from functions.services.images import timezone_change
from functions.services.system import presets
from functions.triggers import response_mapping
from functions.triggers.endpoint import endpoint

bp = func.Blueprint()


@endpoint(bp, library_routes.GET_SETTINGS)
async def get_settings(deps: Dependencies, request: ApiRequest[Empty, Empty]) -> responses.SettingsResponse:
    return await response_mapping.library_settings(deps, await library_settings.settings(deps))


@endpoint(bp, library_routes.UPDATE_SETTINGS)
async def update_settings(
    deps: Dependencies, request: ApiRequest[Empty, library_requests.SettingsChange]
) -> responses.SettingsResponse:
    changes = request.body.changes()
    stored = (await library_settings.settings(deps)).model_dump(mode="json", include={"limits", *changes})
    before, after = audit.changes(stored, {**stored, **changes, "limits": stored["limits"] | changes.get("limits", {})})
    async with audit.recorded(deps, request.caller, "settings.update", "settings", before=before, after=after):
        changed = await timezone_change.update_settings(deps, changes, etag=request.body.etag, caller=request.caller)
    return await response_mapping.library_settings(deps, changed)


@endpoint(bp, library_routes.LIST_PRESETS)
async def list_presets(deps: Dependencies, request: ApiRequest[Empty, Empty]) -> responses.PresetList:
    mine = await deps.catalog.presets.of(*request.caller.known_as)
    return responses.PresetList(items=[responses.preset_response(preset) for preset in mine])


@endpoint(bp, library_routes.CREATE_PRESET)
async def create_preset(
    deps: Dependencies, request: ApiRequest[Empty, library_requests.PresetBody]
) -> responses.PresetResponse:
    body = request.body
    return responses.preset_response(
        await presets.add_preset(deps, name=body.name, options=body.options.options(), caller=request.caller)
    )


@endpoint(bp, library_routes.GET_PRESET)
async def get_preset(deps: Dependencies, request: ApiRequest[Empty, Empty]) -> responses.PresetResponse:
    return responses.preset_response(await presets.get_own(deps.catalog.presets, request.id, request.caller))


@endpoint(bp, library_routes.REPLACE_PRESET)
async def replace_preset(
    deps: Dependencies, request: ApiRequest[Empty, library_requests.PresetUpdate]
) -> responses.PresetResponse:
    body = request.body
    changes = {"name": body.name, "options": body.options.options()}
    return responses.preset_response(
        await presets.update_own(
            deps, deps.catalog.presets, request.id, etag=body.etag, caller=request.caller, **changes
        )
    )


@endpoint(bp, library_routes.DELETE_PRESET)
async def delete_preset(deps: Dependencies, request: ApiRequest[Empty, Empty]) -> None:
    await presets.delete_own(deps, deps.catalog.presets, request.id, request.caller)


@endpoint(bp, library_routes.LIST_SEARCHES)
async def list_saved_searches(deps: Dependencies, request: ApiRequest[Empty, Empty]) -> responses.SearchList:
    mine = await deps.catalog.searches.of(*request.caller.known_as)
    return responses.SearchList(items=[responses.search_response(search) for search in mine])


@endpoint(bp, library_routes.CREATE_SEARCH)
async def create_saved_search(
    deps: Dependencies, request: ApiRequest[Empty, library_requests.SearchBody]
) -> responses.SavedSearchResponse:
    return responses.search_response(await presets.add_search(deps, **dict(request.body), caller=request.caller))


@endpoint(bp, library_routes.GET_SEARCH)
async def get_saved_search(deps: Dependencies, request: ApiRequest[Empty, Empty]) -> responses.SavedSearchResponse:
    return responses.search_response(await presets.get_own(deps.catalog.searches, request.id, request.caller))


@endpoint(bp, library_routes.REPLACE_SEARCH)
async def replace_saved_search(
    deps: Dependencies, request: ApiRequest[Empty, library_requests.SearchUpdate]
) -> responses.SavedSearchResponse:
    return responses.search_response(
        await presets.update_own(deps, deps.catalog.searches, request.id, caller=request.caller, **dict(request.body))
    )


@endpoint(bp, library_routes.DELETE_SEARCH)
async def delete_saved_search(deps: Dependencies, request: ApiRequest[Empty, Empty]) -> None:
    await presets.delete_own(deps, deps.catalog.searches, request.id, request.caller)
