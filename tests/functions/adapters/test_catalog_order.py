"""Both catalogs list the images of a search in each order, page by page."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence

import pytest

from functions.errors import BadRequest
from functions.models.image import Image
from functions.ports import Catalog
from functions.search.grammar import parse
from functions.services.images import sorting
from tests.catalogs import an_image, minutes_later
from tests.fakes import START


@pytest.fixture
async def made(catalog: Catalog) -> Sequence[Image]:
    """24 images, oldest first, with some equal files."""
    draw = random.Random(5)
    images = [
        an_image(
            at=minutes_later(n * 700),
            rating=draw.randint(0, 5),
            sha256=hashlib.sha256(str(n // 2).encode()).hexdigest(),
            tags=draw.choice([(), ("fox",)]),
        )
        for n in range(24)
    ]
    return [await catalog.images.create(image) for image in images]


async def listed(catalog: Catalog, q: str, *, limit: int = 5) -> list[Image]:
    """Return the images of all pages of a search."""
    query = parse(q, schedules={})
    images: list[Image] = []
    cursor = None
    while True:
        page = await sorting.page(catalog.images, query, cursor=cursor, limit=limit)
        images += page.items
        assert len(page.items) == limit or page.next_cursor is None
        if page.next_cursor is None:
            return images
        cursor = page.next_cursor


def ids(images: Sequence[Image]) -> list[str]:
    return [image.id for image in images]


@pytest.mark.parametrize("limit", [1, 5, 8, 24, 100])
async def test_oldest_first(catalog: Catalog, made: Sequence[Image], limit: int) -> None:
    """The pages of `sort:oldest` contain every image once, oldest first."""
    assert ids(await listed(catalog, "sort:oldest", limit=limit)) == ids(made)
    tagged = [image for image in made if image.tags]
    assert ids(await listed(catalog, "tag:fox sort:oldest", limit=limit)) == ids(tagged)


@pytest.mark.parametrize("limit", [1, 5, 8, 24, 100])
async def test_highest_rating_first(catalog: Catalog, made: Sequence[Image], limit: int) -> None:
    """The pages of `sort:rating` contain every image once, highest rating first, then newest first."""
    expected = sorted(made, key=lambda image: (image.rating, image.id), reverse=True)

    assert ids(await listed(catalog, "sort:rating", limit=limit)) == ids(expected)
    within = [image for image in expected if 2 <= image.rating <= 4]
    assert ids(await listed(catalog, "rating:2-4 sort:rating", limit=limit)) == ids(within)


@pytest.mark.parametrize("limit", [1, 5, 8, 24, 100])
async def test_random_order_is_the_same_on_all_pages(catalog: Catalog, made: Sequence[Image], limit: int) -> None:
    """The pages of `sort:random` contain every image once, and a numbered order is the same for any page size."""
    assert sorted(ids(await listed(catalog, "sort:random", limit=limit))) == ids(made)

    numbered = ids(await listed(catalog, "sort:random:7", limit=limit))

    assert sorted(numbered) == ids(made)
    assert numbered == ids(await listed(catalog, "sort:random:7", limit=24))
    assert numbered not in (ids(made), ids(made)[::-1])


async def test_random_orders_differ(catalog: Catalog, made: Sequence[Image]) -> None:
    """Eight numbers give eight orders, and neighbors in one are rarely neighbors in another."""
    orders = [ids(await listed(catalog, f"sort:random:{number}", limit=24)) for number in range(8)]

    assert len({tuple(order) for order in orders}) == 8
    assert len({order[0] for order in orders}) > 2


async def test_an_order_survives_changes_between_two_pages(catalog: Catalog, made: Sequence[Image]) -> None:
    """An image that is deleted or added between two pages neither repeats nor hides another."""
    for order in ("sort:oldest", "sort:rating", "sort:random:3"):
        query = parse(order, schedules={})
        first = await sorting.page(catalog.images, query, cursor=None, limit=10)
        last = first.items[-1]
        await catalog.images.delete(last.id)
        added = await catalog.images.create(an_image(at=minutes_later(30_000), sha256="7" * 64, rating=5))

        rest = await sorting.page(catalog.images, query, cursor=first.next_cursor, limit=100)

        left = {image.id for image in (*first.items, *rest.items)} - {added.id}
        assert len(ids(rest.items)) == len(set(ids(rest.items)) - set(ids(first.items))), order
        assert left == set(ids(made)), order
        await catalog.images.create(last)
        await catalog.images.delete(added.id)


@pytest.mark.parametrize(
    ("q", "cursor"),
    [
        ("sort:oldest", "01KASAR8M0ABCDEFGHJKMNPQRS"),
        ("sort:rating", "oldest-01KASAR8M0ABCDEFGHJKMNPQRS"),
        ("sort:rating", "rating-6-01KASAR8M0ABCDEFGHJKMNPQRS"),
        ("sort:random", "random-7"),
        ("sort:random", "random-7-x"),
        ("sort:random", f"random-7-1.{2**63}"),
        ("sort:random:8", "random-7-1.2"),
    ],
)
async def test_a_cursor_of_another_search_is_rejected(catalog: Catalog, q: str, cursor: str) -> None:
    """A cursor that doesn't belong to the order of the search is an error, not an empty page."""
    with pytest.raises(BadRequest) as caught:
        await sorting.page(catalog.images, parse(q, schedules={}), cursor=cursor, limit=5)

    assert caught.value.details["field"] == "cursor"


async def test_a_random_order_includes_an_image_without_hash(catalog: Catalog) -> None:
    """An image whose file has no known hash is part of every random order."""
    image = await catalog.images.create(an_image(at=START, sha256=""))

    assert ids(await listed(catalog, "sort:random", limit=5)) == [image.id]
