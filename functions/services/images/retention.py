"""Move unmarked images of a schedule to trash after the schedule's retention period."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from functions.errors import Conflict, NotFound
from functions.models.image import Image
from functions.models.schedule import Schedule
from functions.search.query import ImageQuery, Span
from functions.services import audit, library_settings
from functions.services.dependencies import PRODUCT, Dependencies
from functions.services.images import images
from functions.services.telemetry import event

PAGE = 100
PAGES_AT_A_SWEEP = 20


@dataclass(frozen=True, kw_only=True)
class Expired:
    """Images of a schedule to move to trash: the query, its first page, and the number of images in this sweep."""

    schedule: Schedule
    query: ImageQuery
    first: Sequence[Image]
    total: int


async def trash_old(deps: Dependencies, *, page: int = PAGE) -> int:
    """Trash images older than their schedule's retention, except favorites and rated or approved images.

    First, add one entry with the number of images that were found to the audit log. Return the number of images that
    were moved. `page` is the number of images per query.
    """
    today = deps.clock().astimezone(ZoneInfo((await library_settings.settings(deps)).timezone)).date()
    schedules = await deps.catalog.schedules.all()
    found = [one for one in [await expired(deps, each, today=today, page=page) for each in schedules] if one]
    if not found:
        return 0
    after = {"images": sum(one.total for one in found), "schedules": [one.schedule.name for one in found]}
    async with audit.recorded(deps, PRODUCT, "images.expire", "images", after=after):
        trashed = sum([await trash(deps, one, page=page) for one in found])
    event("images.expired", images=trashed)
    return trashed


async def expired(deps: Dependencies, schedule: Schedule, *, today: date, page: int) -> Expired | None:
    """Return the schedule's images to move to trash, or None if there are none."""
    if schedule.keep_days is None:
        return None
    query = ImageQuery(
        schedule_id=schedule.id,
        until=today - timedelta(days=schedule.keep_days + 1),
        favourite=False,
        approved=False,
        rating=Span(low=0, high=0),
    )
    first = await deps.catalog.images.search(query, limit=page)
    if not first:
        return None
    total = len(first)
    if total == page:
        total = await deps.catalog.images.count(query, cap=page * PAGES_AT_A_SWEEP - 1)
    return Expired(schedule=schedule, query=query, first=first, total=total)


async def trash(deps: Dependencies, expired: Expired, *, page: int) -> int:
    """Move these images to trash, at most `PAGES_AT_A_SWEEP` pages. Return their number."""
    trashed, found = 0, expired.first
    for number in range(PAGES_AT_A_SWEEP):
        if number:
            found = await deps.catalog.images.search(expired.query, limit=page)
        for image in found:
            # An image that was changed since it was found may be a favorite now. The next sweep finds it if it is due.
            with suppress(Conflict, NotFound):
                await images.trash(deps, image.id, etag=image.etag)
                trashed += 1
        if len(found) < page:
            break
    return trashed
