"""Images in both catalogs: pages in both directions, counts, words, months, and trash."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta
from typing import Any

import pytest

from functions.errors import BadRequest
from functions.models.identity import new_image_id, new_image_ids
from functions.ports import Catalog
from functions.search.query import ImageQuery
from tests.catalogs import an_image, minutes_later
from tests.fakes import START

ALL = ImageQuery()
TRASH = ImageQuery(trash="only")


async def fill(catalog: Catalog, count: int = 10) -> list[str]:
    """Images a minute apart, saved in a random order; their ids, newest first."""
    ids = [new_image_id(minutes_later(n)) for n in range(count)]
    for id in random.Random(5).sample(ids, count):
        await catalog.images.create(an_image(id=id))
    return ids[::-1]


def ids_of(images: Any) -> list[str]:
    return [image.id for image in images]


async def test_list_runs_from_the_newest_to_the_oldest(catalog: Catalog) -> None:
    """The order is that of the ids, whatever the order of saving."""
    ids = await fill(catalog)

    assert ids_of(await catalog.images.search(ALL)) == ids
    assert ids_of(await catalog.images.search(ALL, limit=3)) == ids[:3]


async def test_pages_back_and_forth_meet(catalog: Catalog) -> None:
    """`before` returns the next older page and `after` the next newer one, both newest first."""
    ids = await fill(catalog)

    assert ids_of(await catalog.images.search(ALL, before=ids[3], limit=3)) == ids[4:7]
    assert ids_of(await catalog.images.search(ALL, after=ids[6], limit=3)) == ids[3:6]
    assert ids_of(await catalog.images.search(ALL, before=ids[2], after=ids[7])) == ids[3:7]
    assert ids_of(await catalog.images.search(ALL, before=ids[-1])) == []
    assert ids_of(await catalog.images.search(ALL, after=ids[0])) == []


async def test_walk_through_all_pages_meets_every_image_once(catalog: Catalog) -> None:
    """Images created or deleted between pages don't affect the position of others."""
    ids = await fill(catalog, 11)
    seen: list[str] = []
    cursor = None

    while page := ids_of(await catalog.images.search(ALL, before=cursor, limit=2)):
        seen += page
        cursor = page[-1]
        await catalog.images.create(an_image(at=minutes_later(100 + len(seen))))
        if len(seen) == 4:
            await catalog.images.delete(cursor)

    assert seen == ids


async def test_cursor_of_a_deleted_image_keeps_its_position(catalog: Catalog) -> None:
    """A cursor is a place in the order, not an image."""
    ids = await fill(catalog)
    await catalog.images.delete(ids[4])

    assert ids_of(await catalog.images.search(ALL, before=ids[4], limit=2)) == ids[5:7]
    assert ids_of(await catalog.images.search(ALL, after=ids[4], limit=2)) == ids[2:4]


async def test_images_of_one_millisecond_keep_the_order_of_their_ids(catalog: Catalog) -> None:
    """Ids made in a row share their time and most random bits; saved in any order, they are listed in theirs."""
    ids = sorted((*new_image_ids(START, 40), *(new_image_id(START) for _ in range(5))), reverse=True)
    for id in random.Random(1).sample(ids, len(ids)):
        await catalog.images.create(an_image(id=id))

    listed: list[str] = []
    while page := ids_of(await catalog.images.search(ALL, before=listed[-1] if listed else None, limit=7)):
        listed += page
    back: list[str] = []
    while page := ids_of(await catalog.images.search(ALL, after=back[0] if back else ids[-1], limit=7)):
        back = [*page, *back]

    assert listed == ids
    assert back == ids[:-1]
    assert [(await catalog.images.get(id)).id for id in ids] == ids
    assert ids_of(await catalog.images.search(ImageQuery(terms=("fox",)))) == ids


@pytest.mark.parametrize("cursor", ["", "nonsense", "01ARZ3NDEKTSV4RRFFQ69G5FAV'--", "81ARZ3NDEKTSV4RRFFQ69G5FAV"])
async def test_invented_cursors_are_rejected(catalog: Catalog, cursor: str) -> None:
    """A cursor that no list gave is a bad request that names its field."""
    places: tuple[dict[str, Any], ...] = ({"before": cursor}, {"after": cursor})
    for place in places:
        with pytest.raises(BadRequest) as caught:
            await catalog.images.search(ALL, **place)

        assert caught.value.details == {"field": "cursor"}


async def test_image_needs_a_ulid(catalog: Catalog) -> None:
    """Only an id that contains its month can be saved."""
    image = an_image().evolve(id="holiday")

    with pytest.raises(BadRequest):
        await catalog.images.create(image)


async def test_count_stops_at_its_cap(catalog: Catalog) -> None:
    """A count is exact up to the cap and cap + 1 beyond it."""
    await fill(catalog, 7)

    assert await catalog.images.count(ALL) == 7
    assert await catalog.images.count(ALL, cap=7) == 7
    assert await catalog.images.count(ALL, cap=3) == 4
    assert await catalog.images.count(TRASH) == 0


