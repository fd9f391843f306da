"""HTTP functions for API keys."""

from __future__ import annotations

import azure.functions as func

from functions import bootstrap
from functions.api.http_request import ApiRequest
from functions.api.routes import access as access_routes
from functions.api.schemas import access
from functions.api.schemas.fields import Empty
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
    await api_keys.revoke(deps, request.id, caller=request.caller)
