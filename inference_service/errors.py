"""Every failure that the service names, in OpenAI's shape with `retryable` added.

ServiceError
├── BadField            400  a field is wrong; `param` names it
│   ├── TooLarge        413  the body is over the limit
│   ├── UnknownModel    404  this service does not serve the model
│   ├── OtherBody       422  the request id belongs to another request
│   └── OutOfMemory     422  the device has no room for this size
├── BadKey              401  the bearer key is missing or wrong
├── UnknownRequest      404  no request has this id
├── UnknownRoute        404  the service has no such address
├── ContentBlocked      400  the model's safety checker refused the picture
├── Cancelled           410  somebody cancelled the request
├── QueueFull           429  no room to wait
├── PaintingFailed      500  the model failed on this picture
└── NotServing          503  requests are not taken now
    ├── Starting        503  the model is loading
    ├── ModelFailed     503  the model could not be loaded
    └── ShuttingDown    503  the process is ending
"""

from __future__ import annotations

from typing import ClassVar

from typing_extensions import TypedDict  # pydantic reads no other before Python 3.12


class ErrorBody(TypedDict):
    """OpenAI's error object, and whether the same request may succeed later."""

    code: str
    message: str
    type: str
    param: str | None
    retryable: bool


class ServiceError(Exception):
    """Something went wrong inside."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"
    type: ClassVar[str] = "server_error"  # OpenAI's coarse kind
    retryable: ClassVar[bool] = False

    def __init__(self, message: str = "", *, param: str | None = None, retry_after_s: float | None = None) -> None:
        self.message = message or (self.__doc__ or "").strip().splitlines()[0]
        self.param = param
        self.retry_after_s = retry_after_s
        super().__init__(self.message)

    def body(self) -> ErrorBody:
        """What stands under `error` in the answer."""
        return {
            "code": self.code,
            "message": self.message,
            "type": self.type,
            "param": self.param,
            "retryable": self.retryable,
        }

    def headers(self) -> dict[str, str]:
        """Whether and when to try again, as the openai client reads it."""
        if not self.retryable:
            return {"x-should-retry": "false"}
        if self.retry_after_s is None:
            return {}
        # The client ignores a Retry-After over two minutes.
        return {"Retry-After": str(min(120, max(1, round(self.retry_after_s))))}


class BadField(ServiceError):
    """A field of the request is wrong."""

    status, code, type = 400, "invalid_value", "invalid_request_error"


class TooLarge(BadField):
    """The body is too large."""

    status, code = 413, "body_too_large"


class UnknownModel(BadField):
    """This service does not serve that model."""

    status, code = 404, "model_not_found"


class OtherBody(BadField):
    """This request id belongs to a request with another body; choose a new id."""

    status, code = 422, "request_id_reused"


class OutOfMemory(BadField):
    """The device has no room for a picture of this size; ask for a smaller one."""

    status, code = 422, "out_of_memory"


class BadKey(ServiceError):
    """Send the service's key as `Authorization: Bearer KEY`."""

    status, code, type = 401, "invalid_api_key", "invalid_request_error"


class UnknownRequest(ServiceError):
    """No request has this id, or it ended more than ten minutes ago."""

    status, code, type = 404, "request_not_found", "invalid_request_error"


class UnknownRoute(ServiceError):
    """This service has no such address; see its README for the routes."""

    status, code, type = 404, "route_not_found", "invalid_request_error"


class ContentBlocked(ServiceError):
    """The model's safety checker refused this picture; change the words or the seed."""

    status, code, type = 400, "content_blocked", "invalid_request_error"


class Cancelled(ServiceError):
    """This request was cancelled."""

    # 410 rather than 409, which the openai client always sends again.
    status, code, type = 410, "cancelled", "invalid_request_error"


class QueueFull(ServiceError):
    """As many requests wait as may; try again shortly."""

    status, code, type, retryable = 429, "queue_full", "rate_limit_error", True


class PaintingFailed(ServiceError):
    """The model failed on this picture; the service's log says where."""

    code, retryable = "painting_failed", True


class NotServing(ServiceError):
    """The service takes no requests now; try again shortly."""

    status, code, retryable = 503, "not_serving", True


class Starting(NotServing):
    """The model is still loading; try again shortly."""

    code = "starting"


class ModelFailed(NotServing):
    """The model could not be loaded."""

    code = "model_failed"


class ShuttingDown(NotServing):
    """The service is shutting down; try again shortly."""

    code = "shutting_down"


class SettingsError(Exception):
    """A setting is missing or malformed; the message names it."""
