"""Connect HTTP requests to use cases: authentication, roles, parsing, responses, errors, and one log entry."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Awaitable, Callable
from typing import Any, cast

import azure.functions as func
from pydantic import BaseModel

from functions import bootstrap
from functions.api import http_response
from functions.api.http_request import (
    ANONYMOUS,
    ApiRequest,
    B,
    Q,
    read_body,
    read_file,
    read_idempotency_key,
    read_params,
    read_query,
)
from functions.api.http_response import HttpResponse
from functions.api.routes.route import Route
from functions.api.schemas.files import UploadedFile
from functions.errors import AppError
from functions.policy.security.access import require
from functions.services.dependencies import Dependencies
from functions.services.telemetry import event, failure

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")

# Responses contain signed URLs that expire, and pages must show current data.
HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Strict-Transport-Security": "max-age=31536000",  # browsers ignore it over HTTP, as in the local run
}

Result = BaseModel | HttpResponse | None
Handler = Callable[[Dependencies, ApiRequest[Q, B]], Awaitable[Result]]
OpenHandler = Callable[[ApiRequest[Q, B]], Awaitable[Result]]
Trigger = Callable[[func.HttpRequest], Awaitable[func.HttpResponse]]


def endpoint(bp: func.Blueprint, route: Route[Q, B]) -> Callable[[Handler[Q, B]], Trigger]:
    """Register a handler for a route that requires authentication."""

    def register(handler: Handler[Q, B]) -> Trigger:
        async def handle(req: func.HttpRequest) -> Result:
            caller = await (await bootstrap.authenticator()).caller(req.headers)
            require(caller, route.required_role)
            request = ApiRequest(
                caller=caller,
                query=read_query(route.query, req.params),
                body=body_of(route, req),
                params=read_params(req.route_params),
                idempotency_key=read_idempotency_key(req.headers) if route.idempotent else None,
            )
            return await handler(await bootstrap.dependencies(), request)

        return trigger(bp, route, handle)

    return register


def open_endpoint(bp: func.Blueprint, route: Route[Q, B]) -> Callable[[OpenHandler[Q, B]], Trigger]:
    """Register a handler for an anonymous route. It works without dependencies."""

    def register(handler: OpenHandler[Q, B]) -> Trigger:
        async def handle(req: func.HttpRequest) -> Result:
            query, body = read_query(route.query, req.params), read_body(route.body, req.get_body())
            return await handler(ApiRequest(caller=ANONYMOUS, query=query, body=body, params=req.route_params))

        return trigger(bp, route, handle)

    return register


def body_of(route: Route[Q, B], req: func.HttpRequest) -> B:
    """Return the validated body: a file or a JSON object, as the route declares."""
    if issubclass(route.body, UploadedFile):
        return cast(B, read_file(req.headers, req.get_body()))  # B is UploadedFile, which mypy doesn't conclude
    return read_body(route.body, req.get_body())


def trigger(
    bp: func.Blueprint, route: Route[Any, Any], handle: Callable[[func.HttpRequest], Awaitable[Result]]
) -> Trigger:
    async def run(req: func.HttpRequest) -> func.HttpResponse:
        return await respond(route.name, route.status, handle, req)

    run.__name__ = run.__qualname__ = route.name
    run.__doc__ = route.summary
    named = bp.function_name(route.name)
    routed = bp.route(route=route.path, methods=[route.method], auth_level=func.AuthLevel.ANONYMOUS)
    registered: Trigger = named(routed(run))
    return registered


async def respond(
    name: str, status: int, handle: Callable[[func.HttpRequest], Awaitable[Result]], req: func.HttpRequest
) -> func.HttpResponse:
    """Return the response, or an error response without traceback."""
    started = time.monotonic()
    request_id = request_id_of(req)
    try:
        response = encoded(await handle(req), status)
    except AppError as exc:
        response = http_response.error_response(exc)
        if exc.http_status >= 500:
            failure("http.failed", exc, route=name, request_id=request_id, code=exc.code)
    except Exception as exc:  # noqa: BLE001 - every failure has the one shape of errors
        failure("http.bug", exc, route=name, request_id=request_id)
        response = http_response.error_response(
            AppError(f"An internal error occurred. Find request ID {request_id} in the logs on the Setup page.")
        )
    took_ms = round((time.monotonic() - started) * 1000)
    event("http.answered", route=name, status=response.status, ms=took_ms, request_id=request_id)
    return func.HttpResponse(
        body=response.body or None,
        status_code=response.status,
        headers={**HEADERS, "X-Request-Id": request_id, **response.headers},
        mimetype=response.media_type,
    )


def encoded(result: Result, status: int) -> HttpResponse:
    if isinstance(result, HttpResponse):
        return result
    return HttpResponse(status=status) if result is None else http_response.json_response(result, status=status)


def request_id_of(req: func.HttpRequest) -> str:
    """Return the request ID sent by the caller if it is safe to log, else a new one."""
    given = req.headers.get("x-request-id", "")
    return given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
