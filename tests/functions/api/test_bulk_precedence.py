"""What users do after they requested a bulk change takes precedence over it."""

from __future__ import annotations

from typing import Any

import pytest

from functions.models.library_work import BulkChange
from functions.search.query import ImageQuery
from functions.services.images import images
from functions.services.library_jobs import bulk_change
from tests.fakes import Clock, FakeDependencies
from tests.functions.api.conftest import Api, Gallery, start_bulk
from tests.functions.api.delivery import deliver
from tests.functions.services.working import ask
from tests.functions.services.working import deliver as generate

# by action: the rest of the request, the image before, and what a user changes afterwards
CHANGES: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "rate": ({"rating": 3}, {}, {"rating": 5}),
    "favourite": ({}, {"favourite": True}, {"favourite": False}),
    "tag": ({"tags": ["night"]}, {"tags": ("night",)}, {"tags": ["day"]}),
    "untag": ({"tags": ["night"]}, {}, {"tags": ["night"]}),
    "approve": ({}, {}, {"rating": 1}),
}


@pytest.mark.parametrize("action", CHANGES)
async def test_a_later_change_of_a_user_stays(
    api: Api, gallery: Gallery, deps: FakeDependencies, clock: Clock, action: str
) -> None:
    """The job leaves out an image that was changed after the request, counts it, and changes the others."""
    request, before, later = CHANGES[action]
    changed = await gallery.add(**before)
    await gallery.add()
    job = await start_bulk(api, request | {"action": action, "q": ""})
    clock.advance(1)
    await api.patch(f"images/{changed.id}", later | {"etag": changed.etag})

    await deliver(deps)

    done = (await api.get(f"jobs/{job['id']}")).json
    sent = (await api.get(f"images/{changed.id}")).json
    assert {name: sent[name] for name in later} == later
    assert sent["approved_at"] is None
    assert (done["status"], done["work"]["done"], done["work"]["failed"]) == ("succeeded", 1, 1)
    assert done["reason"]["message"] == "1 image couldn't be updated."


async def test_an_image_restored_after_the_request_stays(
    api: Api, gallery: Gallery, deps: FakeDependencies, clock: Clock
) -> None:
    """Moving all images to trash leaves out what was in trash at the request and restored since."""
    image, other = await gallery.add(deleted_at=clock()), await gallery.add()
    await start_bulk(api, {"action": "trash", "q": ""})
    clock.advance(1)
    await images.restore(deps, image.id)

    await deliver(deps)

    assert [found.id for found in await deps.catalog.images.search(ImageQuery())] == [image.id]
    assert [found.id for found in await deps.catalog.images.search(ImageQuery(trash="only"))] == [other.id]


async def test_an_image_moved_to_trash_after_the_request_is_not_deleted(
    api: Api, gallery: Gallery, deps: FakeDependencies, clock: Clock
) -> None:
    """Deleting everything in trash leaves out what was moved there since."""
    image, _ = await gallery.add(), await gallery.add(deleted_at=clock())
    await start_bulk(api, {"action": "purge", "q": "is:trash"})
    clock.advance(1)
    await images.trash(deps, image.id)

    await deliver(deps)

    assert [found.id for found in await deps.catalog.images.search(ImageQuery(trash="only"))] == [image.id]


@pytest.mark.parametrize("action", ["purge", "trash"])
async def test_an_image_stored_after_the_request_is_left_out(
    api: Api, deps: FakeDependencies, clock: Clock, action: str
) -> None:
    """The job changes only images that were stored before, although a later one can have been queued before."""
    await ask(deps)
    await generate(deps)
    clock.advance(1)
    queued = await ask(deps)
    clock.advance(1)
    job = await start_bulk(api, {"action": action, "q": ""})
    clock.advance(1)
    await generate(deps)

    await deliver(deps)

    work = (await api.get(f"jobs/{job['id']}")).json["work"]
    assert [image.job_id for image in await deps.catalog.images.search(ImageQuery())] == [queued.id]
    assert (work["total"], work["done"], work["failed"]) == (1, 1, 0)


async def test_bulk_changes_do_not_keep_each_other_from_their_images(
    api: Api, gallery: Gallery, deps: FakeDependencies, clock: Clock
) -> None:
    """Two bulk changes that wait for a worker at the same time are both applied to all images."""
    await gallery.several(3)
    first = await start_bulk(api, {"action": "rate", "rating": 2, "q": ""})
    clock.advance(1)
    second = await start_bulk(api, {"action": "trash", "q": ""})
    clock.advance(60)

    await deliver(deps)

    for job in (first, second):
        assert (await api.get(f"jobs/{job['id']}")).json["work"]["done"] == 3
    assert {image.rating for image in await deps.catalog.images.search(ImageQuery(trash="only"))} == {2}


async def test_requests_for_chosen_images_do_not_refuse_each_other(
    api: Api, gallery: Gallery, deps: FakeDependencies, clock: Clock
) -> None:
    """Of two requests at the same time, such as two undone changes, the one that is applied last isn't refused."""
    image = await gallery.add(favourite=True, tags=("night",))
    earlier = BulkChange(action="untag", tags=("night",), at=clock())
    clock.advance(1)
    await api.post("images/bulk", {"action": "unfavourite", "ids": [image.id]})
    clock.advance(1)

    outcome = await bulk_change.change_now(deps, earlier, [image.id])

    stored = await deps.catalog.images.get(image.id)
    assert (outcome.done, stored.tags, stored.favourite) == ([image.id], (), False)


async def test_a_later_change_from_a_clock_that_is_ahead_stays(
    api: Api, gallery: Gallery, deps: FakeDependencies, clock: Clock
) -> None:
    """The job leaves out an image that was changed after the request by an instance whose clock is ahead."""
    image, other = await gallery.several(2)
    job = await start_bulk(api, {"action": "rate", "rating": 3, "q": ""})
    clock.advance(90)
    await images.change(deps, image.id, {"rating": 5}, etag=image.etag or "")
    clock.advance(-80)

    await deliver(deps)

    assert (await images.get(deps, image.id)).rating == 5
    assert (await images.get(deps, other.id)).rating == 3
    assert (await api.get(f"jobs/{job['id']}")).json["work"]["failed"] == 1


async def test_changes_from_a_clock_that_was_ahead_do_not_count(
    api: Api, gallery: Gallery, deps: FakeDependencies, clock: Clock
) -> None:
    """After the clock is set back, images that were changed before can be changed in bulk at once."""
    image = await gallery.add()
    clock.advance(3600)
    await images.change(deps, image.id, {"rating": 4}, etag=image.etag or "")
    clock.advance(-3600)

    answer = await api.post("images/bulk", {"action": "favourite", "ids": [image.id]})

    assert answer.json == {"done": [image.id], "failed": []}
