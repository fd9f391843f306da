"""Errors of the function app.

AppError
├── BadRequest            400  a field is invalid; `details.field` names it
│   ├── TooLarge          413  the request body is too large
│   └── TooMany           429  over a limit; `details` has the numbers
│       └── OverOwnLimit  429  over a schedule's own limit
├── Unauthorized          401  the caller isn't authenticated
├── Forbidden             403  the caller's role doesn't allow it
├── NotFound              404  no resource with this ID
│   └── WrongMethod       405  the URL exists, but not with this method
├── Conflict              409  the current state doesn't allow it
│   ├── AlreadyExists     409  the ID is in use
│   └── Stale             412  someone else saved a newer version
├── Permanent             422  retrying can't succeed
│   ├── ContentBlocked    422  blocked by a content filter
│   ├── PromptRejected    422  too long for the model
│   └── QuotaExhausted    422  the paid account has no credit left
├── Transient             503  retrying later can succeed
│   ├── Busy              503  a service is full and asks to wait
│   │   ├── RateLimited   503  a service limits the rate of requests
│   │   └── Starting      503  the inference service has to start first
│   ├── Unexpected        503  an unexpected exception in a job
│   └── Unavailable       503  a service didn't respond
├── Unreadable            500  a stored document is damaged or of a newer version
└── SettingsError         500  a setting is missing or invalid
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar


class AppError(Exception):
    """An internal error occurred. Try again; if it persists, check the logs on the Setup page."""

    code: ClassVar[str] = "internal"
    http_status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False

    def __init__(
        self, message: str = "", *, retry_after_s: float | None = None, cost_usd: float = 0.0, **details: Any
    ) -> None:
        self.message = message or (self.__doc__ or "").strip().splitlines()[0]
        self.retry_after_s = retry_after_s
        self.cost_usd = cost_usd  # of paid responses that couldn't be used
        self.details: dict[str, Any] = details
        super().__init__(self.message)


class BadRequest(AppError):
    """A field in the request is invalid."""

    code, http_status = "bad_request", 400


class TooLarge(BadRequest):
    """The request body is too large."""

    code, http_status = "too_large", 413


class TooMany(BadRequest):
    """This request exceeds a limit."""

    code, http_status = "over_limit", 429


class OverOwnLimit(TooMany):
    """This run exceeds a limit of its schedule."""

    code = "over_own_limit"


class Unauthorized(AppError):
    """Authentication is required. Send an API key or a bearer token."""

    code, http_status = "unauthorized", 401


class Forbidden(AppError):
    """Your role doesn't have permission to do this."""

    code, http_status = "forbidden", 403


class NotFound(AppError):
    """No resource with this ID exists."""

    code, http_status = "not_found", 404


class WrongMethod(NotFound):
    """This method isn't allowed for this URL."""

    code, http_status = "method_not_allowed", 405


class Conflict(AppError):
    """The resource's current state doesn't allow this operation."""

    code, http_status = "conflict", 409


class AlreadyExists(Conflict):
    """This ID is already in use."""

    code = "already_exists"


class Stale(Conflict):
    """Someone else has changed this resource. Load the current version and make your change again."""

    code, http_status = "stale", 412


class Permanent(AppError):
    """This request can't succeed, so it isn't retried."""

    code, http_status = "permanent", 422


class ContentBlocked(Permanent):
    """A content filter blocked this request. Change the prompt."""

    code = "content_blocked"


class PromptRejected(Permanent):
    """The model doesn't accept this prompt. Shorten the prompt."""

    code = "prompt_rejected"


class QuotaExhausted(Permanent):
    """The prompt service account has no credit left. Add credit, then retry."""

    code = "quota_exhausted"


class Transient(AppError):
    """A required service didn't respond. Try again in a moment."""

    code, http_status, retryable = "unavailable", 503, True


class Busy(Transient):
    """The inference service is busy or starting."""

    code = "busy"


class RateLimited(Busy):
    """A service is rate limiting requests. Try again later."""

    code = "rate_limited"


class Starting(Busy):
    """The inference service is still starting."""

    code = "starting"


class Unexpected(Transient):
    """An unexpected error occurred."""

    code = "unexpected"


class Unavailable(Transient):
    """A required service didn't respond. Try again in a moment."""


class Unreadable(AppError):
    """A stored document can't be read. Update the app, or restore the document from a backup."""

    code = "unreadable"

    def __init__(self, message: str = "", *, kind: str = "", body: Mapping[str, Any] | None = None, **details: Any):
        super().__init__(message, **details)
        self.kind = kind  # such as "Schedule"
        self.body: Mapping[str, Any] = body or {}  # not part of the details, which are sent to clients


class SettingsError(AppError):
    """A setting is missing or invalid."""

    code = "settings"
