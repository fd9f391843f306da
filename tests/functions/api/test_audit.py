"""The audit log: what is recorded of each change, and who may read it."""

from __future__ import annotations

import asyncio
import csv
import io
from datetime import datetime
from typing import Any

import pytest

from functions.errors import Unavailable
from functions.models.audit import AuditEntry, AuditQuery
from functions.ports import Catalog
from functions.services import audit
from functions.services.dependencies import PRODUCT
from tests.fakes import Clock, FakeDependencies
from tests.functions.api.conftest import Api, Gallery

SCHEDULE: dict[str, Any] = {
    "name": "Daily foxes",
    "theme": "foxes",
    "timing": {"kind": "cron", "cron": "0 9 * * *", "timezone": "UTC"},
}


class Ticking(Clock):
    """A clock that advances by a millisecond with each read, so that entries have an order."""

    def __call__(self) -> datetime:
        return self.advance(milliseconds=1)


@pytest.fixture
def clock() -> Clock:
    return Ticking()


async def etag_of(api: Api, schedule_id: str) -> dict[str, Any]:
    return {"etag": (await api.get(f"schedules/{schedule_id}")).json["etag"]}


async def log(api: Api, query: str = "") -> list[dict[str, Any]]:
    """Return the entries, newest first."""
    answer = await api.get(f"audit{query}", key="admin")
    assert answer.status == 200, answer.body
    return list(answer.json["items"])


async def test_approving_an_image_is_recorded(api: Api, gallery: Gallery) -> None:
    """The entry has the caller, the image, and the values before and after; a rating isn't recorded."""
    image = await gallery.add()
    rated = (await api.patch(f"images/{image.id}", {"etag": image.etag, "rating": 3})).json
    approved = (await api.patch(f"images/{image.id}", {"etag": rated["etag"], "approved": True})).json
    await api.patch(f"images/{image.id}", {"etag": approved["etag"], "approved": False}, key="other")

    newest, oldest = await log(api)

    assert (newest["action"], newest["actor"], newest["target"]) == ("image.unapprove", "key:other", image.id)
    assert (oldest["action"], oldest["actor"], oldest["actor_name"]) == ("image.approve", "key:editor", "editor")
    assert (oldest["before"], oldest["after"]) == ({"approved": False}, {"approved": True})


async def test_deleting_and_restoring_images_is_recorded(api: Api, gallery: Gallery) -> None:
    """Moving an image to trash, restoring it, and deleting it permanently are one entry each."""
    image = await gallery.add()
    await api.delete(f"images/{image.id}")
    await api.post(f"images/{image.id}/restore")
    await api.delete(f"images/{image.id}?permanent=true")

    assert [(one["action"], one["before"], one["after"]) for one in reversed(await log(api))] == [
        ("image.trash", {"in_trash": False}, {"in_trash": True}),
        ("image.restore", {"in_trash": True}, {"in_trash": False}),
        ("image.purge", {"in_trash": False}, {}),
    ]


async def test_a_bulk_update_is_one_entry(api: Api, gallery: Gallery) -> None:
    """The entry has the query, or the first IDs, and the number of images; tags and ratings aren't recorded."""
    images = await gallery.several(25)
    job = (await api.post("images/bulk", {"action": "trash", "q": "picture"})).json
    await api.post("images/bulk", {"action": "approve", "ids": [image.id for image in images]})
    await api.post("images/bulk", {"action": "tag", "tags": ["x"], "ids": [images[0].id]})
    await api.post(f"jobs/{job['id']}/undo", key="other")

    undo, approve, trash = await log(api)

    assert (trash["action"], trash["target"], trash["after"]) == (
        "images.trash",
        job["id"],
        {"query": "picture", "images": 25},
    )
    assert (approve["action"], approve["after"]["images"]) == ("images.approve", 25)
    assert approve["after"]["ids"] == [*(image.id for image in images[:20]), "and 5 more"]
    assert (undo["action"], undo["target"], undo["actor"]) == ("job.undo", job["id"], "key:other")


