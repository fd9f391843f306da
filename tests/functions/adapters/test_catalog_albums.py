"""Both catalogs list the images of an album in its order."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from functions.models.album import Album, Place
from functions.models.identity import new_image_id
from functions.models.image import Image
from functions.ports import Catalog
from functions.search.query import ImageQuery
from functions.services.images import sorting
from tests.catalogs import an_image, minutes_later
from tests.fakes import START

ALBUM, OTHER = new_image_id(START), new_image_id(START)
QUERY = ImageQuery(albums=(ALBUM,))
ORDER = "DBEAC"  # of the images A to E, which are made in this order


@pytest.fixture
async def made(catalog: Catalog) -> dict[str, Image]:
    """Images A to E in an album, one in another album, and one in none."""
    images = {
        name: an_image(
            at=minutes_later(n * 700),
            prompt=f"{'fox' if name in 'BCD' else 'owl'} {name}",
            places=(Place(album=ALBUM, position=f"{ORDER.index(name)}V"), Place(album=OTHER, position="V")),
        )
        for n, name in enumerate("ABCDE")
    }
    images["X"] = an_image(at=minutes_later(9000), places=(Place(album=OTHER, position="0V"),))
    images["Y"] = an_image(at=minutes_later(9001))
    return {name: await catalog.images.create(image) for name, image in images.items()}


def named(made: dict[str, Image], found: Sequence[Image]) -> str:
    names = {image.id: name for name, image in made.items()}
    return "".join(names[image.id] for image in found)


@pytest.mark.parametrize("limit", [1, 2, 5, 6])
async def test_pages_of_an_album_follow_its_order(catalog: Catalog, made: dict[str, Image], limit: int) -> None:
    """The pages contain every image of the album once, also with other conditions."""
    for query, expected in ((QUERY, ORDER), (ImageQuery(albums=(ALBUM,), terms=("fox",)), "DBC")):
        found: list[Image] = []
        cursor: str | None = None
        while True:
            page = await sorting.by_place(catalog.images, query, cursor=cursor, limit=limit)
            found += page.items
            if (cursor := page.next_cursor) is None:
                break

        assert named(made, found) == expected


async def test_images_before_a_place_are_the_closest(catalog: Catalog, made: dict[str, Image]) -> None:
    """`before` returns the closest images in the album's order."""
    place = made["A"].place_in(ALBUM)

    assert named(made, await catalog.images.in_album(QUERY, album=ALBUM, before=place, limit=2)) == "BE"
    assert named(made, await catalog.images.in_album(QUERY, album=ALBUM, after=place)) == "C"


async def test_an_album_is_a_condition_of_a_search(catalog: Catalog, made: dict[str, Image]) -> None:
    """Albums select images, in both albums, in one but not the other, and not at all."""
    both = ImageQuery(albums=(ALBUM, OTHER))
    only_other = ImageQuery(albums=(OTHER,), none_of=(QUERY,))

    assert named(made, await catalog.images.search(both)) == "EDCBA"
    assert named(made, await catalog.images.search(only_other)) == "X"
    assert await catalog.images.count(QUERY) == 5
    assert named(made, await catalog.images.search(ImageQuery(none_of=(ImageQuery(albums=(OTHER,)),)))) == "Y"


async def test_changes_of_images_change_the_album(catalog: Catalog, made: dict[str, Image]) -> None:
    """A moved image has its new place, and one that is removed, in trash, or deleted isn't listed."""
    await catalog.images.replace(made["A"].evolve(places=(Place(album=ALBUM, position="0AV"),)))
    await catalog.images.replace(made["B"].evolve(places=()))
    await catalog.images.replace(made["C"].evolve(deleted_at=START))
    await catalog.images.delete(made["D"].id)

    assert named(made, await catalog.images.in_album(QUERY, album=ALBUM)) == "AE"
    assert named(made, await catalog.images.search(ImageQuery(albums=(OTHER,)))) == "XE"


async def test_equal_positions_are_in_the_order_of_the_ids(catalog: Catalog) -> None:
    """Two images that got the same position are both listed, once."""
    places = (Place(album=ALBUM, position="V"),)
    older, newer = [await catalog.images.create(an_image(at=minutes_later(n), places=places)) for n in range(2)]

    first = await catalog.images.in_album(QUERY, album=ALBUM, limit=1)
    second = await catalog.images.in_album(QUERY, album=ALBUM, after=older.place_in(ALBUM), limit=5)

    assert [image.id for image in (*first, *second)] == [older.id, newer.id]


async def test_albums_are_listed_by_name(catalog: Catalog) -> None:
    """All albums are listed, sorted by name without regard to case."""
    about = {"created_by": "ada", "created_at": START, "updated_at": START}
    for name in ("foxes", "Best", "Owls"):
        await catalog.albums.create(Album(id=new_image_id(START), name=name, **about))

    assert [album.name for album in await catalog.albums.all()] == ["Best", "foxes", "Owls"]
