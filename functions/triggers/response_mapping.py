"""Convert results of use cases to response schemas, for several routes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from functions.api.schemas import job_responses, responses
from functions.api.schemas.insights import ScheduleInsights
from functions.models.image import Image
from functions.models.insights import ScheduleMonth
from functions.models.job import Job
from functions.models.library import Amount, LibrarySettings
from functions.models.schedule import Schedule
from functions.policy.insights import quantile
from functions.policy.schedules.random_delay import described
from functions.ports import Page
from functions.services.dependencies import Dependencies
from functions.services.images import images, timezone_change
from functions.services.jobs.queue_positions import queue_positions
from functions.services.library_jobs import exports
from functions.services.reports import stats
from functions.services.schedules import publications


async def image(deps: Dependencies, image: Image) -> responses.ImageResponse:
    """Return the response for one image, with URLs."""
    return images_of(await images.show(deps, [image]))[0]


def images_of(shown: Sequence[images.ImageWithUrls]) -> list[responses.ImageResponse]:
    """Return the responses for images that have URLs."""
    return [
        responses.image_response(
            one.image,
            thumbnail_url=one.thumbnail_url,
            original_url=one.original_url,
            urls_expire_at=one.urls_expire_at,
        )
        for one in shown
    ]


async def job(deps: Dependencies, one: Job) -> job_responses.JobResponse:
    """Return the response for one job, with queue position and exported file."""
    return (await jobs(deps, [one]))[0]


async def jobs(deps: Dependencies, several: Sequence[Job]) -> list[job_responses.JobResponse]:
    """Return the responses for several jobs."""
    places = await queue_positions(deps, several)
    files = await asyncio.gather(*(exports.file_of(deps, one) for one in several))
    return [
        job_responses.job_response(one, now=deps.clock(), position=places.get(one.id), file=file_response(file))
        for one, file in zip(several, files, strict=True)
    ]


def file_response(file: exports.ExportFile | None) -> job_responses.FileResponse | None:
    """Return the response for an exported file, or None."""
    return job_responses.FileResponse(**vars(file)) if file else None


async def job_page(deps: Dependencies, page: Page[Job]) -> job_responses.JobPage:
    """Return the response for a page of jobs."""
    return job_responses.JobPage(items=await jobs(deps, page.items), next_cursor=page.next_cursor)


def schedule(deps: Dependencies, one: Schedule) -> responses.ScheduleResponse:
    """Return the response for a schedule, with the description of its timing."""
    publication = None
    if one.publication is not None:
        found = publications.addresses(one.publication, one, base=deps.site_url)
        publication = responses.PublicationResponse(**dict(one.publication), **vars(found))
    return responses.schedule_response(one, described(one), publication)


async def library_settings(deps: Dependencies, settings: LibrarySettings) -> responses.SettingsResponse:
    """Return the response for the settings, with usage."""
    today, month = await stats.usage(deps)
    used = responses.UsageResponse(today=amount(today), month=amount(month))
    return responses.settings_response(settings, etag=timezone_change.etag_of(settings), usage=used)


def amount(used: Amount) -> responses.Amount:
    """Return the response for an amount."""
    return responses.Amount(images=used.images, cost_usd=used.cost_usd)


def schedule_insights(one: ScheduleMonth) -> ScheduleInsights:
    """Return the response for the statistics of one schedule."""
    generated = max(one.painted, one.pictures)  # usage records can be newer than the library
    measured = one.painted or None
    return ScheduleInsights(
        schedule_id=one.schedule_id,
        name=one.name,
        painted=generated,
        kept=one.pictures - one.trashed,
        trashed=one.trashed,
        removed=generated - one.pictures,
        favourites=one.favourites,
        approved=one.approved,
        runs=one.runs,
        failed=one.failed,
        skipped=one.skipped,
        cost_usd=one.cost_usd,
        cost_per_picture_usd=one.cost_usd / measured if measured else None,
        painting_s=one.painting_ms / 1000 / measured if measured else None,
        writing_s=one.writing_ms / 1000 / one.written if one.written else None,
        waiting_median_s=quantile(one.waits, 0.5),
        waiting_p95_s=quantile(one.waits, 0.95),
        days=one.days,
    )
