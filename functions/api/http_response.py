"""HTTP responses, independent of the framework."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel

from functions.api.error_responses import ErrorBody, fault
from functions.errors import AppError

JSON = "application/json"


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An HTTP response."""

    status: int = 200
    body: bytes = b""
    media_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)


def of_model(model: BaseModel, *, status: int = 200) -> Reply:
    """Return a JSON response with this model."""
    return Reply(status=status, body=model.model_dump_json().encode())


def of_error(error: AppError) -> Reply:
    """Return the response for an error, with its status and Retry-After."""
    headers = {}
    if error.retry_after_s is not None:
        headers["Retry-After"] = str(max(1, round(error.retry_after_s)))
    if error.http_status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    body = ErrorBody(error=fault(error)).model_dump_json(exclude_none=True).encode()
    return Reply(status=error.http_status, body=body, headers=headers)


def no_content() -> Reply:
    """Return an empty response with status 204."""
    return Reply(status=204)


def not_modified() -> Reply:
    """Return an empty response with status 304."""
    return Reply(status=304)


def redirect(url: str) -> Reply:
    """Return a redirect to this URL."""
    return Reply(status=302, headers={"Location": url})


def download(data: bytes, *, media_type: str, filename: str) -> Reply:
    """Return a file for download."""
    return Reply(
        body=data, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{filename}"'}
    )
