"""Presets and saved searches, which belong to one user and are hidden from others."""

from __future__ import annotations

from typing import Any, TypeVar

from functions.errors import BadRequest, NotFound, TooMany
from functions.models.caller import Caller
from functions.models.identity import new_image_id
from functions.models.library import Preset, SavedSearch
from functions.models.schedule import GenerationOptions
from functions.ports import PersonalStore
from functions.services.dependencies import Dependencies
from functions.services.library_backup import backed_up

MAX_PERSONAL = 100  # documents of one kind per user

P = TypeVar("P", Preset, SavedSearch)


async def get_own(store: PersonalStore[P], id: str, caller: Caller) -> P:
    """Return the user's document. Raises `NotFound` also for a document of another user."""
    found = await store.get(id)
    if found.created_by not in caller.known_as:
        raise NotFound
    return found


async def add_preset(deps: Dependencies, *, name: str, options: GenerationOptions, caller: Caller) -> Preset:
    """Save image generation options under a name that the user hasn't used yet."""
    await check_name(deps.catalog.presets, name, caller)
    now = deps.clock()
    fresh = Preset(id=new_image_id(now), **caller.creator, created_at=now, updated_at=now, name=name, options=options)
    return await backed_up(deps, deps.catalog.presets.create(fresh))


async def add_search(deps: Dependencies, *, name: str, q: str, caller: Caller) -> SavedSearch:
    """Save a search query under a name that the user hasn't used yet."""
    await check_name(deps.catalog.searches, name, caller)
    now = deps.clock()
    fresh = SavedSearch(id=new_image_id(now), **caller.creator, created_at=now, updated_at=now, name=name, q=q)
    return await backed_up(deps, deps.catalog.searches.create(fresh))


async def update_own(
    deps: Dependencies, store: PersonalStore[P], id: str, *, etag: str, caller: Caller, **changes: Any
) -> P:
    """Replace the version with this ETag."""
    stored = await get_own(store, id, caller)
    if changes["name"] != stored.name:
        await check_name(store, changes["name"], caller)
    return await backed_up(deps, store.replace(stored.evolve(**changes, etag=etag, updated_at=deps.clock())))


async def delete_own(deps: Dependencies, store: PersonalStore[P], id: str, caller: Caller) -> None:
    """Delete the user's document, or raise `NotFound`."""
    await get_own(store, id, caller)
    await backed_up(deps, store.delete(id))


async def check_name(store: PersonalStore[P], name: str, caller: Caller) -> None:
    """Raise `BadRequest` if the user already has this name, and `TooMany` if the user has too many documents."""
    existing = await store.of(*caller.known_as)
    if any(name.casefold() == document.name.casefold() for document in existing):
        raise BadRequest(f"The name “{name}” is already in use. Choose another name.", field="name")
    if len(existing) >= MAX_PERSONAL:
        raise TooMany(
            f"You can store at most {MAX_PERSONAL} items of this kind. Delete one first.",
            field="name",
            limit=MAX_PERSONAL,
            used=len(existing),
        )
