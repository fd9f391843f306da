"""What the names and IDs of schedules and albums mean in a search."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from functions.errors import BadRequest, NotFound
from functions.models.album import Album
from functions.search.grammar import parse
from functions.search.query import ImageQuery
from functions.services.dependencies import Dependencies

NAMED_SCHEDULE = re.compile(r"""schedule:"?([A-Za-z0-9@_.-]+)""")
NAMED_ALBUM = re.compile(r"""album:"?([0-7][0-9A-HJKMNP-TV-Z]{25})""")


async def schedules_in(deps: Dependencies, q: str) -> Mapping[str, str]:
    """Return the IDs of schedules by name and ID, as far as a search needs them: deleted ones by ID."""
    names: dict[str, str] = {}
    if "schedule:" in q.lower():
        for schedule in await deps.catalog.schedules.all():
            names |= {schedule.name: schedule.id, schedule.id: schedule.id}
        for id in NAMED_SCHEDULE.findall(q):
            if id not in names and await exists(deps, id):
                names[id] = id
    return names


async def exists(deps: Dependencies, schedule_id: str) -> bool:
    """Return whether the schedule exists."""
    try:
        await deps.catalog.schedules.get(schedule_id)
    except NotFound:
        return False
    return True


async def albums_in(deps: Dependencies, q: str) -> Sequence[Album]:
    """Return all albums if the search names one, and otherwise none."""
    return await deps.catalog.albums.all() if "album:" in q.lower() else ()


def smart_in(albums: Iterable[Album], q: str) -> list[Album]:
    """Return the smart albums that a search can name. It may name fewer."""
    text = q.casefold()
    return [one for one in albums if one.q is not None and (one.name.casefold() in text or one.id.casefold() in text)]


def album_queries(
    albums: Iterable[Album], q: str, *, schedules: Mapping[str, str], today: date | None
) -> dict[str, ImageQuery | BadRequest]:
    """Return queries for the images of albums by name and ID, as far as a search needs them: deleted ones by ID.

    A smart album whose search isn't valid (anymore) has the error instead.
    """
    albums = list(albums)
    inside = without_smart(albums)
    smart = {one.id: smart_query(one, schedules=schedules, albums=inside, today=today) for one in smart_in(albums, q)}
    found = by_name_and_id((one, smart.get(one.id, inside[one.id])) for one in albums)
    return {id: ImageQuery(albums=(id,)) for id in NAMED_ALBUM.findall(q)} | found


def without_smart(albums: Iterable[Album]) -> dict[str, ImageQuery | BadRequest]:
    """Return queries for the images of albums made by hand, by name and ID, and an error for smart ones."""
    return by_name_and_id(
        (
            one,
            ImageQuery(albums=(one.id,))
            if one.q is None
            else BadRequest(f"“{one.name}” is a smart album. Use its search, “{one.q}”.", field="q"),
        )
        for one in albums
    )


def by_name_and_id(
    values: Iterable[tuple[Album, ImageQuery | BadRequest]],
) -> dict[str, ImageQuery | BadRequest]:
    """Return the values by name and by ID. If the name of one album is the ID of another, the ID counts."""
    values = list(values)
    return {one.name: value for one, value in values} | {one.id: value for one, value in values}


def smart_query(
    album: Album,
    *,
    schedules: Mapping[str, str],
    albums: Mapping[str, ImageQuery | BadRequest],
    today: date | None,
) -> ImageQuery | BadRequest:
    """Return the query of a smart album, or the error in its search. Its order is left out."""
    try:
        query = parse(album.q or "", schedules=schedules, albums=albums, today=today)
    except BadRequest as exc:
        return BadRequest(f"The search of the album “{album.name}” isn't valid. {exc.message}", field="q")
    return replace(query, sort=None, shuffle=None, matched=())


async def check_by_hand(deps: Dependencies, album_id: str, *, field: str) -> Album:
    """Return an album to which images can be added. Raises `BadRequest` naming the field for any other."""
    try:
        album = await deps.catalog.albums.get(album_id)
    except NotFound:
        raise BadRequest(f"No album with the ID {album_id} exists. Check the list of albums.", field=field) from None
    if album.q is not None:
        raise BadRequest(
            f"“{album.name}” is a smart album, whose search selects its images. Choose an album made by hand.",
            field=field,
        )
    return album
