"""Add images to albums, and list them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from functions.models.image import Image
from tests.fakes import Clock

if TYPE_CHECKING:
    from tests.functions.api.conftest import Api

Add = Callable[[str, Sequence[Image]], Awaitable[None]]


def adder(api: Api, clock: Clock) -> Add:
    """Return a function that adds images to an album, a second later than what was done before."""

    async def add(album: str, images: Sequence[Image]) -> None:
        clock.advance(1)
        body = {"action": "add_to_album", "album": album, "ids": ids(images)}
        assert (await api.post("images/bulk", body)).json == {"done": body["ids"], "failed": []}
        clock.advance(1)

    return add


async def listed(api: Api, q: str) -> list[str]:
    """Return the IDs of all pages of a search."""
    found: list[str] = []
    cursor = ""
    while True:
        page = (await api.get(f"images?limit=2&q={q}{cursor}")).json
        found += [image["id"] for image in page["items"]]
        if page["next_cursor"] is None:
            return found
        cursor = f"&cursor={page['next_cursor']}"


async def in_order(api: Api, album: str) -> list[str]:
    """Return the IDs of an album's images in its order."""
    return await listed(api, f"album:{album}%20sort:album")


def ids(images: Sequence[Image]) -> list[str]:
    return [image.id for image in images]
