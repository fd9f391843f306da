"""HTTP triggers with Starlette. They respond like Azure, with the API's error format for the host's own errors."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import azure.functions as func
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from local.host.function_index import HttpFunction
from local.host.host_json import HostError, HostSettings
from local.host.invoke import FunctionTimeout, invoke, log_failure

MAX_BODY_BYTES = 32 * 1024 * 1024  # the largest file that the API reads
BODY_S = 30.0  # for the body of a request; only a client that stopped sending needs longer
RESPONSE_TIMEOUT_S = 230.0  # the limit of Azure's load balancer
SEGMENT = re.compile(r"\{(\*?)([A-Za-z_][A-Za-z0-9_]*)\??(?::(int))?\}")
ERRORS = {
    400: ("bad_request", "The request isn't valid HTTP."),
    404: ("not_found", "Not found."),
    405: ("method_not_allowed", "This method isn't allowed for this URL."),
    408: ("timeout", "The request body didn't arrive in time. Send the request again."),
    413: ("too_large", f"The request exceeds the limit of {MAX_BODY_BYTES // 1024 // 1024} MB."),
    500: ("internal", "An internal error occurred."),
    504: ("timeout", "The request timed out. It may still be running."),
}

Endpoint = Callable[[Request], Awaitable[Response]]


def http_app(
    functions: Sequence[HttpFunction],
    settings: HostSettings,
    *,
    origins: Sequence[str] = (),
    pages: Sequence[BaseRoute] = (),
    max_body_bytes: int = MAX_BODY_BYTES,
    body_s: float = BODY_S,
) -> Starlette:
    """Serve `functions` under the route prefix, and `pages` elsewhere.

    `origins` lists the other origins whose pages can call the API (CORS).
    """
    limit_s = min(settings.function_timeout_s or RESPONSE_TIMEOUT_S, RESPONSE_TIMEOUT_S)
    by_path: dict[str, dict[str, HttpFunction]] = {}
    for function in functions:
        methods = by_path.setdefault(starlette_path(function), {})
        for method in function.methods:
            if method in methods:
                names = f"{methods[method].name} and {function.name}"
                raise HostError(f"Functions {names} both handle {method} for the same route.")
            methods[method] = function
    routes: list[BaseRoute] = []
    for path, methods in sorted(by_path.items(), key=literal_segments_first):
        route = Route(path, endpoint(methods, limit_s, max_body_bytes, body_s), methods=list(methods))
        route.methods = set(methods)  # Starlette adds HEAD to GET, but Azure doesn't
        routes.append(route)
    cors = Middleware(
        CORSMiddleware, allow_origins=[o.rstrip("/") for o in origins], allow_methods=["*"], allow_headers=["*"]
    )
    return Starlette(
        routes=[Mount(f"/{settings.route_prefix}" if settings.route_prefix else "", routes=routes), *pages],
        middleware=[Middleware(SecurityHeaders), *([cors] if origins else [])],
        exception_handlers={HTTPException: handle_http_error},
    )


def literal_segments_first(item: tuple[str, object]) -> list[bool]:
    """Sort key that puts `images/bulk` before `images/{id}`."""
    return [part.startswith("{") for part in item[0].split("/")]


def starlette_path(function: HttpFunction) -> str:
    """Return the route in Starlette's syntax; `HostError` if it isn't supported."""

    def convert(match: re.Match[str]) -> str:
        star, name, kind = match.groups()
        return f"{{{name}:path}}" if star else f"{{{name}:int}}" if kind else f"{{{name}}}"

    converted = SEGMENT.sub(convert, function.route)
    if re.search(r"[{}]", SEGMENT.sub("", function.route)):
        raise HostError(
            f"Function {function.name} has a route that the local host doesn't support: {function.route!r}."
        )
    return f"/{converted}"


def endpoint(methods: Mapping[str, HttpFunction], limit_s: float, max_body_bytes: int, body_s: float) -> Endpoint:
    async def serve(request: Request) -> Response:
        function = methods[request.method]
        try:
            incoming = func.HttpRequest(
                method=request.method,
                url=str(request.url.replace(path=request.scope["raw_path"].decode("latin-1"))),
                headers=join_repeated(request.headers.items()),
                params=join_repeated(request.query_params.multi_items()),
                route_params={name: str(value) for name, value in request.path_params.items()},
                body=await read_body(request, max_body_bytes, body_s),
            )
        except ClientDisconnect:
            return Response(status_code=499)
        try:
            return to_response(await invoke(function, incoming, timeout_s=limit_s))
        except FunctionTimeout:
            return error_response(504, retryable=True)
        except Exception as exc:  # noqa: BLE001 - as Azure's host answers
            log_failure("http.failed", exc, function=function.name)
            return error_response(500)

    return serve


async def read_body(request: Request, max_bytes: int, within_s: float) -> bytes:
    """Return the request body; 413 as soon as it exceeds the limit, 408 if it doesn't arrive in time."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > max_bytes:
        raise HTTPException(413)
    chunks: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(within_s):
            async for chunk in request.stream():
                size += len(chunk)
                if size > max_bytes:
                    raise HTTPException(413)
                chunks.append(chunk)
    except TimeoutError as exc:
        raise HTTPException(408, headers={"connection": "close"}) from exc
    return b"".join(chunks)


def join_repeated(pairs: Any) -> dict[str, str]:
    """Return one value per name; repeated ones are joined with commas, as in Azure."""
    values: dict[str, str] = {}
    for name, value in pairs:
        values[name] = f"{values[name]},{value}" if name in values else value
    return values


def to_response(result: Any) -> Response:
    """Convert a function's result to a response: a response, a text, or None."""
    if result is None:
        return Response(status_code=204)
    if isinstance(result, str):
        return Response(result, media_type="text/plain")
    if not isinstance(result, func.HttpResponse):
        raise TypeError(f"an HTTP function returned {type(result).__name__}")
    response = Response(result.get_body(), status_code=result.status_code)
    for name, value in result.headers.items():
        response.headers.append(name, value)
    if "content-type" not in response.headers:
        text = result.mimetype.startswith("text/")
        response.headers["content-type"] = f"{result.mimetype}; charset={result.charset}" if text else result.mimetype
    return response


def error_response(status: int, *, retryable: bool = False, headers: Mapping[str, str] | None = None) -> Response:
    """Return a response in the API's error format."""
    code, message = ERRORS.get(status, ("error", "The function returned an invalid response."))
    body = {"error": {"code": code, "message": message, "retryable": retryable}}
    return JSONResponse(body, status_code=status, headers=dict(headers or {}))


async def handle_http_error(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, HTTPException)  # noqa: S101 - Starlette's handlers are typed for any exception
    if request.method == "HEAD" and exc.status_code == 405:
        return error_response(404)  # Azure responds like this to HEAD if only GET has a route
    # Starlette's static files have no Allow header.
    default = {"Allow": "GET, HEAD"} if exc.status_code == 405 else None
    return error_response(exc.status_code, headers=exc.headers or default)


class SecurityHeaders:
    """Adds `X-Content-Type-Options` to every response, and forbids scripts in published files."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_header(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["x-content-type-options"] = "nosniff"
                if scope["path"].startswith("/p/"):
                    headers["content-security-policy"] = "default-src 'none'; sandbox"
            await send(message)

        await self._app(scope, receive, send_with_header)
