"""HTTP functions for images: lists, changes, trash, files, timeline, tags, and changes."""

from __future__ import annotations

import azure.functions as func

from functions.api import http_response
from functions.api.http_request import ApiRequest
from functions.api.http_response import HttpResponse
from functions.api.routes import images as image_routes
from functions.api.schemas import files, job_responses, requests, responses
from functions.api.schemas.fields import Empty
from functions.models.library_work import BulkChange
from functions.services import audit
from functions.services.dependencies import Dependencies
from functions.services.generation import regenerate
from functions.services.images import changes, file_parameters, images, listing, summaries
from functions.services.images.purge import purge
from functions.services.images.query_names import check_by_hand
from functions.services.library_jobs import bulk_change, exports
from functions.triggers import audited, response_mapping
from functions.triggers.endpoint import endpoint

bp = func.Blueprint()


@endpoint(bp, image_routes.LIST_IMAGES)
async def list_images(deps: Dependencies, request: ApiRequest[requests.ImagesQuery, Empty]) -> responses.ImagePage:
    if request.query.ids:
        found = await images.named(deps, request.query.ids)
        return responses.ImagePage(items=response_mapping.images_of(found), next_cursor=None)
    page = await listing.search(deps, **request.query.model_dump(exclude={"ids"}))
    return responses.ImagePage(
        items=response_mapping.images_of(page.items),
        next_cursor=page.next_cursor,
        total=page.total,
        total_text=page.total_text,
        matched=page.matched,
    )


@endpoint(bp, image_routes.GET_IMAGE)
async def get_image(deps: Dependencies, request: ApiRequest[Empty, Empty]) -> responses.ImageResponse:
    return await response_mapping.image(deps, await images.get(deps, request.id))


@endpoint(bp, image_routes.UPDATE_IMAGE)
async def update_image(deps: Dependencies, request: ApiRequest[Empty, requests.ImageChange]) -> responses.ImageResponse:
    changes, etag = request.body.changes(), request.body.etag
    if "approved" not in changes:
        return await response_mapping.image(deps, await images.change(deps, request.id, changes, etag=etag))
    stored = await audited.stored_image(deps, request.id)
    before, after = {"approved": stored.approved_at is not None}, {"approved": changes["approved"]}
    action = "image.approve" if changes["approved"] else "image.unapprove"
    async with audit.recorded(deps, request.caller, action, request.id, before=before, after=after):
        changed = await images.change(deps, request.id, changes, etag=etag)
    return await response_mapping.image(deps, changed)


@endpoint(bp, image_routes.DELETE_IMAGE)
async def delete_image(
    deps: Dependencies, request: ApiRequest[requests.DeleteImageQuery, Empty]
) -> responses.ImageResponse | HttpResponse:
    stored = await audited.stored_image(deps, request.id)
    before = {"in_trash": stored.deleted_at is not None}
    if request.query.permanent:
        async with audit.recorded(deps, request.caller, "image.purge", request.id, before=before):
            await purge(deps, request.id)
        return http_response.no_content()
    async with audit.recorded(deps, request.caller, "image.trash", request.id, before=before, after={"in_trash": True}):
        trashed = await images.trash(deps, request.id)
    return await response_mapping.image(deps, trashed)


@endpoint(bp, image_routes.RESTORE_IMAGE)
async def restore_image(deps: Dependencies, request: ApiRequest[Empty, Empty]) -> responses.ImageResponse:
    before = {"in_trash": (await audited.stored_image(deps, request.id)).deleted_at is not None}
    after = {"in_trash": False}
    async with audit.recorded(deps, request.caller, "image.restore", request.id, before=before, after=after):
        restored = await images.restore(deps, request.id)
    return await response_mapping.image(deps, restored)


@endpoint(bp, image_routes.REGENERATE_IMAGE)
async def regenerate_image(deps: Dependencies, request: ApiRequest[Empty, Empty]) -> job_responses.JobResponse:
    job = await regenerate.start(deps, request.id, caller=request.caller)
    return await response_mapping.job(deps, job)