async def test_retries_of_a_bulk_update_and_its_undo_are_recorded(api: Api, gallery: Gallery) -> None:
    """Retrying either is an entry with the job and the caller, because both change images."""
    await gallery.several(2)
    bulk = (await api.post("images/bulk", {"action": "trash", "q": "picture"})).json["id"]
    undo = (await api.post(f"jobs/{bulk}/undo")).json["id"]
    await api.post(f"jobs/{undo}/cancel")
    for job in (bulk, undo):
        assert (await api.post(f"jobs/{job}/retry", key="other")).status == 202

    newest = (await log(api))[:2]

    assert [(one["action"], one["target"], one["actor"]) for one in newest] == [
        ("job.retry", undo, "key:other"),
        ("job.retry", bulk, "key:other"),
    ]


async def test_changes_of_schedules_are_recorded(api: Api, deps: FakeDependencies) -> None:
    """Each change from creation to deletion is recorded with the fields that differ."""
    made = (await api.post("schedules", SCHEDULE)).json
    id = made["id"]
    await api.put(f"schedules/{id}", SCHEDULE | {"etag": made["etag"], "theme": "owls"})
    await api.post(f"schedules/{id}/pause", {"reason": "Holiday"})
    await api.post(f"schedules/{id}/resume")
    await api.put(f"schedules/{id}/publication", {"publish": "approved", "slug": "foxes"} | await etag_of(api, id))
    await api.delete(f"schedules/{id}/publication")
    await api.delete(f"schedules/{id}")

    entries = list(reversed(await log(api, f"?target={id}")))

    assert [entry["action"] for entry in entries] == [
        f"schedule.{verb}" for verb in ("create", "replace", "pause", "resume", "publish", "unpublish", "delete")
    ]
    assert all(entry["target_name"] == "Daily foxes" for entry in entries)
    assert entries[0]["after"]["timing.cron"] == "0 9 * * *"
    assert (entries[1]["before"], entries[1]["after"]) == ({"theme": "foxes"}, {"theme": "owls"})
    assert (entries[2]["before"], entries[2]["after"]) == ({"paused": False}, {"paused": True, "reason": "Holiday"})
    assert entries[4]["after"] == {"publish": "approved", "slug": "foxes", "include_prompts": False}
    assert (entries[5]["before"], entries[5]["after"]) == (entries[4]["after"], {})
    assert entries[6]["before"]["theme"] == "owls"


async def test_secrets_are_not_recorded(api: Api) -> None:
    """A webhook is recorded by its host; an API key by name and role, and when it is revoked by its last characters."""
    id = (await api.post("schedules", SCHEDULE)).json["id"]
    hook = {"url": "https://hooks.test/path-token", "events": ["run.failed"]}
    secret = (await api.put(f"schedules/{id}/webhook", hook | await etag_of(api, id))).json["secret"]
    await api.delete(f"schedules/{id}/webhook")
    made = (await api.post("keys", {"name": "anna", "role": "reader"}, key="admin")).json
    await api.delete(f"keys/{made['id']}", key="admin")

    answer = await api.get("audit", key="admin")
    revoked, created, removed, hooked, _ = answer.json["items"]

    for text in (secret, "path-token", made["key"]):
        assert text not in answer.body.decode()
    assert hooked["after"] == {"host": "hooks.test", "events": ["run.failed"], "include_prompts": False}
    assert (removed["action"], removed["before"]["host"]) == ("webhook.delete", "hooks.test")
    assert (created["action"], created["after"]) == ("key.create", {"name": "anna", "role": "reader"})
    assert (revoked["target"], revoked["target_name"]) == (made["id"], "anna")
    assert revoked["before"] == {"role": "reader", "last_four": made["key"][-4:]}


async def test_changed_settings_are_recorded(api: Api) -> None:
    """The entry has only the settings that differ."""
    etag = (await api.get("settings")).json["etag"]
    limits = {"images_per_day": 7, "trash_days": 30}
    await api.patch("settings", {"etag": etag, "paused": True, "paused_reason": "Moving", "limits": limits})

    (entry,) = await log(api)

    assert (entry["action"], entry["target"]) == ("settings.update", "settings")
    assert entry["before"] == {"paused": False, "paused_reason": "", "limits.images_per_day": 500}
    assert entry["after"] == {"paused": True, "paused_reason": "Moving", "limits.images_per_day": 7}


