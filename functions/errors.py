"""Every failure that this program names.

AppError
├── BadRequest            400  a field is wrong; `details.field` names it
│   ├── TooLarge          413  the body is too long
│   └── TooMany           429  over a limit or the budget; `details` has the numbers
├── Unauthorized          401  no caller is known
├── Forbidden             403  the caller's role is too small
├── NotFound              404  nothing has this id
│   └── WrongMethod       405  the address is right, the method is not
├── Conflict              409  the state forbids it
│   ├── AlreadyExists     409  the id is taken
│   └── Stale             412  somebody saved a newer version first
├── Permanent             422  trying again changes nothing
│   ├── ContentBlocked    422  a content filter refused
│   └── QuotaExhausted    422  the paid account has no money left
├── Transient             503  trying again later may work
│   ├── Busy              503  the other side is full or still starting
│   │   └── Starting      503  the inference service is still starting
│   └── Unavailable       503  the other side did not answer
└── SettingsError         500  a setting is missing or malformed
"""

from __future__ import annotations

from typing import Any, ClassVar


class AppError(Exception):
    """Something went wrong inside."""

    code: ClassVar[str] = "internal"
    http_status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False

    def __init__(self, message: str = "", *, retry_after_s: float | None = None, **details: Any) -> None:
        self.message = message or (self.__doc__ or "").strip().splitlines()[0]
        self.retry_after_s = retry_after_s
        self.details: dict[str, Any] = details
        super().__init__(self.message)


class BadRequest(AppError):
    """A field of the request is wrong."""

    code, http_status = "bad_request", 400


class TooLarge(BadRequest):
    """The body of the request is too long."""

    code, http_status = "too_large", 413


class TooMany(BadRequest):
    """That is over a limit."""

    code, http_status = "over_limit", 429


class Unauthorized(AppError):
    """Sign in first: send an API key or a bearer token."""

    code, http_status = "unauthorized", 401


class Forbidden(AppError):
    """Your role does not allow this."""

    code, http_status = "forbidden", 403


class NotFound(AppError):
    """There is nothing with this id."""

    code, http_status = "not_found", 404


class WrongMethod(NotFound):
    """This address does not take this method."""

    code, http_status = "method_not_allowed", 405


class Conflict(AppError):
    """Its present state does not allow this."""

    code, http_status = "conflict", 409


class AlreadyExists(Conflict):
    """This id is taken."""

    code = "already_exists"


class Stale(Conflict):
    """Somebody saved a newer version; load it again and repeat the change."""

    code, http_status = "stale", 412


class Permanent(AppError):
    """Trying again would change nothing."""

    code, http_status = "permanent", 422


class ContentBlocked(Permanent):
    """A content filter refused this; change the words."""

    code = "content_blocked"


class QuotaExhausted(Permanent):
    """The account with the prompt service has no credit left; add some, then retry."""

    code = "quota_exhausted"


class Transient(AppError):
    """A part of the system did not answer; try again shortly."""

    code, http_status, retryable = "unavailable", 503, True


class Busy(Transient):
    """The painter is full or still waking; the picture waits its turn."""

    code = "busy"


class Starting(Busy):
    """The inference service is still starting."""

    code = "starting"


class Unavailable(Transient):
    """A part of the system did not answer; try again shortly."""


class SettingsError(AppError):
    """A setting is missing or malformed."""

    code = "settings"
