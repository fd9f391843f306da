"""Bulk updates: by ids in one call, or by search in a job."""

from __future__ import annotations

from typing import Any

import pytest

from functions.services.dependencies import Sizes
from tests.fakes import Clock, FakeDependencies
from tests.functions.api.conftest import Api, Gallery, start_bulk
from tests.functions.api.delivery import deliver

MISSING = "01KASAR8M0ABCDEFGHJKMNPQRS"


@pytest.fixture
def overrides() -> dict[str, Any]:
    """Make chunks small enough that a few images need several."""
    return {"sizes": Sizes(job_chunk=2)}


class TestIds:
    @pytest.mark.parametrize(
        ("body", "before", "after"),
        [
            ({"action": "favourite"}, {}, {"favourite": True}),
            ({"action": "unfavourite"}, {"favourite": True}, {"favourite": False}),
            ({"action": "rate", "rating": 3}, {}, {"rating": 3}),
            ({"action": "rate", "rating": 0}, {"rating": 3}, {"rating": 0}),
            ({"action": "tag", "tags": ["Night", "red"]}, {"tags": ("red",)}, {"tags": ["red", "night"]}),
            ({"action": "untag", "tags": ["red"]}, {"tags": ("red", "night")}, {"tags": ["night"]}),
        ],
        ids=lambda value: str(value.get("action", "")) if isinstance(value, dict) else None,
    )
    async def test_every_action(
        self, api: Api, gallery: Gallery, body: dict[str, Any], before: dict[str, Any], after: dict[str, Any]
    ) -> None:
        """Each action changes the selected images and no others."""
        named = await gallery.several(3, **before)
        other = await gallery.add(**before)

        answer = await api.post("images/bulk", body | {"ids": [image.id for image in named]})

        assert answer.json == {"done": [image.id for image in named], "failed": []}
        for image in named:
            sent = (await api.get(f"images/{image.id}")).json
            assert {name: sent[name] for name in after} == after
        assert (await api.get(f"images/{other.id}")).json["etag"] == other.etag

    async def test_regenerate(self, api: Api, gallery: Gallery, deps: FakeDependencies) -> None:
        """Each image without a file gets a job of the caller, and the others are named with the reason."""
        lost, whole = await gallery.several(2)
        await deps.blobs.delete("originals", lost.original_blob)

        answer = await api.post("images/bulk", {"action": "regenerate", "ids": [lost.id, whole.id]})

        reason = "The file of this image exists, so the image isn't generated again."
        assert answer.json == {"done": [lost.id], "failed": [{"id": whole.id, "error": reason}]}
        (job,) = (await api.get("jobs")).json["items"]
        assert (job["request"]["regenerates"], job["created_by_name"]) == (lost.id, "editor")

    async def test_trash_restore_and_purge(self, api: Api, gallery: Gallery, deps: FakeDependencies) -> None:
        """Images are moved to trash, restored, and permanently deleted in bulk."""
        ids = [image.id for image in await gallery.several(3)]

        await api.post("images/bulk", {"action": "trash", "ids": ids})
        trashed = (await api.get("images?trash=only")).json["total"]
        await api.post("images/bulk", {"action": "restore", "ids": ids})
        restored = (await api.get("images")).json["total"]
        await api.post("images/bulk", {"action": "purge", "ids": ids})

        assert (trashed, restored) == (3, 3)
        assert (await api.get("images")).json["total"] == 0
        assert deps.blobs.stored == {}

    async def test_one_failure_does_not_stop_the_others(self, api: Api, gallery: Gallery) -> None:
        """A failed image is reported with its reason, and a repeated id counts once."""
        full = await gallery.add(tags=tuple(f"t{number}" for number in range(20)))
        fine = await gallery.add()

        answer = await api.post(
            "images/bulk", {"action": "tag", "tags": ["one-more"], "ids": [full.id, MISSING, fine.id, fine.id]}
        )

        assert answer.json["done"] == [fine.id]
        assert {failure["id"] for failure in answer.json["failed"]} == {full.id, MISSING}
        assert all(failure["error"].endswith(".") for failure in answer.json["failed"])

    async def test_at_most_500(self, api: Api) -> None:
        """More than 500 ids are rejected."""
        answer = await api.post("images/bulk", {"action": "trash", "ids": [MISSING] * 501})

        assert (answer.status, answer.field) == (400, "ids")


class TestSearch:
    async def test_a_job_changes_all_that_match(self, api: Api, gallery: Gallery, deps: FakeDependencies) -> None:
        """The job changes every match in chunks and reports the number."""
        foxes = [await gallery.add("a fox") for _ in range(5)]
        castle = await gallery.add("a castle")

        job = await start_bulk(api, {"action": "favourite", "q": "fox"})
        await deliver(deps)

        done = (await api.get(f"jobs/{job['id']}")).json
        assert (job["kind"], job["status"], job["work"]["total"]) == ("bulk", "queued", 5)
        assert (done["status"], done["percent"], done["work"]["done"], done["reason"]) == ("succeeded", 100, 5, None)
        assert (await api.get("images?q=is:favourite")).json["total"] == len(foxes)
        assert (await api.get(f"images/{castle.id}")).json["favourite"] is False

    @pytest.mark.parametrize("action", ["trash", "unfavourite", "purge"])
    async def test_also_when_they_stop_matching(
        self, api: Api, gallery: Gallery, deps: FakeDependencies, action: str
    ) -> None:
        """An action that removes images from its own search misses none."""
        await gallery.several(5, favourite=True)

        job = await start_bulk(api, {"action": action, "q": "is:favourite"})
        await deliver(deps)

        assert (await api.get(f"jobs/{job['id']}")).json["work"]["done"] == 5
        assert (await api.get("images?q=is:favourite")).json["total"] == 0

    async def test_restore_looks_into_the_trash(self, api: Api, gallery: Gallery, deps: FakeDependencies) -> None:
        """Restoring by search requires no is:trash, and an empty search restores all images in trash."""
        await gallery.several(3)
        await start_bulk(api, {"action": "trash", "q": ""})
        await deliver(deps)

        await start_bulk(api, {"action": "restore", "q": ""})
        await deliver(deps)

        assert (await api.get("images")).json["total"] == 3

    async def test_what_appears_later_is_left_alone(
        self, api: Api, gallery: Gallery, deps: FakeDependencies, clock: Clock
    ) -> None:
        """The job changes only images that existed at the time of the request."""
        await gallery.add("a fox")
        await start_bulk(api, {"action": "favourite", "q": "fox"})
        clock.advance(1)
        late = await gallery.add("a fox")

        await deliver(deps)

        assert (await api.get(f"images/{late.id}")).json["favourite"] is False

    async def test_a_bad_search_makes_no_job(self, api: Api, deps: FakeDependencies) -> None:
        """An invalid search is rejected before a job is queued."""
        answer = await api.post("images/bulk", {"action": "trash", "q": "colour:red"})

        assert (answer.status, answer.field) == (400, "q")
        assert deps.library_queue.messages == []

    async def test_failures_are_counted(self, api: Api, gallery: Gallery, deps: FakeDependencies) -> None:
        """A job that fails for some images succeeds and reports their number."""
        await gallery.add(tags=tuple(f"t{number}" for number in range(20)))
        await gallery.add()

        job = await start_bulk(api, {"action": "tag", "tags": ["one-more"], "q": ""})
        await deliver(deps)

        done = (await api.get(f"jobs/{job['id']}")).json
        assert (done["status"], done["work"]["done"], done["work"]["failed"]) == ("succeeded", 1, 1)
        assert done["reason"]["message"] == "1 image couldn't be updated."
