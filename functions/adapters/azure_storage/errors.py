"""Convert Azure Storage errors to errors of the app, and limit the time for retries."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from functions.errors import AlreadyExists, AppError, Conflict, NotFound, Permanent, RateLimited, Stale, Unavailable

# Three attempts with at most 2 s each for connecting and 2 s in between, so that an unreachable storage is reported
# within 10 s. An attempt without a response isn't repeated; it ends with the time limit.
RETRYING: dict[str, Any] = {
    "connection_timeout": 2,
    "retry_total": 2,
    "retry_read": 0,
    "retry_status": 1,
    "initial_backoff": 0,  # plus increment_base, one second, plus or minus the jitter
    "increment_base": 1,
    "random_jitter_range": 1,
}
RETRY_FOR_S = 10.0  # for one small request, including retries and delays
BYTES_PER_SECOND = 512 * 1024  # minimum transfer rate for large blobs

_RETRYABLE = frozenset({408, 429, 500, 502, 503, 504})
_NO_SPACE = 507
_CHECK_ACCESS = (
    "Assign the Storage Blob Data Contributor and Storage Queue Data Contributor roles to the app's identity, "
    "or correct AzureWebJobsStorage. New role assignments take a few minutes to take effect"
)


@dataclass(frozen=True)
class ErrorContext:
    """The target of an operation, for error messages."""

    service: str  # "blob" or "queue"
    host: str
    thing: str  # "originals/2026/11/X.png"


@asynccontextmanager
async def storage_errors(context: ErrorContext, *, retry_for_s: float) -> AsyncIterator[None]:
    """Convert every error in the block to an error of the app. Raise `Unavailable` after `retry_for_s` seconds."""
    from azure.core.exceptions import AzureError

    try:
        async with asyncio.timeout(retry_for_s):
            yield
    except AzureError as exc:
        raise translated(exc, context) from exc
    except TimeoutError as exc:
        raise _no_answer(context) from exc


async def make_missing(create: Callable[[], Awaitable[object]], context: ErrorContext, *, retry_for_s: float) -> None:
    """Create a container or queue. Succeeds if another process created it first."""
    try:
        async with storage_errors(context, retry_for_s=retry_for_s):
            await create()
    except AlreadyExists:
        return
    except Permanent as exc:
        raise Permanent(
            f"{context.thing} doesn't exist in {context.service} storage, and the app isn't allowed to create it. "
            "Deploy `infra/` again."
        ) from exc


def translated(exc: Any, context: ErrorContext) -> AppError:
    """Return the error of the app for an exception of the SDK."""
    from azure.core import exceptions as azure

    if isinstance(exc, azure.ServiceRequestTimeoutError | azure.ServiceResponseTimeoutError):
        return _no_answer(context)
    if isinstance(exc, azure.ServiceRequestError | azure.ServiceResponseError):
        return Unavailable(f"Couldn't connect to {context.service} storage at {context.host}.")
    status = getattr(exc, "status_code", None)
    code = getattr(exc, "error_code", None) or ""
    code = str(getattr(code, "value", code))  # an enum for codes that the SDK knows
    if isinstance(exc, azure.ClientAuthenticationError) or status in (401, 403):
        return Permanent(f"{context.service} storage at {context.host} denied access. {_CHECK_ACCESS}.")
    if status == 404:
        return NotFound(f"{context.thing} doesn't exist in {context.service} storage.")
    # The SDK raises this one, without a status, if a queue already exists.
    if status in (409, 412) or isinstance(exc, azure.ResourceExistsError):
        return _conflict(code, context)
    if status == _NO_SPACE:
        return Unavailable(f"{context.service} storage at {context.host} is full. Free some disk space.")
    retry_after_s = _retry_after(exc)
    if status == 429 or (status == 503 and retry_after_s is not None):
        return RateLimited(
            f"{context.service} storage at {context.host} is rate limiting requests.", retry_after_s=retry_after_s
        )
    if status in _RETRYABLE:
        return Unavailable(
            f"{context.service} storage at {context.host} couldn't read or write {context.thing} (status {status}). "
            "If this persists, check whether the disk is full.",
            retry_after_s=retry_after_s,
        )
    if status is None or status < 400:
        return Unavailable(f"The connection to {context.service} storage at {context.host} was interrupted.")
    return Permanent(f"{context.service} storage rejected {context.thing}: status {status} {code}".rstrip() + ".")


def _conflict(code: str, context: ErrorContext) -> AppError:
    if code.endswith("BeingDeleted"):
        return Unavailable(f"{context.thing} is being deleted.")
    if code.endswith("AlreadyExists"):
        return AlreadyExists(f"{context.thing} already exists.")
    if code == "ConditionNotMet":
        return Stale(f"Another process has changed {context.thing}.")
    return Conflict(
        f"{context.service} storage doesn't currently allow this operation on {context.thing} ({code or 'conflict'})."
    )


def _no_answer(context: ErrorContext) -> Unavailable:
    return Unavailable(f"{context.service} storage at {context.host} timed out.")


def _retry_after(exc: Any) -> float | None:
    headers = getattr(getattr(exc, "response", None), "headers", None) or {}
    value = str(headers.get("Retry-After", ""))
    return float(value) if value.isdigit() else None
