"""Lists of images: searches, page by page."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from functions.errors import BadRequest
from functions.models.album import Album
from functions.models.identity import is_image_id
from functions.models.image import Image
from functions.ports import Page
from functions.search.grammar import parse
from functions.search.query import ImageQuery
from functions.services import library_settings
from functions.services.dependencies import Dependencies
from functions.services.images import images, query_names, sorting
from functions.services.images.images import ImageWithUrls

MONTH_NAME = re.compile(r"(date|before|after):[^\d\s]", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Listing:
    """One page of images. The total is only on the first page."""

    items: Sequence[ImageWithUrls]
    next_cursor: str | None
    total: int | None = None
    total_text: str | None = None
    matched: tuple[str, ...] | None = None


async def search(
    deps: Dependencies,
    *,
    q: str = "",
    cursor: str | None = None,
    before: str | None = None,
    after: str | None = None,
    day: date | None = None,
    trash: Literal["out", "only"] | None = None,
    limit: int = 60,
) -> Listing:
    """Return one page, newest first or in the order of the search. The first page includes the total number.

    Raises `BadRequest` for a cursor of another order, and for `before` and `after` in another order than newest first.
    """
    query = await read_query(deps, q)
    if day is not None:
        query = replace(query, since=max(day, query.since or day), until=min(day, query.until or day))
    if trash is not None:
        query = replace(query, trash=trash)
    first_page = cursor is None and before is None and after is None
    found, counted = await asyncio.gather(
        page_of(deps, query, cursor=cursor, before=before, after=after, limit=limit),
        count(deps, query) if first_page else no_count(),
    )
    cap = deps.sizes.counted_images
    return Listing(
        items=await images.show(deps, [image for image in found.items if not image.purging]),
        next_cursor=found.next_cursor,
        total=counted if counted is not None and counted <= cap else None,
        total_text=f"{cap:,}+" if counted is not None and counted > cap else None,
        matched=query.matched if q else None,
    )


async def page_of(
    deps: Dependencies, query: ImageQuery, *, cursor: str | None, before: str | None, after: str | None, limit: int
) -> Page[Image]:
    """Return one page of images."""
    if query.sort not in (None, "newest"):
        if before or after:
            raise BadRequest(
                f"sort:{query.sort} can't be combined with {'before' if before else 'after'}. Use cursor.",
                field="before" if before else "after",
            )
        return await sorting.page(deps.catalog.images, query, cursor=cursor, limit=limit)
    if cursor is not None and not is_image_id(cursor):
        raise sorting.wrong_order()
    edges = [edge for edge in (cursor, before) if edge]
    # One more than requested shows whether there is another page.
    found = await deps.catalog.images.search(query, before=min(edges, default=None), after=after, limit=limit + 1)
    more = len(found) > limit
    items = found[-limit:] if after else found[:limit]
    return Page(items=items, next_cursor=items[-1].id if more and not after else None)


async def count(deps: Dependencies, query: ImageQuery) -> int | None:
    """Return the number of matches, counted up to `counted_images` + 1."""
    return await deps.catalog.images.count(query, cap=deps.sizes.counted_images)


async def no_count() -> None:
    """Return no total, for pages after the first."""


async def read_query(
    deps: Dependencies,
    q: str,
    *,
    albums: Sequence[Album] | None = None,
    smart: bool = True,
    now: datetime | None = None,
) -> ImageQuery:
    """Parse a search query. Schedules and albums are found by name or ID, deleted ones by ID.

    `albums` are all albums, if they are loaded already. Without `smart`, a smart album can't be named. Names of months
    are those before `now`, or before the present.
    """
    if not q.strip():
        return ImageQuery()
    if albums is None:
        albums = await query_names.albums_in(deps, q)
    # With the searches of the smart albums that it names.
    text = " ".join([q, *(album.q or "" for album in query_names.smart_in(albums, q))])
    schedules = await query_names.schedules_in(deps, text)
    today = None
    if MONTH_NAME.search(text):  # only names of months depend on the day
        zone = ZoneInfo((await library_settings.settings(deps)).timezone)
        today = (now or deps.clock()).astimezone(zone).date()
    if not smart:
        return parse(q, schedules=schedules, albums=query_names.without_smart(albums), today=today)
    queries = query_names.album_queries(albums, q, schedules=schedules, today=today)
    return parse(q, schedules=schedules, albums=queries, today=today)
