"""Keep each published folder `p/{slug}/` of the static website up to date.

All functions work on a folder and determine what it should contain. A schedule that was deleted, renamed, or
unpublished needs no special handling: no schedule publishes to its folder anymore, so the folder is emptied. The
folder of a schedule that can't be read stays as it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from functions.errors import AlreadyExists, NotFound, Permanent
from functions.formats import feeds
from functions.formats.feeds import PublishedContent
from functions.formats.web_rendition import Rendition, rendition
from functions.models.identity import blob_names
from functions.models.image import Image
from functions.models.job import Job
from functions.models.library_work import PublishWork
from functions.models.schedule import Publication, Schedule
from functions.policy.schedules.reservations import reservations
from functions.search.query import ImageQuery
from functions.services.dependencies import PRODUCT, Dependencies
from functions.services.jobs.submit import create, library_job
from functions.services.telemetry import event, failure

Render = Callable[[bytes], Rendition]

CONTAINER = "$web"
ROOT = "p/"
DEBOUNCE_S = 5  # changes within this time are handled by one job
KINDS = ("webp", "jpg")
LATEST = ("latest.webp", "latest.jpg", "latest.json")
TYPES = {
    "webp": "image/webp",
    "jpg": "image/jpeg",
    "json": "application/json",
    "xml": "application/rss+xml; charset=utf-8",
}


# --- reacting to changes --------------------------------------------------------------------------------------------


async def schedule_refresh(deps: Dependencies, slug: str) -> None:
    """Queue the job that updates a folder, once for all changes of the same few seconds.

    The job starts after that time, so it includes all changes that were saved before this call.
    """
    now = deps.clock()
    slot = int(now.timestamp()) // DEBOUNCE_S * DEBOUNCE_S + DEBOUNCE_S
    due = datetime.fromtimestamp(slot, UTC)
    fields = {"id": f"publish-{slug}-{slot}", "not_before": due}
    try:
        await create(
            deps,
            library_job(deps, PublishWork(slug=slug), caller=PRODUCT, **fields),
            delay_s=(due - now) / timedelta(seconds=1),
        )
    except AlreadyExists:
        return


async def image_changed(deps: Dependencies, before: Image, after: Image | None) -> None:
    """Publish a change of an image if it is public. `after` is None for a deleted image."""
    if before.schedule_id is None:
        return
    publication = await publication_of(deps, before.schedule_id)
    if publication is not None and visible(before, publication) != (after and visible(after, publication)):
        await schedule_refresh(deps, publication.slug)


def visible(image: Image, publication: Publication) -> tuple[Any, ...] | None:
    """Return the public fields of an image, or None if it isn't published."""
    hidden = image.deleted_at is not None or image.purging
    if hidden or (publication.publish == "approved" and image.approved_at is None):
        return None
    return image.title, image.alt_text, image.tags, image.approved_at


async def run_ended(deps: Dependencies, job: Job) -> None:
    """Publish the images of a schedule's run."""
    if job.schedule_id is None or not job.stored:
        return
    publication = await publication_of(deps, job.schedule_id)
    if publication is not None and not await is_up_to_date(deps, publication.slug):
        await schedule_refresh(deps, publication.slug)


async def publication_of(deps: Dependencies, schedule_id: str) -> Publication | None:
    """Return the publication of a schedule, or None."""
    try:
        schedule = await deps.catalog.schedules.get(schedule_id)
    except NotFound:
        return None
    return schedule.publication if schedule.deleted_at is None else None


# --- updating the folder --------------------------------------------------------------------------------------------


async def step(deps: Dependencies, work: PublishWork, *, render: Render = rendition) -> tuple[PublishWork, bool]:
    """Update the folder of a job."""
    return work.evolve(done=await refresh(deps, work.slug, render=render)), True


async def reconcile(deps: Dependencies) -> int:
    """Update all folders that are outdated. Return their number.

    Folders without a schedule are kept if they may belong to a schedule that can't be read.
    """
    slugs = {name.split("/")[1] for name in await deps.site_blobs.names(CONTAINER, ROOT)}
    owned = {schedule.publication.slug for schedule in await deps.catalog.schedules.all() if schedule.publication}
    reserved = reservations(deps.catalog.left_out.bodies(Schedule))
    kept = slugs - owned if not reserved.complete else (slugs - owned) & reserved.slugs
    if kept:
        event("site.kept", slugs=sorted(kept))
    refreshed = 0
    for slug in sorted((slugs | owned) - kept):
        if not await is_up_to_date(deps, slug):
            await refresh(deps, slug)
            refreshed += 1
    return refreshed


async def refresh(deps: Dependencies, slug: str, *, render: Render = rendition) -> int:
    """Update a folder. Return the number of its images.

    If two processes update it at once, the one with older data may write last. It checks again afterwards, so that
    the newest data is kept. The folder of a schedule that can't be read isn't changed.
    """
    while True:
        wanted = await wanted_content(deps, slug)
        if wanted is None and slug in reservations(deps.catalog.left_out.bodies(Schedule)).slugs:
            event("site.kept", slugs=[slug])
            return 0
        await (remove(deps, slug) if wanted is None else write(deps, slug, wanted, render))
        if await wanted_content(deps, slug) == wanted:
            count = len(wanted.items) if wanted else 0
            event("site.refreshed", slug=slug, pictures=count, published=wanted is not None)
            return count


