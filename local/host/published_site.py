"""Serve published files at `/p/`, as the static website does in Azure; Azurite has no static website."""

from __future__ import annotations

import re
from collections.abc import Mapping

from azure.core.exceptions import AzureError, ResourceNotFoundError
from azure.storage.blob.aio import BlobServiceClient
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from local.host.connection import emulator_connection_string

CONTAINER = "$web"
TYPES = {
    "webp": "image/webp",
    "jpg": "image/jpeg",
    "json": "application/json",
    "xml": "application/rss+xml; charset=utf-8",
}
NAME = re.compile(r"[a-z0-9-]{1,80}/[A-Za-z0-9]{1,40}\.(webp|jpg|json|xml)")


def published_site(env: Mapping[str, str]) -> list[BaseRoute]:
    """Return the route of published files; none if an Azure static website is configured."""
    connection = env.get("AzureWebJobsStorage", "").strip()
    if connection == "UseDevelopmentStorage=true":
        connection = emulator_connection_string()
    if not connection or env.get("SITE_BLOB_URL", "").strip():
        return []

    async def published_file(request: Request) -> Response:
        path = request.path_params["path"]
        if not NAME.fullmatch(path):
            return not_published()
        try:
            async with BlobServiceClient.from_connection_string(connection, retry_total=0) as service:
                stream = await service.get_blob_client(CONTAINER, f"p/{path}").download_blob()
                data = await stream.readall()
        except ResourceNotFoundError:
            return not_published()
        except AzureError:
            return PlainTextResponse("Storage isn't responding.", status_code=503, headers={"retry-after": "2"})
        properties = stream.properties
        headers = {
            "cache-control": properties.content_settings.cache_control or "no-cache",
            "content-type": TYPES[path.rpartition(".")[2]],  # not the blob's, which could be a page with a script
            "etag": properties.etag,
        }
        if request.headers.get("if-none-match") == properties.etag:
            return Response(status_code=304, headers=headers)
        return Response(data, headers=headers)

    return [Route("/p/{path:path}", published_file)]


def not_published() -> Response:
    return PlainTextResponse("Not published.", status_code=404, headers={"cache-control": "no-store"})
