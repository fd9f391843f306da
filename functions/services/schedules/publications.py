"""Publish and unpublish schedules."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Literal

from functions.errors import BadRequest, Conflict
from functions.formats.feeds import frame_url
from functions.models.schedule import Publication, Schedule
from functions.policy.schedules.reservations import reservations
from functions.search.terms import words
from functions.services.dependencies import Dependencies
from functions.services.images import published_site
from functions.services.schedules import schedules
from functions.services.telemetry import event

LONGEST_SLUG = 60


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """URLs of a published schedule."""

    latest_url: str
    feed_json_url: str
    feed_xml_url: str
    frame_url: str
    embed_html: str


async def publish(
    deps: Dependencies,
    schedule_id: str,
    *,
    publish: Literal["approved", "everything"],
    slug: str | None,
    include_prompts: bool,
    etag: str | None = None,
) -> Schedule:
    """Publish a schedule or change its publication. The files are updated within seconds.

    Without a slug, the schedule keeps its slug or gets one derived from its name. Raises `BadRequest` if another
    schedule has this slug, `Conflict` if the app has no website, and `Stale` if another user changed the schedule since
    the version of this ETag.
    """
    if not deps.site_url:
        raise Conflict("Publishing isn't configured. Set SITE_URL to the URL of the static website.")
    before = await schedules.get(deps, schedule_id)
    taken = {
        other.publication.slug
        for other in await deps.catalog.schedules.all()
        if other.publication is not None and other.id != schedule_id
    } | reservations(deps.catalog.left_out.bodies(Schedule)).slugs
    if slug is not None and slug in taken:
        raise BadRequest(f"The name “{slug}” is used by another published schedule. Choose another name.", field="slug")
    chosen = slug or (before.publication.slug if before.publication else fresh_slug(before, taken))

    def published(schedule: Schedule, now: datetime) -> Schedule:
        since = schedule.publication.since if schedule.publication else now
        publication = Publication(slug=chosen, publish=publish, include_prompts=include_prompts, since=since)
        return schedule.evolve(publication=publication)

    saved = await schedules.change(deps, schedule_id, published, etag=etag)
    event("schedule.published", schedule_id=schedule_id, publish=publish, include_prompts=include_prompts)
    await published_site.schedule_refresh(deps, chosen)
    if before.publication is not None and before.publication.slug != chosen:
        await published_site.schedule_refresh(deps, before.publication.slug)
    return saved


async def unpublish(deps: Dependencies, schedule_id: str) -> None:
    """Unpublish a schedule. When this returns, all of its files are deleted from the website."""
    before = await schedules.get(deps, schedule_id)
    if before.publication is None:
        return
    await schedules.change(deps, schedule_id, lambda schedule, now: schedule.evolve(publication=None))
    event("schedule.unpublished", schedule_id=schedule_id)
    # in case this process stops or another one is still writing files
    await published_site.schedule_refresh(deps, before.publication.slug)
    await published_site.refresh(deps, before.publication.slug)


def fresh_slug(schedule: Schedule, taken: set[str]) -> str:
    """Return a slug, derived from the schedule's name, that no other schedule has."""
    plain = [word for word in words(schedule.name) if re.fullmatch(r"[a-z0-9]+", word)]
    slug = "-".join(plain)[:LONGEST_SLUG].strip("-") or f"schedule-{schedule.id[-6:].lower()}"
    return next(name for name in (slug, *(f"{slug}-{number}" for number in range(2, 1000))) if name not in taken)


def addresses(publication: Publication, schedule: Schedule, *, base: str) -> Addresses:
    """Return the URLs of a published schedule, and HTML that embeds the latest image in another page."""
    folder, frame = f"{base}/p/{publication.slug}", frame_url(base, publication.slug)
    image = f'<img src="{escape(folder)}/latest.webp" alt="{escape(schedule.name)}: latest image" loading="lazy">'
    return Addresses(
        latest_url=f"{folder}/latest.webp",
        feed_json_url=f"{folder}/feed.json",
        feed_xml_url=f"{folder}/feed.xml",
        frame_url=frame,
        embed_html=f'<a href="{escape(frame)}">{image}</a>',
    )
