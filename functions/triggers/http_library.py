"""HTTP functions for library settings, presets, and saved searches."""

from __future__ import annotations

import azure.functions as func

from functions.api.http_request import Call
from functions.api.routes import library as library_routes
from functions.api.schemas import library_requests, responses
from functions.api.schemas.fields import Nothing
from functions.services import library_settings
from functions.services.dependencies import Dependencies
from functions.services.images import timezone_change
from functions.services.system import presets
from functions.triggers import response_mapping
from functions.triggers.endpoint import endpoint

bp = func.Blueprint()


@endpoint(bp, library_routes.GET_SETTINGS)
async def get_settings(deps: Dependencies, call: Call[Nothing, Nothing]) -> responses.SettingsView:
    return await response_mapping.library_settings(deps, await library_settings.settings(deps))


@endpoint(bp, library_routes.CHANGE_SETTINGS)
async def change_settings(
    deps: Dependencies, call: Call[Nothing, library_requests.SettingsChange]
) -> responses.SettingsView:
    changed = await timezone_change.change_settings(deps, call.body.changes(), etag=call.body.etag, caller=call.caller)
    return await response_mapping.library_settings(deps, changed)


@endpoint(bp, library_routes.LIST_PRESETS)
async def list_presets(deps: Dependencies, call: Call[Nothing, Nothing]) -> responses.PresetList:
    mine = await deps.catalog.presets.of(call.caller.name)
    return responses.PresetList(items=[responses.preset_view(preset) for preset in mine])


@endpoint(bp, library_routes.CREATE_PRESET)
async def create_preset(deps: Dependencies, call: Call[Nothing, library_requests.PresetBody]) -> responses.PresetView:
    body = call.body
    return responses.preset_view(
        await presets.add_preset(deps, name=body.name, options=body.options.options(), caller=call.caller)
    )


@endpoint(bp, library_routes.GET_PRESET)
async def get_preset(deps: Dependencies, call: Call[Nothing, Nothing]) -> responses.PresetView:
    return responses.preset_view(await presets.get_own(deps.catalog.presets, call.id, call.caller))


@endpoint(bp, library_routes.CHANGE_PRESET)
async def change_preset(deps: Dependencies, call: Call[Nothing, library_requests.PresetUpdate]) -> responses.PresetView:
    body = call.body
    changes = {"name": body.name, "options": body.options.options()}
    return responses.preset_view(
        await presets.update_own(deps, deps.catalog.presets, call.id, etag=body.etag, caller=call.caller, **changes)
    )


@endpoint(bp, library_routes.DELETE_PRESET)
async def delete_preset(deps: Dependencies, call: Call[Nothing, Nothing]) -> None:
    await presets.delete_own(deps.catalog.presets, call.id, call.caller)


@endpoint(bp, library_routes.LIST_SEARCHES)
async def list_saved_searches(deps: Dependencies, call: Call[Nothing, Nothing]) -> responses.SearchList:
    mine = await deps.catalog.searches.of(call.caller.name)
    return responses.SearchList(items=[responses.search_view(search) for search in mine])


@endpoint(bp, library_routes.CREATE_SEARCH)
async def create_saved_search(
    deps: Dependencies, call: Call[Nothing, library_requests.SearchBody]
) -> responses.SearchView:
    return responses.search_view(await presets.add_search(deps, **dict(call.body), caller=call.caller))


@endpoint(bp, library_routes.GET_SEARCH)
async def get_saved_search(deps: Dependencies, call: Call[Nothing, Nothing]) -> responses.SearchView:
    return responses.search_view(await presets.get_own(deps.catalog.searches, call.id, call.caller))


@endpoint(bp, library_routes.CHANGE_SEARCH)
async def change_saved_search(
    deps: Dependencies, call: Call[Nothing, library_requests.SearchUpdate]
) -> responses.SearchView:
    return responses.search_view(
        await presets.update_own(deps, deps.catalog.searches, call.id, caller=call.caller, **dict(call.body))
    )


@endpoint(bp, library_routes.DELETE_SEARCH)
async def delete_saved_search(deps: Dependencies, call: Call[Nothing, Nothing]) -> None:
    await presets.delete_own(deps.catalog.searches, call.id, call.caller)
