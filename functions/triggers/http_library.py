"""The library's settings, and each person's presets and saved searches."""

from __future__ import annotations

import azure.functions as func

from functions.api.http_request import Call
from functions.api.routes import library as library_routes
from functions.api.schemas import requests, responses
from functions.api.schemas.fields import Nothing
from functions.services import library_settings
from functions.services.dependencies import World
from functions.services.images import timezone_change
from functions.services.system import presets
from functions.triggers import response_mapping
from functions.triggers.endpoint import endpoint

bp = func.Blueprint()


@endpoint(bp, library_routes.GET_SETTINGS)
async def get_settings(world: World, call: Call[Nothing, Nothing]) -> responses.SettingsView:
    return await response_mapping.library_settings(world, await library_settings.settings(world))


@endpoint(bp, library_routes.CHANGE_SETTINGS)
async def change_settings(world: World, call: Call[Nothing, requests.SettingsChange]) -> responses.SettingsView:
    changed = await timezone_change.change_settings(world, call.body.changes(), etag=call.body.etag, caller=call.person)
    return await response_mapping.library_settings(world, changed)


@endpoint(bp, library_routes.LIST_PRESETS)
async def list_presets(world: World, call: Call[Nothing, Nothing]) -> responses.PresetList:
    mine = await world.catalog.presets.of(call.person.name)
    return responses.PresetList(items=[responses.preset_view(preset) for preset in mine])


@endpoint(bp, library_routes.CREATE_PRESET)
async def create_preset(world: World, call: Call[Nothing, requests.PresetBody]) -> responses.PresetView:
    body = call.body
    return responses.preset_view(
        await presets.add_preset(world, name=body.name, options=body.options.options(), person=call.person)
    )


@endpoint(bp, library_routes.GET_PRESET)
async def get_preset(world: World, call: Call[Nothing, Nothing]) -> responses.PresetView:
    return responses.preset_view(await presets.own(world.catalog.presets, call.id, call.person))


@endpoint(bp, library_routes.CHANGE_PRESET)
async def change_preset(world: World, call: Call[Nothing, requests.PresetUpdate]) -> responses.PresetView:
    body = call.body
    changes = {"name": body.name, "options": body.options.options()}
    return responses.preset_view(
        await presets.change_own(world, world.catalog.presets, call.id, etag=body.etag, person=call.person, **changes)
    )


@endpoint(bp, library_routes.DELETE_PRESET)
async def delete_preset(world: World, call: Call[Nothing, Nothing]) -> None:
    await presets.delete_own(world.catalog.presets, call.id, call.person)


@endpoint(bp, library_routes.LIST_SEARCHES)
async def list_saved_searches(world: World, call: Call[Nothing, Nothing]) -> responses.SearchList:
    mine = await world.catalog.searches.of(call.person.name)
    return responses.SearchList(items=[responses.search_view(search) for search in mine])


@endpoint(bp, library_routes.CREATE_SEARCH)
async def create_saved_search(world: World, call: Call[Nothing, requests.SearchBody]) -> responses.SearchView:
    return responses.search_view(await presets.add_search(world, **dict(call.body), person=call.person))


@endpoint(bp, library_routes.GET_SEARCH)
async def get_saved_search(world: World, call: Call[Nothing, Nothing]) -> responses.SearchView:
    return responses.search_view(await presets.own(world.catalog.searches, call.id, call.person))


@endpoint(bp, library_routes.CHANGE_SEARCH)
async def change_saved_search(world: World, call: Call[Nothing, requests.SearchUpdate]) -> responses.SearchView:
    return responses.search_view(
        await presets.change_own(world, world.catalog.searches, call.id, person=call.person, **dict(call.body))
    )


@endpoint(bp, library_routes.DELETE_SEARCH)
async def delete_saved_search(world: World, call: Call[Nothing, Nothing]) -> None:
    await presets.delete_own(world.catalog.searches, call.id, call.person)
