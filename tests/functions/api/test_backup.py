"""Each change of a schedule, setting, preset, or saved search is in the backup when its request ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from functions.api.routes.table import ROUTES
from functions.errors import Unavailable
from functions.models.backup import NAME, Backup
from functions.models.schedule import Schedule
from functions.services import library_backup, library_settings
from functions.services.maintenance.restore import restore
from functions.services.schedules.planner import plan_due_work
from tests.fake_blobs import FakeBlobs
from tests.fakes import Clock, FakeDependencies, close_dependencies, make_dependencies
from tests.functions.api.conftest import Api

DAILY = {"kind": "cron", "cron": "0 10 * * *", "timezone": "UTC"}
OWLS = {"name": "Owls", "theme": "owls", "timing": DAILY}
LARGE, SMALL = ({"name": name, "options": {"width": width}} for name, width in (("Large", 512), ("Small", 256)))
FOXES, HARES = {"name": "Foxes", "q": "fox"}, {"name": "Hares", "q": "hare"}
# Each request that changes these documents. {schedule}, {prompt}, {album}, {preset}, and {search} exist before.
CHANGES: dict[str, tuple[str, str, dict[str, Any] | None]] = {
    "create_schedule": ("POST", "schedules", OWLS | {"name": "Foxes"}),
    "replace_schedule": ("PUT", "schedules/{schedule}", OWLS | {"theme": "snowy owls"}),
    "delete_schedule": ("DELETE", "schedules/{schedule}", None),
    "pause_schedule": ("POST", "schedules/{schedule}/pause", {"reason": "Holidays"}),
    "resume_schedule": ("POST", "schedules/{schedule}/resume", None),
    "write_upcoming_prompts": ("POST", "schedules/{schedule}/prompts", {"count": 2}),
    "replace_upcoming_prompt": ("PUT", "schedules/{schedule}/prompts/{prompt}", {"prompt": "a tawny owl"}),
    "delete_upcoming_prompt": ("DELETE", "schedules/{schedule}/prompts/{prompt}", None),
    "publish_schedule": ("PUT", "schedules/{schedule}/publication", {"publish": "everything"}),
    "unpublish_schedule": ("DELETE", "schedules/{schedule}/publication", None),
    "set_webhook": ("PUT", "schedules/{schedule}/webhook", {"url": "https://example.org/other"}),
    "delete_webhook": ("DELETE", "schedules/{schedule}/webhook", None),
    "update_settings": ("PATCH", "settings", {"paused": True, "limits": {"images_per_day": 5}}),
    "create_album": ("POST", "albums", {"name": "Hares"}),
    "replace_album": ("PUT", "albums/{album}", {"name": "Red foxes", "note": "In snow."}),
    "delete_album": ("DELETE", "albums/{album}", None),
    "create_preset": ("POST", "presets", SMALL),
    "replace_preset": ("PUT", "presets/{preset}", SMALL),
    "delete_preset": ("DELETE", "presets/{preset}", None),
    "create_saved_search": ("POST", "saved-searches", HARES),
    "replace_saved_search": ("PUT", "saved-searches/{search}", HARES),
    "delete_saved_search": ("DELETE", "saved-searches/{search}", None),
}
# Requests below the same paths that change none of these documents.
OTHERS = {"move_in_album", "run_schedule", "test_webhook", "retry_delivery", "preview_schedule"}
TAGS = {"Albums", "Schedules", "Settings", "Presets", "Saved searches"}


class Library:
    """A library with one document of each kind."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.ids: dict[str, str] = {}

    async def make(self) -> None:
        """Create the documents: a schedule with a publication, a webhook, and a prompt; a preset; a saved search."""
        post, put = self.api.post, self.api.put
        await self.api.get("settings")
        schedule = (await post("schedules", OWLS)).json["id"]
        await put(f"schedules/{schedule}/publication", {"publish": "approved", "slug": "owls", "etag": "1"})
        await put(f"schedules/{schedule}/webhook", {"url": "https://example.org/hook", "etag": "2"})
        prompt = (await post(f"schedules/{schedule}/prompts", {"count": 1})).json["items"][0]["id"]
        self.ids = {
            "schedule": schedule,
            "prompt": prompt,
            "album": (await post("albums", {"name": "Foxes"})).json["id"],
            "preset": (await post("presets", LARGE)).json["id"],
            "search": (await post("saved-searches", FOXES)).json["id"],
        }

    async def change(self, name: str) -> None:
        """Send the request, which has to succeed."""
        method, path, body = CHANGES[name]
        address = path.format(**self.ids)
        if name == "resume_schedule":
            await self.api.post(f"schedules/{self.ids['schedule']}/pause", {"reason": "Holidays"})
        if method in ("PUT", "PATCH"):
            of = address if method == "PATCH" else address.removesuffix("/publication").removesuffix("/webhook")
            read = await self.api.get(of.partition("/prompts/")[0] + ("/prompts" if "/prompts/" in of else ""))
            found = read.json["items"][0] if "/prompts/" in of else read.json
            body = (body or {}) | {"etag": found["etag"]}
        answer = await self.api.call(method, address, body)
        assert answer.status < 300, answer.body


