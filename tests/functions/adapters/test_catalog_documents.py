"""Every store of every catalog has the same behavior for single documents."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Protocol

import pytest

from functions.errors import AlreadyExists, BadRequest, NotFound, Stale
from functions.models.album import Album
from functions.models.api_key import StoredKey
from functions.models.document import Document
from functions.models.history import Delivery, PromptRecord
from functions.models.identity import new_image_id
from functions.models.library import LibrarySettings, MonthSummary, Preset, SavedSearch, Usage
from functions.models.prompt import WrittenPrompt
from functions.models.schedule import GenerationOptions
from functions.ports import Catalog, Store
from tests.catalogs import a_job, a_schedule, an_image, minutes_later
from tests.fakes import START

ABOUT: dict[str, Any] = {"created_by": "ada", "created_at": START, "updated_at": START}
NEW_ID: dict[str, Callable[[int], str]] = {
    "images": lambda n: new_image_id(minutes_later(n)),
    "jobs": lambda n: f"daily@2026112{n}T0900Z",
    "settings": lambda n: "settings" if n == 0 else f"settings-{n}",
    "summaries": lambda n: f"2026-0{n + 1}",
    "usage": lambda n: f"2026-11-0{n + 1}",
}

MAKE: dict[str, Callable[[str], Document]] = {
    "images": lambda id: an_image(id=id),
    "jobs": a_job,
    "schedules": lambda id: a_schedule(id, "Daily"),
    "summaries": lambda id: MonthSummary(id=id, days={"2026-11-01": 2}, **ABOUT),
    "usage": lambda id: Usage(id=id, jobs={"job-1": (3, 0.25)}, **ABOUT),
    "settings": lambda id: LibrarySettings(id=id, timezone="Europe/Berlin", **ABOUT),
    "presets": lambda id: Preset(id=id, name="Wide", options=GenerationOptions(width=768), **ABOUT),
    "searches": lambda id: SavedSearch(id=id, name="Foxes", q="fox", **ABOUT),
    "albums": lambda id: Album(id=id, name="Foxes", note="All of them.", **ABOUT),
    "keys": lambda id: StoredKey(
        id=id, name="Ada", role="editor", sha256="0" * 64, last_four="abcd", expires_at=minutes_later(9), **ABOUT
    ),
    "deliveries": lambda id: Delivery(
        id=id, owner="schedule:s", at=START, event="run.failed", host="example.org", run_id="j", **ABOUT
    ),
    "prompts": lambda id: PromptRecord(
        id=id, owner="person:ada", at=START, theme="foxes", prompt=WrittenPrompt(prompt="a fox"), job_id="j", **ABOUT
    ),
}


class Maker(Protocol):
    """Creates a document of one kind; the same number gives the same id."""

    def __call__(self, n: int = 0) -> Document: ...


@pytest.fixture(params=sorted(MAKE))
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def store(catalog: Catalog, kind: str) -> Store[Any]:
    return getattr(catalog, kind)


@pytest.fixture
def make(kind: str) -> Maker:
    ids: dict[int, str] = {}
    new_id = NEW_ID.get(kind, NEW_ID["images"])

    def make(n: int = 0) -> Document:
        return MAKE[kind](ids.setdefault(n, new_id(n)))

    return make


async def test_created_document_comes_back_whole(store: Store[Any], make: Maker) -> None:
    """A created document is read back complete, with the ETag that the creation returned."""
    created = await store.create(make())

    read = await store.get(created.id)

    assert read == created
    assert read.body() == make().body()
    assert read.etag


async def test_missing_document_is_not_found(store: Store[Any], make: Maker) -> None:
    """An id that nothing has is `NotFound`."""
    await store.create(make(0))

    with pytest.raises(NotFound):
        await store.get(make(1).id)


async def test_many_documents_come_in_the_requested_order_without_missing_ones(catalog: Catalog) -> None:
    """One query returns the days that exist, in the order of their ids."""
    days = [Usage(id=NEW_ID["usage"](number), **ABOUT) for number in range(3)]
    for day in days:
        await catalog.usage.create(day)

    read = await catalog.usage.get_many([days[2].id, "2001-01-01", days[0].id])

    assert [day.id for day in read] == [days[2].id, days[0].id]
    assert all(day.etag for day in read)
    assert list(await catalog.usage.get_many([])) == []


@pytest.mark.parametrize("id", ["", "no/such", "no\\such", "what?", "a#b", "../secrets", "x" * 300, "ümlaut ☃", "'"])
async def test_odd_ids_are_not_found(store: Store[Any], id: Any) -> None:
    """Any id from a URL that no document has is NotFound."""
    with pytest.raises(NotFound):
        await store.get(id)
    await store.delete(id)


async def test_second_create_is_rejected_and_changes_nothing(store: Store[Any], make: Maker) -> None:
    """An id can be taken once."""
    first = await store.create(make())

    with pytest.raises(AlreadyExists):
        await store.create(make().evolve(updated_at=minutes_later(1)))

    assert await store.get(first.id) == first


async def test_only_one_of_many_creators_wins(store: Store[Any], make: Maker) -> None:
    """Of callers that create the same id at once, one succeeds."""
    attempts = await asyncio.gather(*(store.create(make()) for _ in range(8)), return_exceptions=True)

    assert sum(not isinstance(attempt, BaseException) for attempt in attempts) == 1
    assert sum(isinstance(attempt, AlreadyExists) for attempt in attempts) == 7


async def test_replace_saves_over_the_version_it_has_seen(store: Store[Any], make: Maker) -> None:
    """A save with the current ETag succeeds and returns the next one."""
    created = await store.create(make())

    saved = await store.replace(created.evolve(updated_at=minutes_later(1)))

    assert saved.etag != created.etag
    assert (await store.get(created.id)).updated_at == minutes_later(1)
    assert (await store.get(created.id)) == saved
    await store.replace(saved.evolve(updated_at=minutes_later(2)))


async def test_replace_of_an_old_version_is_stale(store: Store[Any], make: Maker) -> None:
    """A save with an outdated ETag is rejected."""
    created = await store.create(make())
    saved = await store.replace(created.evolve(updated_at=minutes_later(1)))

    for etag in (created.etag, None, "", "nonsense", "-1", "9" * 30):
        with pytest.raises(Stale):
            await store.replace(created.evolve(updated_at=minutes_later(2), etag=etag))

    assert await store.get(created.id) == saved


async def test_only_one_of_many_savers_wins(store: Store[Any], make: Maker) -> None:
    """Of callers that save over the same version at once, one succeeds; the others are stale."""
    created = await store.create(make())

    attempts = await asyncio.gather(
        *(store.replace(created.evolve(updated_at=minutes_later(n))) for n in range(8)), return_exceptions=True
    )

    (saved,) = (attempt for attempt in attempts if not isinstance(attempt, BaseException))
    assert sum(isinstance(attempt, Stale) for attempt in attempts) == 7
    assert await store.get(created.id) == saved


async def test_replace_of_a_missing_document_is_not_found(store: Store[Any], make: Maker) -> None:
    """A save cannot bring a document back."""
    created = await store.create(make())
    await store.delete(created.id)

    with pytest.raises(NotFound):
        await store.replace(created)


async def test_delete_is_repeatable_and_frees_the_id(store: Store[Any], make: Maker) -> None:
    """A deletion can be repeated, and the id can be created again with a new ETag."""
    created = await store.create(make())

    await store.delete(created.id)
    await store.delete(created.id)

    with pytest.raises(NotFound):
        await store.get(created.id)
    again = await store.create(make())
    assert again.etag != created.etag


async def test_changes_are_reported_once_oldest_first(store: Store[Any], make: Maker) -> None:
    """Documents saved after a change token are returned once, oldest first."""
    early = await store.create(make(0))
    nothing, token = await store.changed(None)
    second = await store.create(make(1))
    third = await store.create(make(2))
    second = await store.replace(second.evolve(updated_at=minutes_later(5)))

    reported, next_token = await store.changed(token)
    after, last_token = await store.changed(next_token)

    assert list(nothing) == []
    assert sorted(reported, key=lambda d: d.id) == sorted([second, third], key=lambda d: d.id)
    assert early not in reported
    assert list(after) == []
    assert list((await store.changed(last_token))[0]) == []


async def test_changes_come_in_portions_without_loss(store: Store[Any], make: Maker) -> None:
    """More changes than the limit are returned in several portions, without loss."""
    _, token = await store.changed(None)
    made = [await store.create(make(n)) for n in range(5)]

    seen: list[str] = []
    while True:
        reported, token = await store.changed(token, limit=2)
        if not reported:
            break
        assert len(reported) <= 2
        seen += [document.id for document in reported]

    assert sorted(seen) == sorted(document.id for document in made)


async def test_deleted_document_is_not_reported(store: Store[Any], make: Maker) -> None:
    """A change that was deleted since is no change."""
    _, token = await store.changed(None)
    await store.create(make())
    await store.delete(make().id)

    reported, _ = await store.changed(token)

    assert list(reported) == []


@pytest.mark.parametrize("token", ["", "x", "-5", "1e3", "12 ", "№", "9" * 40])
async def test_invented_tokens_are_rejected(store: Store[Any], token: Any) -> None:
    """An invalid change token is a bad request that names the field."""
    with pytest.raises(BadRequest) as caught:
        await store.changed(token)

    assert caught.value.details == {"field": "since"}
