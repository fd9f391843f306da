"""A validated HTTP request: caller, parameters, and body."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import BaseModel, ValidationError

from functions.api.error_responses import from_validation
from functions.api.schemas.fields import DOCUMENT_ID
from functions.api.schemas.files import MAX_FILE_BYTES, UploadedFile
from functions.errors import BadRequest, NotFound, TooLarge
from functions.models.caller import Caller
from functions.models.media_type import image_type_of

MAX_BODY_BYTES = 256 * 1024  # the largest valid body, 500 IDs, has 15,000 bytes
ID_PARAMS = {"id", "prompt_id", "delivery_id"}
IDEMPOTENCY_KEY = "idempotency-key"
ANONYMOUS = Caller(id="anonymous", name="anonymous", role="none")

PRINTABLE_KEY = re.compile(r"[\x21-\x7e]{1,200}")

Q = TypeVar("Q", bound=BaseModel)
B = TypeVar("B", bound=BaseModel)


@dataclass(frozen=True, kw_only=True)
class ApiRequest(Generic[Q, B]):
    """One request with validated parameters and body."""

    caller: Caller
    query: Q
    body: B
    params: Mapping[str, str]
    idempotency_key: str | None = None

    @property
    def id(self) -> str:
        """Return the ID in the URL."""
        return self.params["id"]


def read_query(model: type[Q], query: Mapping[str, str]) -> Q:
    """Return the query parameters, or raise `BadRequest` naming the first invalid one."""
    try:
        return model.model_validate(dict(query))
    except ValidationError as exc:
        raise from_validation(exc, whole="The query string") from exc


def read_body(model: type[B], body: bytes) -> B:
    """Return the body. An empty body counts as `{}`. Raises `BadRequest` or `TooLarge`."""
    _check_length(body, MAX_BODY_BYTES)
    try:
        return model.model_validate_json(body.strip() or b"{}")
    except ValidationError as exc:
        raise from_validation(exc, whole="The request body") from exc


def read_file(headers: Mapping[str, str], body: bytes) -> UploadedFile:
    """Return a body that is an image file or, with the header `Content-Type: text/plain`, a text.

    Raises `BadRequest` or `TooLarge`.
    """
    if (media_type := image_type_of(body)) is not None:
        _check_length(body, MAX_FILE_BYTES)
        return UploadedFile(media_type=media_type, data=body)
    _check_length(body, MAX_BODY_BYTES)
    if headers.get("content-type", "").partition(";")[0].strip().lower() != "text/plain":
        raise BadRequest(
            "The file isn't a PNG, JPEG, or WebP image. Send such a file, or text as text/plain.", field="body"
        )
    return UploadedFile(media_type="text/plain", data=body)


def _check_length(body: bytes, limit: int) -> None:
    if len(body) > limit:
        raise TooLarge(
            f"The request body is {len(body):,} bytes. The limit is {limit:,} bytes.", field="body", limit=limit
        )


def read_params(params: Mapping[str, str]) -> Mapping[str, str]:
    """Return the parameters in the path. Raises `NotFound` for an ID that isn't valid."""
    if not all(DOCUMENT_ID.fullmatch(params[name]) for name in ID_PARAMS & params.keys()):
        raise NotFound
    return params


def read_idempotency_key(headers: Mapping[str, str]) -> str | None:
    """Return the header, None without it, or raise `BadRequest`."""
    key = headers.get(IDEMPOTENCY_KEY)
    if key is None:
        return None
    if not PRINTABLE_KEY.fullmatch(key):
        raise BadRequest(
            "Idempotency-Key must be 1 to 200 printable ASCII characters without spaces.", field="Idempotency-Key"
        )
    return key