async def test_a_change_that_failed_is_recorded_as_failed(api: Api, gallery: Gallery) -> None:
    """The second entry names the first one and the error."""
    image = await gallery.add()
    await api.patch(f"images/{image.id}", {"etag": "outdated", "approved": True})

    failed, entry = await log(api)

    assert (entry["failed"], entry["error"], failed["failed"], failed["error"]) == (None, "", entry["id"], "stale")
    assert (failed["action"], failed["actor"]) == (entry["action"], entry["actor"])


class BrokenLog:
    """An audit log that can't be written."""

    async def append(self, entry: AuditEntry) -> None:
        raise Unavailable


async def test_nothing_changes_without_an_entry(
    api: Api, deps: FakeDependencies, gallery: Gallery, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the entry can't be written, the change isn't made."""
    image = await gallery.add()
    monkeypatch.setattr(deps.catalog.audit, "append", BrokenLog().append)

    answer = await api.delete(f"images/{image.id}")

    assert answer.status == 503
    assert (await deps.catalog.images.get(image.id)).deleted_at is None


async def test_a_process_that_stops_leaves_the_first_entry(deps: FakeDependencies) -> None:
    """The entry is written before the change, so it exists even if the change wasn't made."""
    with pytest.raises(asyncio.CancelledError):
        async with audit.recorded(deps, PRODUCT, "key.create", "key-1"):
            raise asyncio.CancelledError

    (entry,) = (await deps.catalog.audit.page(AuditQuery())).items
    assert (entry.target, entry.failed) == ("key-1", None)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["audit", "audit/export"])
async def test_the_api_changes_no_entries(api: Api, method: str, path: str) -> None:
    """Both URLs accept only GET requests."""
    assert (await api.call(method, path, key="admin")).status == 405


async def test_only_administrators_read_the_log(api: Api) -> None:
    """Editors and readers get a 403 that names the role."""
    for key in ("editor", "reader"):
        answer = await api.get("audit", key=key)
        assert (answer.status, "admin role" in answer.error["message"]) == (403, True)


async def test_the_log_is_listed_by_page_and_filter(api: Api, clock: Clock) -> None:
    """Entries are listed newest first, and filtered by actor, action, and time."""
    for name in ("a", "b", "c"):
        await api.post("keys", {"name": name, "role": "reader"}, key="admin")
        clock.advance(minutes=1)
    first = (await api.get("audit?limit=2", key="admin")).json
    second = (await api.get(f"audit?limit=2&cursor={first['next_cursor']}", key="admin")).json

    assert [one["target_name"] for one in first["items"] + second["items"]] == ["c", "b", "a"]
    assert second["next_cursor"] is None
    assert len(await log(api, "?actor=admin&action=key")) == 3
    assert [one["target_name"] for one in await log(api, "?since=2026-11-23T09:02:00Z")] == ["c"]
    assert not await log(api, "?actor=editor")


async def test_the_log_is_exported_without_formulas(api: Api) -> None:
    """A cell that a spreadsheet would calculate begins with an apostrophe."""
    name = '=HYPERLINK("https://evil.test","x")'
    await api.post("schedules", SCHEDULE | {"name": name})

    answer = await api.get("audit/export?action=schedule.create", key="admin")

    assert (answer.status, answer.headers["X-Truncated"]) == (200, "false")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="audit.csv"'
    header, row = csv.reader(io.StringIO(answer.body.decode("utf-8-sig")))
    cells = dict(zip(header, row, strict=True))
    assert (cells["target name"], cells["actor"]) == (f"'{name}", "key:editor")
    assert cells["time"].startswith("2026-11-23T09:00:00.")


async def test_an_export_ends_at_the_limit(catalog_log: Catalog, deps: FakeDependencies) -> None:
    """The newest entries are exported, and the result says whether there are more."""
    entries, more = await audit.everything(deps, AuditQuery(), most=2)

    assert ([entry.target for entry in entries], more) == (["2", "1"], True)
    assert (await audit.everything(deps, AuditQuery(), most=3))[1] is False


@pytest.fixture
async def catalog_log(deps: FakeDependencies, clock: Clock) -> Catalog:
    """Save three entries, and return the catalog."""
    for number in range(3):
        async with audit.recorded(deps, PRODUCT, "key.create", str(number)):
            clock.advance(1)
    return deps.catalog
