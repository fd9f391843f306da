"""Pages of a search in another order than newest first.

Every order continues after a position, not after a number of images, so that images that are added or deleted between
two requests neither repeat nor hide others. A cursor contains that position: an image ID, and for `sort:rating` the
rating, for `sort:album` the place, for `sort:random` the number of the random order and the catalog's own position.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace

from functions.errors import BadRequest
from functions.models.image import Image
from functions.ports import ImageStore, Page
from functions.search.query import SHUFFLES, ImageQuery, Span

FIRST_ID = "0" * 26
RATINGS = range(5, -1, -1)
ID = r"([0-7][0-9A-HJKMNP-TV-Z]{25})"
OLDEST = re.compile(rf"oldest-{ID}")
RATING = re.compile(rf"rating-([0-5])-{ID}")
PLACE = re.compile(rf"album-([0-9A-Z]+\.{ID[1:-1]})", re.ASCII)
RANDOM = re.compile(r"random-([0-9]{1,6})-(.+)", re.ASCII)


async def page(store: ImageStore, query: ImageQuery, *, cursor: str | None, limit: int) -> Page[Image]:
    """Return one page in the order `query.sort`, or raise `BadRequest` for a cursor of another order."""
    if query.sort == "oldest":
        return await oldest(store, query, cursor=cursor, limit=limit)
    if query.sort == "rating":
        return await by_rating(store, query, cursor=cursor, limit=limit)
    if query.sort == "album":
        return await by_place(store, query, cursor=cursor, limit=limit)
    return await shuffled(store, query, cursor=cursor, limit=limit)


async def oldest(store: ImageStore, query: ImageQuery, *, cursor: str | None, limit: int) -> Page[Image]:
    """Return a page of the oldest images first."""
    after = FIRST_ID if cursor is None else position(OLDEST, cursor)[0]
    # One more than requested shows whether there is another page.
    found = await store.search(query, after=after, limit=limit + 1)
    return cut(found[::-1], limit, lambda last: f"oldest-{last.id}")


async def by_rating(store: ImageStore, query: ImageQuery, *, cursor: str | None, limit: int) -> Page[Image]:
    """Return a page of the highest ratings first, and of the newest images within a rating.

    Each rating is searched separately until the page is full, so that an index has the images in their order.
    """
    highest, before = RATINGS[0], None
    if cursor is not None:
        text, before = position(RATING, cursor)
        highest = int(text)
    found: list[Image] = []
    for rating in RATINGS[RATINGS.index(highest) :]:
        if includes(query.rating, rating) and len(found) <= limit:
            same = replace(query, rating=Span(low=rating, high=rating))
            found += await store.search(same, before=before, limit=limit + 1 - len(found))
        before = None
    return cut(found, limit, lambda last: f"rating-{last.rating}-{last.id}")


async def by_place(store: ImageStore, query: ImageQuery, *, cursor: str | None, limit: int) -> Page[Image]:
    """Return a page in the order of the query's only album."""
    (album,) = query.albums
    after = None if cursor is None else position(PLACE, cursor)[0]
    found = await store.in_album(query, album=album, after=after, limit=limit + 1)
    return cut(found, limit, lambda last: f"album-{last.place_in(album)}")


async def shuffled(store: ImageStore, query: ImageQuery, *, cursor: str | None, limit: int) -> Page[Image]:
    """Return a page in random order. The first page draws a number that the cursors of the other pages repeat."""
    number, after = query.shuffle, None
    if cursor is not None:
        text, after = position(RANDOM, cursor)
        if number not in (None, int(text)):
            raise wrong_order()
        number = int(text)
    if number is None:
        number = secrets.randbelow(SHUFFLES)
    found = await store.shuffled(query, shuffle=number, cursor=after, limit=limit)
    return replace(found, next_cursor=found.next_cursor and f"random-{number}-{found.next_cursor}")


def includes(span: Span | None, rating: int) -> bool:
    """Return whether a range contains a rating."""
    return span is None or (span.low or 0) <= rating <= (RATINGS[0] if span.high is None else span.high)


def cut(found: Sequence[Image], limit: int, cursor_of: Callable[[Image], str]) -> Page[Image]:
    """Return a page of at most `limit` images, with a cursor if there are more."""
    items = found[:limit]
    return Page(items=items, next_cursor=cursor_of(items[-1]) if len(found) > limit else None)


def position(form: re.Pattern[str], cursor: str) -> tuple[str, ...]:
    """Return the parts of a cursor, or raise `BadRequest` if it belongs to another order."""
    match = form.fullmatch(cursor)
    if match is None:
        raise wrong_order()
    return match.groups()


def wrong_order() -> BadRequest:
    """Return the error for a cursor of another search."""
    return BadRequest("The cursor isn't valid for this search. Omit it to start from the first page.", field="cursor")
