"""HTTP functions for albums."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import azure.functions as func

from functions.api.http_request import ApiRequest
from functions.api.routes import albums as album_routes
from functions.api.schemas import albums as album_schemas
from functions.api.schemas import responses
from functions.api.schemas.fields import Empty
from functions.models.album import Album
from functions.services import audit
from functions.services.albums import albums, order
from functions.services.dependencies import Dependencies
from functions.triggers import response_mapping
from functions.triggers.endpoint import endpoint

bp = func.Blueprint()


def draft_of(body: album_schemas.AlbumBody) -> albums.AlbumDraft:
    """Return the fields that users set."""
    return albums.AlbumDraft(name=body.name, note=body.note, q=body.q, cover=body.cover)


def recorded_fields(album: Album | albums.AlbumDraft) -> dict[str, Any]:
    """Return what the audit log keeps of an album, without defaults."""
    kept = set(albums.AlbumDraft.model_fields)
    return album.model_dump(mode="json", include=kept, exclude_defaults=True)


async def shown(deps: Dependencies, several: Sequence[Album]) -> list[album_schemas.AlbumResponse]:
    """Return the responses for albums, with covers and numbers of images."""
    return [
        album_schemas.album_response(
            one.album,
            cover_image=response_mapping.images_of([one.cover])[0] if one.cover else None,
            total=one.total,
            total_text=one.total_text,
        )
        for one in await albums.show(deps, several)
    ]


@endpoint(bp, album_routes.LIST_ALBUMS)
async def list_albums(deps: Dependencies, request: ApiRequest[Empty, Empty]) -> album_schemas.AlbumList:
    return album_schemas.AlbumList(items=await shown(deps, await deps.catalog.albums.all()))


@endpoint(bp, album_routes.CREATE_ALBUM)
async def create_album(
    deps: Dependencies, request: ApiRequest[Empty, album_schemas.AlbumBody]
) -> album_schemas.AlbumResponse:
    draft, id = draft_of(request.body), albums.new_id(deps)
    after = recorded_fields(draft)
    async with audit.recorded(deps, request.caller, "album.create", id, name=draft.name, after=after):
        made = await albums.create(deps, draft, caller=request.caller, id=id)
    return (await shown(deps, [made]))[0]


@endpoint(bp, album_routes.GET_ALBUM)
async def get_album(deps: Dependencies, request: ApiRequest[Empty, Empty]) -> album_schemas.AlbumResponse:
    return (await shown(deps, [await deps.catalog.albums.get(request.id)]))[0]


@endpoint(bp, album_routes.REPLACE_ALBUM)
async def replace_album(
    deps: Dependencies, request: ApiRequest[Empty, album_schemas.AlbumUpdate]
) -> album_schemas.AlbumResponse:
    draft, stored = draft_of(request.body), await deps.catalog.albums.get(request.id)
    before, after = audit.changes(recorded_fields(stored), recorded_fields(draft))
    async with audit.recorded(
        deps, request.caller, "album.replace", stored.id, name=stored.name, before=before, after=after
    ):
        saved = await albums.update(deps, request.id, draft, etag=request.body.etag)
    return (await shown(deps, [saved]))[0]


@endpoint(bp, album_routes.DELETE_ALBUM)
async def delete_album(deps: Dependencies, request: ApiRequest[Empty, Empty]) -> None:
    stored = await deps.catalog.albums.get(request.id)
    before = recorded_fields(stored)
    async with audit.recorded(deps, request.caller, "album.delete", stored.id, name=stored.name, before=before):
        await albums.delete(deps, request.id, caller=request.caller)


@endpoint(bp, album_routes.MOVE_IN_ALBUM)
async def move_in_album(deps: Dependencies, request: ApiRequest[Empty, album_schemas.MoveBody]) -> responses.BulkResult:
    outcome = await order.move(deps, request.id, request.body.ids, before=request.body.before)
    failed = [responses.BulkFailure(id=id, error=why) for id, why in outcome.failed]
    return responses.BulkResult(done=outcome.done, failed=failed)