@pytest.fixture
async def library(api: Api) -> Library:
    made = Library(api)
    await made.make()
    return made


@pytest.fixture
async def empty(clock: Clock) -> AsyncIterator[FakeDependencies]:
    """Return dependencies with an empty catalog."""
    made = await make_dependencies(clock)
    yield made
    await close_dependencies(made)


async def documents(deps: FakeDependencies) -> dict[str, Any]:
    """Return the documents of the backup, without the times of the next runs."""
    backup = await library_backup.current(deps)
    content = backup.model_dump(mode="json", exclude={"schedules": {"__all__": {"planned_until", "next_run_at"}}})
    return {kind: content[kind] for kind in ("settings", "schedules", "presets", "searches", "albums")}


def test_the_requests_that_change_these_documents_are_known() -> None:
    """Each route below these paths is in one of the two tables."""
    writing = {route.name for route in ROUTES if route.method != "GET" and route.tag in TAGS}

    assert writing == CHANGES.keys() | OTHERS


@pytest.mark.parametrize("name", CHANGES)
async def test_a_change_survives_the_loss_of_the_catalog(
    name: str, library: Library, deps: FakeDependencies, empty: FakeDependencies
) -> None:
    """A catalog that is lost right after the request, without a sweep, comes back with the change."""
    original = await documents(deps)

    await library.change(name)
    changed = await documents(deps)
    await restore(replace(empty, blobs=deps.blobs))

    assert changed != original
    assert await documents(empty) == changed


@pytest.mark.parametrize("name", CHANGES)
async def test_a_failing_storage_does_not_fail_the_request(
    name: str, library: Library, deps: FakeDependencies, caplog: pytest.LogCaptureFixture
) -> None:
    """The request succeeds, the error is logged without its text, and the sweep writes the backup."""
    deps.blobs.fail(Unavailable("https://storage.test/?sig=secret"), times=2 if name == "resume_schedule" else 1)

    await library.change(name)

    assert "library.not_backed_up" in caplog.text
    assert "sig=secret" not in caplog.text
    assert await library_backup.write(deps)


