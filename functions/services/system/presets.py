"""Presets and saved searches: each person's own, found and changed by nobody else."""

from __future__ import annotations

from typing import Any, TypeVar

from functions.errors import BadRequest, NotFound, TooMany
from functions.models.identity import new_image_id
from functions.models.library import Person, Preset, SavedSearch
from functions.models.schedule import PaintOptions
from functions.ports import PersonalStore
from functions.services.dependencies import Dependencies

MAX_PERSONAL = 100  # documents of one kind and person

P = TypeVar("P", Preset, SavedSearch)


async def own(store: PersonalStore[P], id: str, person: Person) -> P:
    """The person's document; `NotFound` also for somebody else's."""
    found = await store.get(id)
    if found.created_by != person.name:
        raise NotFound
    return found


async def add_preset(deps: Dependencies, *, name: str, options: PaintOptions, person: Person) -> Preset:
    """Save paint options under a name that this person has not used yet."""
    await check_name(deps.catalog.presets, name, person)
    now = deps.clock()
    fresh = Preset(
        id=new_image_id(now), created_by=person.name, created_at=now, updated_at=now, name=name, options=options
    )
    return await deps.catalog.presets.create(fresh)


async def add_search(deps: Dependencies, *, name: str, q: str, person: Person) -> SavedSearch:
    """Save a query under a name that this person has not used yet."""
    await check_name(deps.catalog.searches, name, person)
    now = deps.clock()
    fresh = SavedSearch(id=new_image_id(now), created_by=person.name, created_at=now, updated_at=now, name=name, q=q)
    return await deps.catalog.searches.create(fresh)


async def change_own(
    deps: Dependencies, store: PersonalStore[P], id: str, *, etag: str, person: Person, **changes: Any
) -> P:
    """Save over the version with this etag."""
    held = await own(store, id, person)
    if changes["name"] != held.name:
        await check_name(store, changes["name"], person)
    return await store.replace(held.evolve(**changes, etag=etag, updated_at=deps.clock()))


async def delete_own(store: PersonalStore[P], id: str, person: Person) -> None:
    await own(store, id, person)
    await store.delete(id)


async def check_name(store: PersonalStore[P], name: str, person: Person) -> None:
    """Raise `BadRequest` if the person has this name already, `TooMany` if they have a great many."""
    existing = await store.of(person.name)
    if any(name.casefold() == document.name.casefold() for document in existing):
        raise BadRequest(f"The name “{name}” is already in use. Choose another name.", field="name")
    if len(existing) >= MAX_PERSONAL:
        raise TooMany(
            f"You have reached the limit of {MAX_PERSONAL}. Delete one first.",
            field="name",
            limit=MAX_PERSONAL,
            used=len(existing),
        )
