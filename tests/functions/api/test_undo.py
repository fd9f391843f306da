"""Undo of bulk updates by search."""

from __future__ import annotations

from typing import Any

import pytest

from functions.models.library_work import LibraryWork
from functions.services.dependencies import Dependencies, Sizes
from functions.services.library_jobs import bulk_change
from functions.services.library_jobs.worker import STEPS
from tests.fakes import Clock, FakeDependencies
from tests.functions.api.conftest import Api, Gallery, start_bulk
from tests.functions.api.delivery import deliver


@pytest.fixture
def overrides() -> dict[str, Any]:
    """Make chunks small enough that a few images need several."""
    return {"sizes": Sizes(job_chunk=2)}


async def done_bulk(api: Api, deps: FakeDependencies, body: dict[str, Any]) -> str:
    job = await start_bulk(api, body)
    await deliver(deps)
    return str(job["id"])


async def undone(api: Api, deps: FakeDependencies, job_id: str) -> dict[str, Any]:
    answer = await api.post(f"jobs/{job_id}/undo")
    assert answer.status == 202, answer.body
    await deliver(deps)
    return dict((await api.get(f"jobs/{answer.json['id']}")).json)


@pytest.mark.parametrize(
    "body",
    [
        {"action": "favourite"},
        {"action": "unfavourite"},
        {"action": "rate", "rating": 1},
        {"action": "tag", "tags": ["night", "red"]},
        {"action": "untag", "tags": ["red"]},
        {"action": "approve"},
        {"action": "unapprove"},
        {"action": "trash"},
    ],
    ids=lambda body: body["action"],
)
async def test_everything_is_as_before(
    api: Api, gallery: Gallery, deps: FakeDependencies, clock: Clock, body: Any
) -> None:
    """Undo restores the different values that the images had before."""
    await gallery.several(3, favourite=True, rating=4, tags=("red", "fox"), approved_at=clock())
    await gallery.several(2)
    before = (await api.get("images")).json["items"]

    job_id = await done_bulk(api, deps, body | {"q": ""})
    changed = (await api.get("images")).json["items"]
    done = await undone(api, deps, job_id)

    def facts(items: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
        names = ("id", "favourite", "rating", "tags", "approved_at", "deleted_at")
        return [tuple(item[name] for name in names) for item in items]

    assert facts(changed) != facts(before)
    assert facts((await api.get("images")).json["items"]) == facts(before)
    assert (done["kind"], done["status"], done["work"]["failed"]) == ("undo", "succeeded", 0)


async def test_restoring_is_undone_too(api: Api, gallery: Gallery, deps: FakeDependencies) -> None:
    """A restored image is moved back to trash."""
    await gallery.several(3)
    await done_bulk(api, deps, {"action": "trash", "q": ""})
    job_id = await done_bulk(api, deps, {"action": "restore", "q": ""})

    await undone(api, deps, job_id)

    assert (await api.get("images?trash=only")).json["total"] == 3


async def test_later_changes_stay(api: Api, gallery: Gallery, deps: FakeDependencies) -> None:
    """Undo keeps a rating and a tag that were set after the change."""
    rated, tagged = await gallery.several(2)
    rate = await done_bulk(api, deps, {"action": "rate", "rating": 1, "q": ""})
    tag = await done_bulk(api, deps, {"action": "tag", "tags": ["night"], "q": ""})
    etag = (await api.get(f"images/{rated.id}")).json["etag"]
    await api.patch(f"images/{rated.id}", {"etag": etag, "rating": 5, "tags": ["night", "mine"]})

    await undone(api, deps, rate)
    await undone(api, deps, tag)

    found = {item["id"]: (item["rating"], item["tags"]) for item in (await api.get("images")).json["items"]}
    assert found == {rated.id: (5, ["mine"]), tagged.id: (0, [])}


async def test_requested_while_it_runs(api: Api, gallery: Gallery, deps: FakeDependencies, clock: Clock) -> None:
    """Undo stops the running change and reverts what it did; a repeated request returns the same job."""
    await gallery.several(6)
    job = await start_bulk(api, {"action": "favourite", "q": ""})
    requested: list[str] = []

    async def step_then_undo(deps: Dependencies, work: Any) -> tuple[LibraryWork, bool]:
        result = await bulk_change.step(deps, work)
        requested.append((await api.post(f"jobs/{job['id']}/undo")).json["id"])
        requested.append((await api.post(f"jobs/{job['id']}/undo")).json["id"])
        return result

    await deliver(deps, clock, steps=STEPS | {"bulk": step_then_undo})

    assert requested == [f"undo-{job['id']}"] * 2
    assert (await api.get(f"jobs/{job['id']}")).json["status"] == "cancelled"
    assert (await api.get(f"jobs/{requested[0]}")).json["status"] == "succeeded"
    assert (await api.get("images?q=is:favourite")).json["total"] == 0


async def test_what_cannot_be_undone(api: Api, gallery: Gallery, deps: FakeDependencies, clock: Clock) -> None:
    """Permanent deletion, generation, and changes of the day before can't be undone."""
    await gallery.several(2)
    old = await done_bulk(api, deps, {"action": "favourite", "q": ""})
    purge = await done_bulk(api, deps, {"action": "purge", "q": ""})
    generation = (await api.post("jobs", {"theme": "owls"})).json["id"]
    clock.advance(hours=25)

    answers = [await api.post(f"jobs/{id}/undo") for id in (old, purge, generation, "nothing")]

    assert [answer.status for answer in answers] == [409, 409, 409, 404]


async def test_a_failed_change_continues_where_it_stopped(api: Api, gallery: Gallery, deps: FakeDependencies) -> None:
    """A retry of a canceled bulk update continues where it stopped."""
    await gallery.several(6)
    job = await start_bulk(api, {"action": "favourite", "q": ""})

    async def step_then_cancel(deps: Dependencies, work: Any) -> tuple[LibraryWork, bool]:
        result = await bulk_change.step(deps, work)
        await api.post(f"jobs/{job['id']}/cancel")
        return result

    await deliver(deps, steps=STEPS | {"bulk": step_then_cancel})
    again = (await api.post(f"jobs/{job['id']}/retry")).json
    await deliver(deps)

    assert (again["work"]["total"], again["work"]["done"]) == (4, 0)
    assert (await api.get(f"jobs/{again['id']}")).json["work"]["done"] == 4
    assert (await api.get("images?q=is:favourite")).json["total"] == 6
