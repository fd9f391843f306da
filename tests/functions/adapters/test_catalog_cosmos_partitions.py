"""The catalog over several physical partitions of a stand-in for Cosmos DB, made from the documentation."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any, NamedTuple

import pytest

from functions.adapters.cosmos.catalog import open_cosmos
from functions.models.album import Place
from functions.models.audit import AuditEntry, AuditQuery
from functions.models.history import PromptRecord, person_owner
from functions.models.identity import new_image_id
from functions.models.image import Image
from functions.models.job import Status
from functions.models.library import Preset
from functions.models.prompt import WrittenPrompt
from functions.ports import Catalog
from functions.search.grammar import parse
from functions.search.query import ImageQuery
from functions.services.images import sorting
from tests.catalogs import a_job, a_schedule, an_image, minutes_later
from tests.cosmos_documented.server import DocumentedCosmos, documented_cosmos
from tests.cosmos_server import cosmos_database
from tests.fakes import START

pytestmark = pytest.mark.cosmos
PARTITIONS = 2
MONTH_MIN = 45_000


class Partitioned(NamedTuple):
    """A catalog, and the stand-in that it uses."""

    catalog: Catalog
    standin: DocumentedCosmos


@pytest.fixture
async def partitioned(cosmos_endpoint: str) -> AsyncIterator[Partitioned]:
    async with (
        documented_cosmos(cosmos_endpoint, partitions=PARTITIONS) as standin,
        cosmos_database(cosmos_endpoint) as access,
    ):
        catalog = open_cosmos(standin.endpoint, access.key, access.database)
        yield Partitioned(catalog, standin)
        await catalog.close()


@pytest.fixture
async def made(partitioned: Partitioned) -> list[Image]:
    """24 images of twelve months, newest first, whose partitions differ."""
    images = [
        an_image(
            at=minutes_later(-n * MONTH_MIN // 2),
            rating=n % 4,
            favourite=n % 3 == 0,
            schedule_id="daily" if n % 2 else None,
            sha256=f"{n * 7 % 24:064x}"[::-1],
            tags=("fox",) if n % 2 else (),
        )
        for n in range(24)
    ]
    return [await partitioned.catalog.images.create(image) for image in images]


async def listed(catalog: Catalog, q: str, *, limit: int = 8) -> list[str]:
    """Return the IDs of all pages of a search in another order than newest first."""
    query, cursor = parse(q, schedules={"daily": "daily"}), None
    ids: list[str] = []
    while True:
        page = await sorting.page(catalog.images, query, cursor=cursor, limit=limit)
        ids += [image.id for image in page.items]
        if page.next_cursor is None:
            return ids
        cursor = page.next_cursor


async def test_the_gallery_is_merged_from_all_partitions(partitioned: Partitioned, made: list[Image]) -> None:
    """Pages of the gallery contain every image once, newest first, although its months are in different partitions."""
    images, ids = partitioned.catalog.images, [image.id for image in made]

    first = await images.search(ImageQuery(), limit=10)
    second = await images.search(ImageQuery(), before=first[-1].id, limit=10)
    back = await images.search(ImageQuery(), after=second[0].id, limit=5)

    assert [image.id for image in (*first, *second)] == ids[:20]
    assert [image.id for image in back] == ids[5:10]
    asked = {call.partition for call in partitioned.standin.calls if call.statement and call.statement.order}
    assert asked == set(range(PARTITIONS))
    assert partitioned.standin.refused == []


@pytest.mark.parametrize(
    "q", ["", "is:favorite", "rating:2", "schedule:daily", "tag:fox rating:1-3", "-schedule:daily", "size:1:1"]
)
async def test_every_order_of_the_gallery_has_its_index(partitioned: Partitioned, made: list[Image], q: str) -> None:
    """Each order in both directions is served by an index with each filter, and lists the same images."""
    newest = [image.id for image in await partitioned.catalog.images.search(parse(q, schedules={"daily": "daily"}))]

    oldest, rated = [await listed(partitioned.catalog, f"{q} sort:{order}") for order in ("oldest", "rating")]

    assert partitioned.standin.refused == []
    assert newest
    assert oldest == newest[::-1]
    assert {call.access for call in partitioned.standin.calls if call.statement} == {"composite"}
    ratings = {image.id: image.rating for image in made}
    assert rated == sorted(newest, key=lambda id: (-ratings[id], newest.index(id)))


@pytest.mark.parametrize("sort", ["oldest", "rating", "random:3"])
async def test_the_trash_is_sorted_by_an_index(partitioned: Partitioned, made: list[Image], sort: str) -> None:
    """Images in trash can be listed in each order, too."""
    trashed = [await partitioned.catalog.images.replace(image.evolve(deleted_at=START)) for image in made[:9]]

    found = await listed(partitioned.catalog, f"is:trash sort:{sort}")

    assert partitioned.standin.refused == []
    assert sorted(found) == sorted(image.id for image in trashed)


async def test_a_random_order_has_its_index(partitioned: Partitioned, made: list[Image]) -> None:
    """A random order over two pages is served by an index, and lists every image of the search."""
    found = await listed(partitioned.catalog, "is:favorite sort:random:3")

    assert partitioned.standin.refused == []
    assert {call.access for call in partitioned.standin.calls if call.statement} == {"composite"}
    assert sorted(found) == sorted(image.id for image in made if image.favourite)


async def test_every_query_of_the_catalog_is_served_by_an_index(partitioned: Partitioned, made: list[Image]) -> None:
    """No query is refused because of its order, and none loads all documents of a container."""
    catalog, standin = partitioned
    jobs = [await catalog.jobs.create(a_job(f"job-{n}", at=minutes_later(n))) for n in range(6)]
    await catalog.jobs.replace(jobs[0].with_status(Status.FAILED, now=START))
    await catalog.schedules.create(a_schedule("01S", "daily"))
    _, token = await catalog.images.changed(None)
    trashed = await catalog.images.replace(made[3].evolve(deleted_at=START - timedelta(days=40)))

    open_jobs = await catalog.jobs.open(limit=3)
    more = await catalog.jobs.open(cursor=open_jobs.next_cursor, limit=3)
    page = await catalog.jobs.page(statuses=frozenset({Status.QUEUED}), limit=2)
    older = await catalog.jobs.page(cursor=page.next_cursor, limit=10)
    totals = await catalog.jobs.open_totals(excluding=["job-1"])
    ahead = await catalog.jobs.open_ahead(jobs[2:4])
    changed, _ = await catalog.images.changed(token)
    months = await catalog.images.months()

    assert [job.id for job in (*open_jobs.items, *more.items)] == [f"job-{n}" for n in range(1, 6)]
    assert [job.id for job in (*page.items, *older.items)] == [f"job-{n}" for n in (5, 4, 3, 2, 1, 0)]
    assert totals.jobs == 4
    assert ahead == {"job-2": 1, "job-3": 2}
    assert trashed in changed
    assert months == sorted({image.month for image in made}, reverse=True)
    assert [image.id for image in await catalog.images.trashed_before(START)] == [trashed.id]
    assert await catalog.images.count(ImageQuery()) == 23
    assert (await catalog.images.term_prefix("fo"))[0][0] == "fox"
    assert len(await catalog.schedules.all()) == 1
    assert len(await catalog.jobs.get_many(["job-1", "job-2"])) == 2
    assert standin.refused == []
    assert [call.statement for call in standin.calls if call.access == "scan"] == []


async def test_every_list_of_the_library_is_served_by_an_index(partitioned: Partitioned) -> None:
    """Histories, presets, keys, and the audit log are merged in order from the partitions of their owners."""
    catalog, standin = partitioned
    about: dict[str, Any] = {"created_at": START, "updated_at": START}
    owners = [person_owner(name) for name in ("ada", "bob", "cyd", "dan")]
    for n, owner in enumerate(owners * 2):
        text = WrittenPrompt(prompt="a fox")
        at = minutes_later(n)
        await catalog.prompts.create(
            PromptRecord(id=f"p{n}", owner=owner, at=at, theme="x", prompt=text, job_id="j", created_by="ada", **about)
        )
        await catalog.presets.create(Preset(id=f"preset-{n}", name=f"Preset {n}", created_by=owner[7:], **about))
        await catalog.audit.append(
            AuditEntry(id=f"e{n}", at=at, action="schedule.pause", target="s", created_by="key:ada", **about)
        )
    every = AuditQuery(actor="key:ada", action="schedule", target="s", since=START, until=minutes_later(6))

    page = await catalog.prompts.page(*owners, limit=3)
    rest = await catalog.prompts.page(*owners, cursor=page.next_cursor, limit=9)
    audit = await catalog.audit.page(every, limit=4)
    older = await catalog.audit.page(every, cursor=audit.next_cursor, limit=9)
    _, token = await catalog.presets.changed(None)
    changed, _ = await catalog.presets.changed(token)

    assert [line.id for line in (*page.items, *rest.items)] == [f"p{n}" for n in range(7, -1, -1)]
    assert [entry.id for entry in (*audit.items, *older.items)] == [f"e{n}" for n in range(5, -1, -1)]
    assert [preset.id for preset in await catalog.presets.of("ada", "bob")] == [f"preset-{n}" for n in (0, 1, 4, 5)]
    assert len(await catalog.presets.all()) == 8
    assert changed == []
    assert (await catalog.presets.get("preset-6")).name == "Preset 6"
    assert await catalog.keys.all() == []
    assert standin.refused == []
    assert [call.statement for call in standin.calls if call.access == "scan"] == []


async def test_statistics_of_a_month_ask_one_partition(partitioned: Partitioned, made: list[Image]) -> None:
    """The counts of a month read the partition of this month only."""
    month = made[0].month
    partitioned.standin.calls.clear()

    days = await partitioned.catalog.images.day_counts(month)
    tags = await partitioned.catalog.images.tag_counts(month)
    schedules = await partitioned.catalog.images.schedule_counts(month)

    count = sum(image.month == month for image in made)
    assert (sum(days.values()), sum(found.pictures for found in schedules)) == (count, count)
    assert sum(tags.values()) == sum(len(image.tags) for image in made if image.month == month)
    assert [(call.partition, call.access) for call in partitioned.standin.calls] == [(None, "composite")] * 3


async def test_the_order_of_an_album_has_its_index(partitioned: Partitioned, made: list[Image]) -> None:
    """Pages of an album are merged from all partitions in its order, which an index serves in both directions."""
    album = new_image_id(START)
    for n, image in enumerate(made):
        places = (Place(album=album, position=f"{n * 5 % 24:02}V"),)
        await partitioned.catalog.images.replace(image.evolve(places=places))
    expected = [image.id for _, image in sorted(enumerate(made), key=lambda pair: pair[0] * 5 % 24)]
    query = ImageQuery(albums=(album,))

    first = await partitioned.catalog.images.in_album(query, album=album, limit=10)
    last = first[-1].place_in(album)
    second = await partitioned.catalog.images.in_album(query, album=album, after=last, limit=20)
    before = await partitioned.catalog.images.in_album(query, album=album, before=last, limit=3)

    assert [image.id for image in (*first, *second)] == expected
    assert [image.id for image in before] == expected[6:9]
    assert partitioned.standin.refused == []
    assert {call.access for call in partitioned.standin.calls if call.statement} <= {"composite", "range"}
