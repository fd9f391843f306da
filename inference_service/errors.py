"""All errors of the service, in OpenAI's format extended by `retryable`.

ServiceError
├── InvalidField        400  a field is invalid; `param` contains its name
│   ├── BodyTooLarge    413  the body is too large
│   ├── ModelNotFound   404  the model isn't available
│   ├── RequestIdReused 422  the request ID belongs to a request with another body
│   └── OutOfMemory     422  an image of this size doesn't fit in device memory
├── InvalidApiKey       401  the API key is missing or invalid
├── RequestNotFound     404  no request has this ID
├── RouteNotFound       404  the route doesn't exist
├── ContentBlocked      400  the safety checker blocked the image
├── Canceled            410  the request was canceled
├── QueueFull           429  the queue is full
├── GenerationFailed    500  the model failed to generate the image
└── ServiceUnavailable  503  requests aren't accepted
    ├── Starting        503  the model is loading
    ├── ModelFailed     503  the model couldn't be loaded
    └── ShuttingDown    503  the process is ending
"""

from __future__ import annotations

from typing import ClassVar

from typing_extensions import TypedDict  # Pydantic requires this TypedDict before Python 3.12.


class ErrorBody(TypedDict):
    """An OpenAI-compatible error object, extended by `retryable`."""

    code: str
    message: str
    type: str
    param: str | None
    retryable: bool


class ServiceError(Exception):
    """An internal error occurred. Try again; if it persists, check the logs."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"
    type: ClassVar[str] = "server_error"  # OpenAI's category of the error.
    retryable: ClassVar[bool] = False

    def __init__(self, message: str = "", *, param: str | None = None, retry_after_s: float | None = None) -> None:
        self.message = message or (self.__doc__ or "").strip().splitlines()[0]
        self.param = param
        self.retry_after_s = retry_after_s
        super().__init__(self.message)

    def body(self) -> ErrorBody:
        """Return the content of `error` in the response."""
        return {
            "code": self.code,
            "message": self.message,
            "type": self.type,
            "param": self.param,
            "retryable": self.retryable,
        }

    def headers(self) -> dict[str, str]:
        """Return headers that tell the openai client whether and when to retry."""
        if not self.retryable:
            return {"x-should-retry": "false"}
        if self.retry_after_s is None:
            return {}
        # The openai client ignores a Retry-After of more than two minutes.
        return {"Retry-After": str(min(120, max(1, round(self.retry_after_s))))}


class InvalidField(ServiceError):
    """A field in the request is invalid."""

    status, code, type = 400, "invalid_value", "invalid_request_error"


class BodyTooLarge(InvalidField):
    """The request body is too large."""

    status, code = 413, "body_too_large"


class ModelNotFound(InvalidField):
    """The requested model isn't available."""

    status, code = 404, "model_not_found"


class RequestIdReused(InvalidField):
    """This request ID was already used with a different request body. Use a new ID."""

    status, code = 422, "request_id_reused"


class OutOfMemory(InvalidField):
    """Not enough device memory for an image of this size. Use a smaller size."""

    status, code = 422, "out_of_memory"


class InvalidApiKey(ServiceError):
    """The API key is missing or invalid. Send it as `Authorization: Bearer KEY`."""

    status, code, type = 401, "invalid_api_key", "invalid_request_error"


class RequestNotFound(ServiceError):
    """No request with this ID exists, or its result has expired."""

    status, code, type = 404, "request_not_found", "invalid_request_error"


class RouteNotFound(ServiceError):
    """This route doesn't exist. See `/openapi.json` for all routes."""

    status, code, type = 404, "route_not_found", "invalid_request_error"


class ContentBlocked(ServiceError):
    """The safety checker blocked this image. Change the prompt or the seed."""

    status, code, type = 400, "content_blocked", "invalid_request_error"


class Canceled(ServiceError):
    """This request was canceled."""

    # The openai client always retries 409, so the status is 410.
    status, code, type = 410, "cancelled", "invalid_request_error"


class QueueFull(ServiceError):
    """The queue is full. Try again after the time given in Retry-After."""

    status, code, type, retryable = 429, "queue_full", "rate_limit_error", True


class GenerationFailed(ServiceError):
    """The model failed to generate this image. Check the service's logs."""

    code, retryable = "painting_failed", True


class ServiceUnavailable(ServiceError):
    """The service isn't accepting requests. Try again after the time given in Retry-After."""

    status, code, retryable = 503, "not_serving", True


class Starting(ServiceUnavailable):
    """The model is loading. Try again after the time given in Retry-After."""

    code = "starting"


class ModelFailed(ServiceUnavailable):
    """Couldn't load the model."""

    code = "model_failed"


class ShuttingDown(ServiceUnavailable):
    """The service is shutting down. Try again after the time given in Retry-After."""

    code = "shutting_down"


class SettingsError(Exception):
    """A setting is missing or invalid. The message names it."""
