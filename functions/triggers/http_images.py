"""HTTP functions for images: lists, changes, trash, files, timeline, tags, and changes."""

from __future__ import annotations

import azure.functions as func

from functions.api import http_response
from functions.api.http_request import Call
from functions.api.http_response import Reply
from functions.api.routes import images as image_routes
from functions.api.schemas import requests, responses
from functions.api.schemas.fields import Nothing
from functions.models.library_work import BulkChange
from functions.services.dependencies import Dependencies
from functions.services.images import changes, images, summaries
from functions.services.library_jobs import bulk_change, exports
from functions.triggers import response_mapping
from functions.triggers.endpoint import endpoint

bp = func.Blueprint()


@endpoint(bp, image_routes.LIST_IMAGES)
async def list_images(deps: Dependencies, call: Call[requests.ImagesQuery, Nothing]) -> responses.ImagePage:
    if call.query.ids:
        found = await images.named(deps, call.query.ids)
        return responses.ImagePage(items=response_mapping.pictures(found), next_cursor=None)
    page = await images.search(deps, **call.query.model_dump(exclude={"ids"}))
    return responses.ImagePage(
        items=response_mapping.pictures(page.items),
        next_cursor=page.next_cursor,
        total=page.total,
        total_text=page.total_text,
        matched=page.matched,
    )


@endpoint(bp, image_routes.GET_IMAGE)
async def get_image(deps: Dependencies, call: Call[Nothing, Nothing]) -> responses.ImageView:
    return await response_mapping.picture(deps, await images.get(deps, call.id))


@endpoint(bp, image_routes.CHANGE_IMAGE)
async def change_image(deps: Dependencies, call: Call[Nothing, requests.ImageChange]) -> responses.ImageView:
    changed = await images.change(deps, call.id, call.body.changes(), etag=call.body.etag)
    return await response_mapping.picture(deps, changed)


@endpoint(bp, image_routes.DELETE_IMAGE)
async def delete_image(
    deps: Dependencies, call: Call[requests.DeleteImageQuery, Nothing]
) -> responses.ImageView | Reply:
    if call.query.permanent:
        await images.purge(deps, call.id)
        return http_response.no_content()
    return await response_mapping.picture(deps, await images.trash(deps, call.id))


@endpoint(bp, image_routes.RESTORE_IMAGE)
async def restore_image(deps: Dependencies, call: Call[Nothing, Nothing]) -> responses.ImageView:
    return await response_mapping.picture(deps, await images.restore(deps, call.id))


@endpoint(bp, image_routes.CHANGE_IMAGES)
async def change_images(deps: Dependencies, call: Call[Nothing, requests.BulkChange]) -> responses.BulkResult | Reply:
    body = call.body
    change = BulkChange(action=body.action, tags=body.tags or (), rating=body.rating or 0, at=deps.clock())
    if body.ids is None:
        job = await bulk_change.start(deps, change, body.q or "", caller=call.caller)
        return http_response.of_model(await response_mapping.job(deps, job), status=202)
    outcome = await bulk_change.change_now(deps, change, body.ids)
    failed = [responses.BulkFailure(id=id, error=why) for id, why in outcome.failed]
    return responses.BulkResult(done=outcome.done, failed=failed)


@endpoint(bp, image_routes.EXPORT_IMAGES)
async def export_images(deps: Dependencies, call: Call[Nothing, requests.ExportBody]) -> responses.JobView:
    return await response_mapping.job(deps, await exports.start(deps, **dict(call.body), caller=call.caller))


@endpoint(bp, image_routes.GET_IMAGE_FILE)
async def get_image_file(deps: Dependencies, call: Call[requests.FileQuery, Nothing]) -> Reply:
    found = await images.file(deps, call.id, call.query.variant)
    if isinstance(found, str):
        return http_response.redirect(found)
    return http_response.download(found, media_type="image/png", filename=f"{call.id}-clean.png")


@endpoint(bp, image_routes.GET_TIMELINE)
async def get_timeline(deps: Dependencies, call: Call[Nothing, Nothing]) -> responses.TimelineView:
    timeline = await summaries.timeline(deps)
    days = [responses.Day(day=day.day, count=day.count) for day in timeline.days]
    return responses.TimelineView(days=days, total=timeline.total, timezone=timeline.timezone)


@endpoint(bp, image_routes.LIST_TAGS)
async def list_tags(deps: Dependencies, call: Call[Nothing, Nothing]) -> responses.TagList:
    return responses.TagList(
        items=[responses.TagCount(tag=tag, count=count) for tag, count in await summaries.tags(deps)]
    )


@endpoint(bp, image_routes.LIST_TERMS)
async def list_terms(deps: Dependencies, call: Call[requests.TermsQuery, Nothing]) -> responses.TermList:
    found = await deps.catalog.images.term_prefix(call.query.prefix, limit=call.query.limit)
    return responses.TermList(items=[responses.TermCount(term=term, count=count) for term, count in found])


@endpoint(bp, image_routes.GET_CHANGES)
async def get_changes(deps: Dependencies, call: Call[requests.ChangesQuery, Nothing]) -> responses.ChangesView | Reply:
    found = await changes.since(deps, call.query.since)
    if found is None:
        return http_response.not_modified()
    return responses.ChangesView(
        token=found.token,
        images=response_mapping.pictures(found.images),
        jobs=await response_mapping.jobs(deps, found.jobs, found.open_jobs),
        schedules=[response_mapping.schedule(deps, schedule) for schedule in found.schedules],
        open_jobs=len(found.open_jobs),
    )
