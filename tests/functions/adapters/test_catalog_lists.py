"""Lists of jobs, schedules, and personal documents in both catalogs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from functions.errors import BadRequest, NotFound
from functions.models.api_key import StoredKey
from functions.models.identity import new_image_id
from functions.models.job import OPEN, Status
from functions.models.library import Preset, SavedSearch
from functions.ports import Catalog
from tests.catalogs import a_job, a_schedule, minutes_later
from tests.fakes import START


def ids_of(documents: Any) -> list[str]:
    return [document.id for document in documents]


async def walk(catalog: Any, limit: int = 2, **filters: Any) -> list[str]:
    """The ids of a whole list of jobs, page by page."""
    seen: list[str] = []
    cursor = None
    while True:
        page = await catalog.jobs.page(cursor=cursor, limit=limit, **filters)
        assert len(page.items) <= limit
        seen += ids_of(page.items)
        if page.next_cursor is None:
            return seen
        assert len(page.items) == limit
        cursor = page.next_cursor


async def test_jobs_are_listed_newest_first(catalog: Catalog) -> None:
    """Creation decides, to the microsecond, and the id where that is the same."""
    moments = {
        "b": START,
        "a": START,
        "half": START + timedelta(milliseconds=500),
        "whole": START + timedelta(seconds=1),
        "little": START + timedelta(microseconds=1),
        "old": START - timedelta(days=3),
    }
    for id, moment in moments.items():
        await catalog.jobs.create(a_job(id, at=moment))

    expected = ["whole", "half", "little", "b", "a", "old"]
    assert await walk(catalog, limit=50) == expected
    assert await walk(catalog, limit=1) == expected
    assert await walk(catalog, limit=2) == expected
    assert await walk(catalog, limit=6) == expected


async def test_jobs_are_filtered_by_status_and_schedule(catalog: Catalog) -> None:
    """Filters work alone and together, and an empty list of statuses matches no job."""
    statuses = [Status.QUEUED, Status.SUCCEEDED, Status.FAILED, Status.SKIPPED]
    for n in range(12):
        await catalog.jobs.create(
            a_job(
                f"job-{n:02}",
                at=minutes_later(n),
                status=statuses[n % 4],
                schedule_id="daily" if n % 3 == 0 else None,
                finished_at=minutes_later(n + 1) if n % 4 else None,
            )
        )

    bad = frozenset({Status.FAILED, Status.SKIPPED})
    assert await walk(catalog, statuses=bad) == ["job-11", "job-10", "job-07", "job-06", "job-03", "job-02"]
    assert await walk(catalog, schedule_id="daily") == ["job-09", "job-06", "job-03", "job-00"]
    assert await walk(catalog, statuses=bad, schedule_id="daily") == ["job-06", "job-03"]
    assert await walk(catalog, statuses=frozenset()) == []
    assert await walk(catalog, schedule_id="nobody's") == []


async def test_job_moves_between_lists_when_it_changes(catalog: Catalog) -> None:
    """A save is seen at once by the filters."""
    job = await catalog.jobs.create(a_job("one"))

    job = await catalog.jobs.replace(job.with_status(Status.PAINTING, now=START))
    generation = await walk(catalog, statuses=frozenset({Status.PAINTING}))
    job = await catalog.jobs.replace(job.with_status(Status.SUCCEEDED, now=START))

    assert generation == ["one"]
    assert await walk(catalog, statuses=frozenset({Status.PAINTING})) == []
    assert await walk(catalog, statuses=frozenset({Status.SUCCEEDED})) == ["one"]
    assert (await catalog.jobs.get("one")).finished


@pytest.mark.parametrize("cursor", ["", "nonsense", "MjAyNi0xMS0yMw", "é", "A" * 400])
async def test_invented_cursor_is_rejected(catalog: Catalog, cursor: Any) -> None:
    """A cursor that no list gave is a bad request that names its field."""
    with pytest.raises(BadRequest) as caught:
        await catalog.jobs.page(cursor=cursor)

    assert caught.value.details == {"field": "cursor"}


async def test_open_jobs_are_those_that_are_not_finished(catalog: Catalog) -> None:
    """Jobs with an unfinished status are listed oldest first."""
    for n, status in enumerate(Status):
        await catalog.jobs.create(a_job(status.value, at=minutes_later(-n), status=status))

    found = (await catalog.jobs.open()).items

    assert ids_of(found) == [status.value for status in reversed(Status) if status in OPEN]


async def test_schedules_come_by_name_without_deleted_ones(catalog: Catalog) -> None:
    """The list ignores the case of names; a deleted schedule can still be read."""
    for id, name in (("1", "beta"), ("2", "Alpha"), ("3", "alpha"), ("4", "Gamma")):
        await catalog.schedules.create(a_schedule(id, name))
    gone = await catalog.schedules.create(a_schedule("5", "Aardvark"))
    await catalog.schedules.replace(gone.evolve(deleted_at=START))

    assert ids_of(await catalog.schedules.all()) == ["2", "3", "1", "4"]
    assert (await catalog.schedules.get("5")).deleted_at == START


async def test_jobs_are_filtered_by_kind(catalog: Catalog) -> None:
    """The filter by kind works alone and with other filters, over several pages."""
    kinds = ("generation", "publish", "webhook", "generation", "publish", "generation")
    for minute, kind in enumerate(kinds):
        status = Status.SUCCEEDED if minute % 2 else Status.QUEUED
        await catalog.jobs.create(a_job(f"{minute}", at=minutes_later(minute), kind=kind, status=status))

    assert await walk(catalog, kinds=frozenset({"generation"})) == ["5", "3", "0"]
    assert await walk(catalog, limit=1, kinds=frozenset({"publish", "webhook"})) == ["4", "2", "1"]
    both: dict[str, Any] = {"kinds": frozenset({"generation"}), "statuses": frozenset({Status.SUCCEEDED})}
    assert await walk(catalog, **both) == ["5", "3"]
    assert await walk(catalog, kinds=frozenset()) == []


async def test_personal_documents_belong_to_their_creator(catalog: Catalog) -> None:
    """Each user's own documents of a kind are listed by name."""
    about = {"created_at": START, "updated_at": START}
    people = ["ada", "bob", "Ada", "o'neil/ü"]
    made = {}
    for caller in people:
        for name in ("beta", "Alpha"):
            fresh = Preset(id=new_image_id(START), created_by=caller, name=name, **about)
            made[caller, name] = await catalog.presets.create(fresh)
    search = SavedSearch(id=new_image_id(START), created_by="ada", name="Foxes", q="fox", **about)
    await catalog.searches.create(search)

    for caller in people:
        assert list(await catalog.presets.of(caller)) == [made[caller, "Alpha"], made[caller, "beta"]]
    assert ids_of(await catalog.searches.of("ada")) == [search.id]
    assert list(await catalog.searches.of("bob")) == []
    assert list(await catalog.presets.of("ada", "nobody", "bob")) == sorted(
        (made[caller, name] for caller in ("ada", "bob") for name in ("Alpha", "beta")),
        key=lambda preset: (preset.name.casefold(), preset.id),
    )
    assert set(ids_of(await catalog.presets.all())) == {preset.id for preset in made.values()}
    assert ids_of(await catalog.searches.all()) == [search.id]
    with pytest.raises(NotFound):
        await catalog.presets.get(search.id)


