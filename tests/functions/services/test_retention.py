"""Which images of a schedule are retained, and for how long."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from functions.models.schedule import CronTiming, Schedule, ScheduleDraft
from functions.search.query import ImageQuery
from functions.services.images import retention
from functions.services.schedules import schedules
from tests.catalogs import an_image
from tests.fakes import START, Clock, FakeDependencies
from tests.functions.services.working import ANNA

DRAFT = ScheduleDraft(name="Owls", theme="owls", timing=CronTiming(cron="0 9 * * *", timezone="UTC"), keep_days=7)


async def put(deps: FakeDependencies, schedule: Schedule, *, days_ago: Any, **changes: Any) -> Any:
    image = an_image(at=START - timedelta(days=days_ago), schedule_id=schedule.id, **changes)
    return (await deps.catalog.images.create(image)).id


async def left(deps: FakeDependencies) -> Any:
    return {image.id for image in await deps.catalog.images.search(ImageQuery())}


async def test_old_images_without_marks_are_deleted(deps: FakeDependencies, clock: Clock) -> None:
    """Images are kept for seven whole days; favorites, rated, and approved images stay."""
    schedule = await schedules.create(deps, DRAFT, caller=ANNA)
    saved = {
        await put(deps, schedule, days_ago=7),
        await put(deps, schedule, days_ago=20, favourite=True),
        await put(deps, schedule, days_ago=20, rating=1),
        await put(deps, schedule, days_ago=20, approved_at=START),
    }
    await put(deps, schedule, days_ago=8)
    await put(deps, schedule, days_ago=300)

    trashed = await retention.trash_old(deps)

    assert trashed == 2
    assert await left(deps) == saved
    assert len(await deps.catalog.images.search(ImageQuery(trash="only"))) == 2


async def test_other_schedules_keep_theirs(deps: FakeDependencies, clock: Clock) -> None:
    """Schedules without retention and the rest of the library keep their images."""
    await schedules.create(deps, DRAFT, caller=ANNA)
    forever = await schedules.create(deps, DRAFT.evolve(name="Forever", keep_days=None), caller=ANNA)
    saved = {await put(deps, forever, days_ago=300)}
    saved.add((await deps.catalog.images.create(an_image(at=START - timedelta(days=300)))).id)

    await retention.trash_old(deps)

    assert await left(deps) == saved


async def test_more_than_a_page(deps: FakeDependencies, clock: Clock) -> None:
    """One sweep deletes all due images."""
    schedule = await schedules.create(deps, DRAFT, caller=ANNA)
    for minute in range(5):
        await put(deps, schedule, days_ago=10 + minute / 1440)

    assert await retention.trash_old(deps, page=2) == 5
    assert await left(deps) == set()