async def wanted_content(deps: Dependencies, slug: str) -> PublishedContent | None:
    """Return the content for the folder, or None if it should be empty."""
    schedule, publication = await slug_owner(deps, slug)
    if schedule is None or publication is None:
        return None
    query = ImageQuery(schedule_id=schedule.id, approved=True if publication.publish == "approved" else None)
    images = await deps.catalog.images.search(query, limit=deps.sizes.published_images)
    if any(image.original_missing_at is not None for image in images):
        present = set(await deps.site_blobs.names(CONTAINER, f"{ROOT}{slug}/"))
        images = [image for image in images if image.original_missing_at is None or present >= files_of(slug, image.id)]
    return feeds.build_content(schedule, publication, images, base=deps.site_url)


async def slug_owner(deps: Dependencies, slug: str) -> tuple[Schedule | None, Publication | None]:
    """Return the schedule that publishes under this slug. If two took it at the same time, return the older one."""
    for schedule in sorted(await deps.catalog.schedules.all(), key=lambda one: one.id):
        if schedule.publication is not None and schedule.publication.slug == slug:
            return schedule, schedule.publication
    return None, None


async def is_up_to_date(deps: Dependencies, slug: str) -> bool:
    """Return whether the folder contains exactly what it should."""
    wanted = await wanted_content(deps, slug)
    present = set(await deps.site_blobs.names(CONTAINER, f"{ROOT}{slug}/"))
    if wanted is None:
        return not present
    published = await current_feed(deps, slug)
    sizes = feeds.sizes_in(published)
    if present != names_of(wanted) or any(one.id not in sizes for one in wanted.items):
        return False
    return published == feeds.json_feed(wanted, sizes)


async def write(deps: Dependencies, slug: str, wanted: PublishedContent, render: Render) -> None:
    """Write images, then files that refer to them, then delete files that are no longer used."""
    present = set(await deps.site_blobs.names(CONTAINER, f"{ROOT}{slug}/"))
    known = feeds.sizes_in(await current_feed(deps, slug))
    sizes: dict[str, tuple[int, int]] = {}
    for one in wanted.items:
        if one.id in known and files_of(slug, one.id) <= present:
            sizes[one.id] = known[one.id]
            continue
        try:
            original = await deps.blobs.download("originals", blob_names(one.id).original)
            made = await asyncio.to_thread(render, original)
        except (NotFound, Permanent) as exc:
            failure("site.image_skipped", exc, image_id=one.id)
            continue
        await put(deps, f"{slug}/{one.id}.webp", made.webp)
        await put(deps, f"{slug}/{one.id}.jpg", made.jpeg)
        sizes[one.id] = (len(made.webp), len(made.jpeg))
    shown = replace(wanted, items=tuple(one for one in wanted.items if one.id in sizes))
    if shown.items:
        for kind in KINDS:
            newest = await deps.site_blobs.download(CONTAINER, f"{ROOT}{slug}/{shown.items[0].id}.{kind}")
            await put(deps, f"{slug}/latest.{kind}", newest)
        await put(deps, f"{slug}/latest.json", feeds.latest(shown))
    await put(deps, f"{slug}/feed.json", feeds.json_feed(shown, sizes))
    await put(deps, f"{slug}/feed.xml", feeds.rss(shown, sizes))
    await delete(deps, present - names_of(shown))


def files_of(slug: str, image_id: str) -> set[str]:
    """Return the names of an image's published files, which can't be created while its original is missing."""
    return {f"{ROOT}{slug}/{image_id}.{kind}" for kind in KINDS}


def names_of(content: PublishedContent) -> set[str]:
    """Return the names of all files of this content."""
    files = {"feed.json", "feed.xml"} | ({*LATEST} if content.items else set())
    files |= {f"{one.id}.{kind}" for one in content.items for kind in KINDS}
    return {f"{ROOT}{content.publication.slug}/{name}" for name in files}


async def remove(deps: Dependencies, slug: str) -> None:
    """Delete all files of a folder."""
    await delete(deps, await deps.site_blobs.names(CONTAINER, f"{ROOT}{slug}/"))


async def delete(deps: Dependencies, names: Iterable[str]) -> None:
    """Delete these files."""
    await asyncio.gather(*(deps.site_blobs.delete(CONTAINER, name) for name in names))


async def put(deps: Dependencies, path: str, data: bytes) -> None:
    """Upload a file with the content type of its extension."""
    kind = path.rpartition(".")[2]
    await deps.site_blobs.upload(CONTAINER, f"{ROOT}{path}", data, content_type=TYPES[kind], overwrite=True)


async def current_feed(deps: Dependencies, slug: str) -> bytes:
    """Return the current content of `feed.json`, or nothing if it doesn't exist."""
    try:
        return await deps.site_blobs.download(CONTAINER, f"{ROOT}{slug}/feed.json")
    except NotFound:
        return b""
