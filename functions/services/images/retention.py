"""Move unmarked images of a schedule to trash after the schedule's retention period."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from zoneinfo import ZoneInfo

from functions.errors import Conflict, NotFound
from functions.search.query import ImageQuery, Span
from functions.services import library_settings
from functions.services.dependencies import Dependencies
from functions.services.images import images
from functions.services.telemetry import event

PAGE = 100
PAGES_AT_A_SWEEP = 20


async def trash_old(deps: Dependencies, *, page: int = PAGE) -> int:
    """Trash images older than their schedule's retention, except favorites and rated or approved images.

    Return the number of trashed images. `page` is the number of images per query.
    """
    today = deps.clock().astimezone(ZoneInfo((await library_settings.settings(deps)).timezone)).date()
    trashed = 0
    for schedule in await deps.catalog.schedules.all():
        if schedule.keep_days is None:
            continue
        query = ImageQuery(
            schedule_id=schedule.id,
            until=today - timedelta(days=schedule.keep_days + 1),
            favourite=False,
            approved=False,
            rating=Span(low=0, high=0),
        )
        for _ in range(PAGES_AT_A_SWEEP):
            found = await deps.catalog.images.search(query, limit=page)
            for image in found:
                with suppress(
                    Conflict, NotFound
                ):  # changed since it was found, perhaps to a favorite: the next sweep looks again
                    await images.trash(deps, image.id, etag=image.etag)
                    trashed += 1
            if len(found) < page:
                break
    if trashed:
        event("images.expired", images=trashed)
    return trashed