class HeldBlobs(FakeBlobs):
    """A storage that holds the first upload of a backup until `go_on`, while `held` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.hold = False
        self.reached, self.go_on = asyncio.Event(), asyncio.Event()

    async def replace(self, container: str, name: str, data: bytes, **more: Any) -> None:
        if self.hold:
            self.hold = False
            self.reached.set()
            await self.go_on.wait()
        await super().replace(container, name, data, **more)


async def reached(blobs: HeldBlobs) -> None:
    """Wait until an upload is held."""
    async with asyncio.timeout(10):
        await blobs.reached.wait()


@pytest.fixture
def overrides() -> dict[str, Any]:
    return {"blobs": HeldBlobs()}


def other_process(deps: FakeDependencies) -> FakeDependencies:
    """Return dependencies of another process that uses the same catalog and storage."""
    return replace(deps, backup_lock=asyncio.Lock())


def saved(deps: FakeDependencies) -> Backup:
    return Backup.model_validate_json(deps.blobs.stored["sidecars", NAME][0])


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize("second", ["create_preset", "delete_saved_search"])
async def test_an_older_backup_never_replaces_a_newer_one(
    processes: int, second: str, library: Library, deps: FakeDependencies
) -> None:
    """A backup that was read before another change and is uploaded after it doesn't undo that change."""
    blobs = deps.blobs
    assert isinstance(blobs, HeldBlobs)
    blobs.hold = True
    slow = asyncio.create_task(library_backup.write_after_change(deps))
    await reached(blobs)
    if second == "create_preset":
        preset = (await deps.catalog.presets.all())[0]
        saving: Any = deps.catalog.presets.create(preset.evolve(id="other", name="Other"))
    else:
        saving = deps.catalog.searches.delete(library.ids["search"])

    changing = asyncio.create_task(library_backup.backed_up(other_process(deps) if processes == 2 else deps, saving))
    if processes == 2:
        await changing
    blobs.go_on.set()
    await asyncio.gather(slow, changing)

    assert saved(deps).presets == tuple(sorted(await stored_as(deps.catalog.presets), key=library_backup.by_id))
    assert saved(deps).searches == tuple(await stored_as(deps.catalog.searches))


async def stored_as(store: Any) -> list[Any]:
    """Return the documents of a store as a backup contains them."""
    return [document.evolve(etag=None) for document in await store.all()]


async def test_a_change_back_is_not_lost(library: Library, deps: FakeDependencies) -> None:
    """If the backup already equals the catalog, it is saved again, so that an upload with an older state fails."""
    blobs = deps.blobs
    assert isinstance(blobs, HeldBlobs)
    schedule = (await deps.catalog.schedules.all())[0]
    theirs = await deps.catalog.schedules.replace(schedule.evolve(paused=True))
    blobs.hold = True
    slow = asyncio.create_task(library_backup.write_after_change(other_process(deps)))
    await reached(blobs)

    await library_backup.backed_up(deps, deps.catalog.schedules.replace(schedule.evolve(etag=theirs.etag)))
    blobs.go_on.set()
    await slow

    assert [one.paused for one in saved(deps).schedules] == [False]


async def test_a_storage_that_hangs_delays_the_request_only_so_long(library: Library, deps: FakeDependencies) -> None:
    """After the time limit, the change is returned, and the sweep writes the backup."""
    blobs = deps.blobs
    assert isinstance(blobs, HeldBlobs)
    blobs.hold = True
    impatient = replace(deps, backup_timeout_s=0.01)

    result = await library_backup.backed_up(impatient, library_settings.settings(impatient))
    (schedule,) = await deps.catalog.schedules.all()
    await deps.catalog.schedules.replace(schedule.evolve(theme="late owls"))

    assert result.id == library_settings.SETTINGS_ID
    assert await library_backup.write(deps)
    assert [one.theme for one in saved(deps).schedules] == ["late owls"]


async def test_bookkeeping_of_the_planner_writes_no_backup(library: Library, deps: FakeDependencies) -> None:
    """Planning a run changes only the catalog."""
    earlier = deps.blobs.stored["sidecars", NAME]
    deps.clock.advance(hours=2)

    await plan_due_work(deps)

    (schedule,) = await deps.catalog.schedules.all()
    assert isinstance(schedule, Schedule)
    assert schedule.runs == 1
    assert deps.blobs.stored["sidecars", NAME] is earlier