async def test_days_and_tags_count_what_is_shown(catalog: Catalog) -> None:
    """Counts are per month of the id without images in trash, and tags ignore case and repetition."""
    images = catalog.images
    await images.create(an_image(at=START, tags=("Fox", "night")))
    await images.create(an_image(at=START + timedelta(hours=1), tags=("fox", "FOX")))
    await images.create(an_image(at=START + timedelta(days=2), tags=()))
    await images.create(an_image(at=START + timedelta(days=30), tags=("fox",)))
    await images.create(an_image(at=START, tags=("night",), deleted_at=START))
    await images.create(an_image(at=START, tags=("night",), purging=True))

    assert dict(await images.day_counts("2026-11")) == {"2026-11-23": 2, "2026-11-25": 1}
    assert dict(await images.tag_counts("2026-11")) == {"fox": 2, "night": 1}
    assert dict(await images.day_counts("2026-12")) == {"2026-12-23": 1}
    assert dict(await images.tag_counts("2027-01")) == {}
    assert dict(await images.day_counts("nonsense")) == {}


async def test_counts_follow_every_change(catalog: Catalog) -> None:
    """Trashing, restoring, retagging and deleting move the counts at once."""
    images = catalog.images
    first = await images.create(an_image(tags=("fox",), prompt="a lighthouse"))
    await images.create(an_image(tags=("fox",), prompt="a lighthouse"))

    first = await images.replace(first.evolve(deleted_at=START))
    trashed = dict(await images.tag_counts("2026-11")), list(await images.term_prefix("lighth"))
    first = await images.replace(first.evolve(deleted_at=None, tags=("owl",), prompt="a tower", day="2026-11-22"))
    changed = dict(await images.tag_counts("2026-11")), list(await images.term_prefix("lighth"))
    days = dict(await images.day_counts("2026-11"))
    await images.delete(first.id)

    assert trashed == ({"fox": 1}, [("lighthouse", 1)])
    assert changed == ({"fox": 1, "owl": 1}, [("lighthouse", 1)])
    assert days == {"2026-11-22": 1, "2026-11-23": 1}
    assert dict(await images.tag_counts("2026-11")) == {"fox": 1}
    assert dict(await images.day_counts("2026-11")) == {"2026-11-23": 1}


async def test_words_complete_the_most_frequent_first(catalog: Catalog) -> None:
    """Completion returns whole words from the texts and tags of the listed images."""
    images = catalog.images
    for n, prompt in enumerate(["a lighthouse", "lighthouses at sea", "lighthouse, Light", "light", "light", "lamp"]):
        await images.create(an_image(at=minutes_later(n), theme="x", prompt=prompt, negative_prompt="lightning"))
    await images.create(an_image(prompt="light", deleted_at=START))
    await images.create(an_image(theme="x", prompt="y", tags=("Lightfoot",)))

    assert list(await images.term_prefix("Ligh")) == [
        ("light", 3),
        ("lighthouse", 2),
        ("lightfoot", 1),
        ("lighthouses", 1),
    ]
    assert list(await images.term_prefix("lighthouse", limit=1)) == [("lighthouse", 2)]
    assert list(await images.term_prefix("é")) == []
    assert list(await images.term_prefix("")) == []
    assert list(await images.term_prefix("two words")) == []
    assert list(await images.term_prefix("100%_")) == []


async def test_months_are_those_that_have_images(catalog: Catalog) -> None:
    """Months come newest first, without empty ones and with images in trash."""
    images = catalog.images
    assert list(await images.months()) == []
    old = await images.create(an_image(at=START - timedelta(days=400)))
    await images.create(an_image(at=START, deleted_at=START))
    await images.create(an_image(at=START + timedelta(days=45)))

    assert list(await images.months()) == ["2027-01", "2026-11", "2025-10"]
    await images.delete(old.id)
    assert list(await images.months()) == ["2027-01", "2026-11"]


async def test_old_trash_and_begun_purges_are_found(catalog: Catalog) -> None:
    """Images deleted before the given time and started purges are returned."""
    images = catalog.images
    await images.create(an_image())
    old = await images.create(an_image(deleted_at=START - timedelta(days=2)))
    older = await images.create(an_image(deleted_at=START - timedelta(days=3, microseconds=1)))
    await images.create(an_image(deleted_at=START))
    begun = await images.create(an_image(purging=True))
    late = await images.create(an_image(deleted_at=START + timedelta(days=1), purging=True))

    due = await images.trashed_before(START)

    assert set(ids_of(due)) == {old.id, older.id, begun.id, late.id}
    assert old.deleted_at is not None
    assert set(ids_of(await images.trashed_before(old.deleted_at))) == {older.id, begun.id, late.id}
    assert len(await images.trashed_before(START, limit=2)) == 2


async def test_concurrent_saves_of_one_millisecond_all_arrive(catalog: Catalog) -> None:
    """Images that are saved at the same time with adjacent ids are all listed."""
    ids = new_image_ids(START, 24)

    await asyncio.gather(*(catalog.images.create(an_image(id=id)) for id in ids))

    assert ids_of(await catalog.images.search(ALL)) == list(ids[::-1])