@endpoint(bp, image_routes.READ_PARAMETERS)
async def read_parameters(
    deps: Dependencies, request: ApiRequest[Empty, files.UploadedFile]
) -> files.ParametersResponse:
    found = await file_parameters.read(deps, request.body.data, is_text=request.body.media_type == "text/plain")
    if found is None:
        return files.ParametersResponse(program=None)
    given = found.parameters
    return files.ParametersResponse(
        program=given.program,
        prompt=given.prompt[: file_parameters.MAX_PROMPT],
        negative_prompt=given.negative_prompt[: file_parameters.MAX_NEGATIVE_PROMPT],
        options=found.options,
        unused=tuple(map(files.UnusedSetting.of, found.unused)),
        theme=given.theme,
        title=given.title,
        alt_text=given.alt_text,
        tags=given.tags,
    )


@endpoint(bp, image_routes.BULK_UPDATE_IMAGES)
async def bulk_update_images(
    deps: Dependencies, request: ApiRequest[Empty, requests.BulkChange]
) -> responses.BulkResult | HttpResponse:
    body = request.body
    by = request.caller if body.action == "regenerate" else None
    if body.album is not None:
        await check_by_hand(deps, body.album, field="album")
    change = BulkChange(
        action=body.action,
        tags=body.tags or (),
        rating=body.rating or 0,
        album=body.album or "",
        at=deps.clock(),
        by=by,
    )
    if body.ids is None:
        work = await bulk_change.planned(deps, change, body.q or "")
        async with audited.bulk_by_search(deps, request, work):
            job = await bulk_change.start(deps, work, caller=request.caller)
        return http_response.json_response(await response_mapping.job(deps, job), status=202)
    async with audited.bulk_by_ids(deps, request, change, body.ids):
        outcome = await bulk_change.change_now(deps, change, body.ids)
    failed = [responses.BulkFailure(id=id, error=why) for id, why in outcome.failed]
    return responses.BulkResult(done=outcome.done, failed=failed)


@endpoint(bp, image_routes.EXPORT_IMAGES)
async def export_images(
    deps: Dependencies, request: ApiRequest[Empty, requests.ExportBody]
) -> job_responses.JobResponse:
    return await response_mapping.job(deps, await exports.start(deps, **dict(request.body), caller=request.caller))


@endpoint(bp, image_routes.DOWNLOAD_IMAGE)
async def download_image(deps: Dependencies, request: ApiRequest[requests.FileQuery, Empty]) -> HttpResponse:
    found = await images.file(deps, request.id, request.query.variant)
    if isinstance(found, str):
        return http_response.redirect(found)
    return http_response.download(found, media_type="image/png", filename=f"{request.id}-clean.png")


@endpoint(bp, image_routes.GET_TIMELINE)
async def get_timeline(deps: Dependencies, request: ApiRequest[Empty, Empty]) -> responses.TimelineResponse:
    timeline = await summaries.timeline(deps)
    days = [responses.Day(day=day.day, count=day.count) for day in timeline.days]
    return responses.TimelineResponse(days=days, total=timeline.total, timezone=timeline.timezone)


@endpoint(bp, image_routes.LIST_TAGS)
async def list_tags(deps: Dependencies, request: ApiRequest[Empty, Empty]) -> responses.TagList:
    return responses.TagList(
        items=[responses.TagCount(tag=tag, count=count) for tag, count in await summaries.tags(deps)]
    )


@endpoint(bp, image_routes.LIST_TERMS)
async def list_terms(deps: Dependencies, request: ApiRequest[requests.TermsQuery, Empty]) -> responses.TermList:
    found = await deps.catalog.images.term_prefix(request.query.prefix, limit=request.query.limit)
    return responses.TermList(items=[responses.TermCount(term=term, count=count) for term, count in found])


@endpoint(bp, image_routes.GET_CHANGES)
async def get_changes(
    deps: Dependencies, request: ApiRequest[requests.ChangesQuery, Empty]
) -> responses.ChangesResponse | HttpResponse:
    found = await changes.since(deps, request.query.since)
    if found is None:
        return http_response.not_modified()
    return responses.ChangesResponse(
        token=found.token,
        images=response_mapping.images_of(found.images),
        jobs=await response_mapping.jobs(deps, found.jobs),
        schedules=[response_mapping.schedule(deps, schedule) for schedule in found.schedules],
        open_jobs=found.open_jobs,
    )
