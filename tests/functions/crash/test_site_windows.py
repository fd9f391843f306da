"""A process may die at any call while it publishes: the site becomes what it should be, and nothing private shows."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest

from functions.models.caller import Caller
from functions.models.schedule import CronTiming, ScheduleDraft
from functions.services.dependencies import Dependencies
from functions.services.images import images
from functions.services.maintenance.sweep import sweep
from functions.services.schedules import publications, schedules
from tests.fakes import Clock, FakeDependencies, close_dependencies, make_dependencies
from tests.functions.crash.dying import Death, Host, Killed, mortal
from tests.image_samples import an_image, an_original

pytestmark = pytest.mark.slow

ANNA = Caller.of_key("anna", role="editor")
DRAFT = ScheduleDraft(name="Owls", theme="owls", timing=CronTiming(cron="0 10 * * *", timezone="UTC"))
IDS = [f"01KAV0Q1J8ZZZZZZZZZZZZZZZ{digit}" for digit in "123"]
MAX_CALLS = 200

Act = Callable[[Dependencies, str], Awaitable[object]]


async def published_world(clock: Clock) -> tuple[FakeDependencies, str]:
    """Two approved images on the site, and one that is not approved."""
    deps = await make_dependencies(clock)
    schedule = await schedules.create(deps, DRAFT, caller=ANNA)
    for id in IDS:
        image = an_image(id, schedule_id=schedule.id, approved_at=None if id == IDS[2] else clock())
        await deps.catalog.images.create(image)
        await deps.blobs.upload("originals", image.original_blob, an_original(image), content_type="image/png")
    await publications.publish(deps, schedule.id, publish="approved", slug="owls", include_prompts=False)
    await Host(deps, clock).settle()
    assert shown(deps) == IDS[1::-1]
    return deps, schedule.id


def shown(deps: FakeDependencies) -> list[str] | None:
    """The images of the feed; None for an empty folder."""
    files = {name.rpartition("/")[2]: data for (_, name), (data, _) in deps.site_blobs.stored.items()}
    if not files:
        return None
    ids = [item["_auto_image_gen"]["id"] for item in json.loads(files["feed.json"])["items"]]
    stored_images = {f"{id}.{kind}" for id in ids for kind in ("webp", "jpg")}
    latest = {"latest.webp", "latest.jpg", "latest.json"} if ids else set()
    assert set(files) == stored_images | latest | {"feed.json", "feed.xml"}
    if ids:
        assert json.loads(files["latest.json"])["id"] == ids[0]
        assert files["latest.jpg"] == files[f"{ids[0]}.jpg"]
    return ids


async def approve(deps: Dependencies, schedule_id: str) -> object:
    return await images.save(deps, IDS[2], lambda image: image.evolve(approved_at=deps.clock()))


async def disapprove(deps: Dependencies, schedule_id: str) -> object:
    return await images.save(deps, IDS[1], lambda image: image.evolve(approved_at=None))


async def unpublish(deps: Dependencies, schedule_id: str) -> None:
    await publications.unpublish(deps, schedule_id)


async def delete(deps: Dependencies, schedule_id: str) -> None:
    await schedules.delete(deps, schedule_id)


@pytest.mark.parametrize("before", [True, False], ids=["before the call", "after the call"])
@pytest.mark.parametrize(
    ("act", "before_and_after"),
    [
        (approve, (IDS[1::-1], IDS[::-1])),
        (disapprove, (IDS[1::-1], IDS[:1])),
        (unpublish, (IDS[1::-1], None)),
        (delete, (IDS[1::-1], None)),
    ],
    ids=["approve", "disapprove", "unpublish", "delete"],
)
async def test_the_site_says_what_the_library_says(act: Act, before_and_after: Any, before: bool) -> None:
    """Killed at each call of the change and of its job: after the next sweep the site shows what was saved."""
    old, new = before_and_after
    for at in range(1, MAX_CALLS):
        clock = Clock()
        deps, schedule_id = await published_world(clock)
        host = Host(deps, clock)
        death = Death(at, before=before)
        process = mortal(deps, death)

        with suppress(Killed):
            await act(process, schedule_id)
            clock.advance(10)
            await host.deliver(process)
        await host.settle()
        await sweep(deps)

        where = f"call {at}: {death.calls[min(at, len(death.calls)) - 1]}"
        changed = await is_changed(deps, act, schedule_id)
        assert shown(deps) == (new if changed else old), where
        await close_dependencies(deps)
        if not death.dead:
            assert changed
            return
    pytest.fail("The change never ran to its end.")


async def is_changed(deps: FakeDependencies, act: Act, schedule_id: str) -> bool:
    """Return whether the change by the user is stored in the library."""
    if act is approve:
        return (await deps.catalog.images.get(IDS[2])).approved_at is not None
    if act is disapprove:
        return (await deps.catalog.images.get(IDS[1])).approved_at is None
    schedule = await deps.catalog.schedules.get(schedule_id)
    return schedule.deleted_at is not None or schedule.publication is None
