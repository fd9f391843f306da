"""HTTP responses, independent of the framework."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel

from functions.api.error_responses import ErrorBody, error_details
from functions.errors import AppError

JSON = "application/json"


@dataclass(frozen=True, kw_only=True)
class HttpResponse:
    """An HTTP response."""

    status: int = 200
    body: bytes = b""
    media_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)


def json_response(model: BaseModel, *, status: int = 200) -> HttpResponse:
    """Return a JSON response with this model."""
    return HttpResponse(status=status, body=model.model_dump_json().encode())


def error_response(error: AppError) -> HttpResponse:
    """Return the response for an error, with its status and Retry-After."""
    headers = {}
    if error.retry_after_s is not None:
        headers["Retry-After"] = str(max(1, round(error.retry_after_s)))
    if error.http_status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if error.http_status == 405:
        headers["Allow"] = ", ".join(error.details.get("methods", ()))
    body = ErrorBody(error=error_details(error)).model_dump_json(exclude_none=True).encode()
    return HttpResponse(status=error.http_status, body=body, headers=headers)


def no_content() -> HttpResponse:
    """Return an empty response with status 204."""
    return HttpResponse(status=204)


def not_modified() -> HttpResponse:
    """Return an empty response with status 304."""
    return HttpResponse(status=304)


def redirect(url: str) -> HttpResponse:
    """Return a redirect to this URL."""
    return HttpResponse(status=302, headers={"Location": url})


def download(data: bytes, *, media_type: str, filename: str) -> HttpResponse:
    """Return a file for download."""
    return HttpResponse(
        body=data, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{filename}"'}
    )
