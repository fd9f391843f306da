"""HTTP functions for API keys and the audit log."""

from __future__ import annotations

from dataclasses import replace

import azure.functions as func

from functions import bootstrap
from functions.api import http_response
from functions.api.http_request import ApiRequest
from functions.api.http_response import HttpResponse
from functions.api.routes import access as access_routes
from functions.api.schemas import access
from functions.api.schemas.fields import Empty
from functions.formats import csv_table
from functions.services import audit
from functions.services.dependencies import Dependencies
from functions.services.system import api_keys
from functions.triggers.endpoint import endpoint

bp = func.Blueprint()


@endpoint(bp, access_routes.LIST_KEYS)
async def list_keys(deps: Dependencies, request: ApiRequest[Empty, Empty]) -> access.KeyList:
    configured = (await bootstrap.authenticator()).keys
    return access.KeyList(
        items=[
            *(access.KeyResponse(id=None, source="settings", name=key.name, role=key.role) for key in configured),
            *(access.KeyResponse(**access.key_fields(key)) for key in await deps.catalog.keys.all()),
        ]
    )


@endpoint(bp, access_routes.CREATE_KEY)
async def create_key(deps: Dependencies, request: ApiRequest[Empty, access.KeyBody]) -> access.NewKeyResponse:
    body = request.body
    after = body.model_dump(mode="json", exclude_none=True)
    async with audit.recorded(
        deps, request.caller, "key.create", api_keys.id_of(body.name), name=body.name, after=after
    ):
        new = await api_keys.create(
            deps,
            name=body.name,
            role=body.role,
            expires_at=body.expires_at,
            caller=request.caller,
            configured=(await bootstrap.authenticator()).keys,
        )
    return access.NewKeyResponse(**access.key_fields(new.stored), key=new.key)


@endpoint(bp, access_routes.REVOKE_KEY)
async def revoke_key(deps: Dependencies, request: ApiRequest[Empty, Empty]) -> None:
    stored = await api_keys.get(deps, request.id)
    before = {"role": stored.role, "last_four": stored.last_four}
    async with audit.recorded(deps, request.caller, "key.revoke", stored.id, name=stored.name, before=before):
        await api_keys.revoke(deps, stored.id, caller=request.caller)


@endpoint(bp, access_routes.LIST_AUDIT)
async def list_audit(deps: Dependencies, request: ApiRequest[access.AuditPageQuery, Empty]) -> access.AuditPage:
    query = request.query
    page = await deps.catalog.audit.page(query.query(), cursor=query.cursor, limit=query.limit)
    return access.AuditPage(items=[access.audit_response(entry) for entry in page.items], next_cursor=page.next_cursor)


@endpoint(bp, access_routes.EXPORT_AUDIT)
async def export_audit(deps: Dependencies, request: ApiRequest[access.AuditFilter, Empty]) -> HttpResponse:
    entries, more = await audit.everything(deps, request.query.query())
    data = csv_table.table(access.CSV_COLUMNS, map(access.csv_row, entries))
    response = http_response.download(data, media_type="text/csv", filename="audit.csv")
    return replace(response, headers={**response.headers, "X-Truncated": "true" if more else "false"})