async def test_keys_are_listed_by_name(catalog: Catalog) -> None:
    """The list has all API keys, sorted by name regardless of case, and no other documents."""
    about = {"created_by": "ada", "created_at": START, "updated_at": START, "role": "reader"}
    for name in ("beta", "Alpha", "gamma"):
        await catalog.keys.create(StoredKey(id=f"key-{name}", name=name, sha256="0" * 64, last_four="abcd", **about))
    await catalog.presets.create(
        Preset(id=new_image_id(START), name="Zeta", created_by="keys", created_at=START, updated_at=START)
    )
    await catalog.keys.delete("key-gamma")

    assert [key.name for key in await catalog.keys.all()] == ["Alpha", "beta"]


async def test_kinds_do_not_tell_each_others_changes(catalog: Catalog) -> None:
    """A change belongs to its store alone."""
    about = {"created_by": "ada", "created_at": START, "updated_at": START}
    tokens = {kind: (await getattr(catalog, kind).changed(None))[1] for kind in ("jobs", "presets", "settings")}
    await catalog.searches.create(SavedSearch(id=new_image_id(START), name="Foxes", q="fox", **about))
    await catalog.schedules.create(a_schedule("1", "Daily"))

    for kind, token in tokens.items():
        assert list((await getattr(catalog, kind).changed(token))[0]) == []
