"""Convert Cosmos DB errors to errors of the app."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from functions.errors import (
    AlreadyExists,
    AppError,
    NotFound,
    Permanent,
    RateLimited,
    SettingsError,
    Stale,
    Unavailable,
)

NOT_YET_REPLICATED = 1002  # sub-status of a 404 if the replica hasn't received the session's last write yet
OWNER_MISSING = 1003  # sub-status of a 404 if the container or database is missing, not the item
RETRYABLE = frozenset({408, 410, 429, 449})


@dataclass(frozen=True)
class ErrorContext:
    """The target of a request, for error messages."""

    endpoint: str
    database: str
    container: str


def translated(exc: Exception, context: ErrorContext, *, one_item: bool) -> AppError:
    """Return the error of the app for a Cosmos DB exception."""
    from azure.core.exceptions import ClientAuthenticationError
    from azure.cosmos.exceptions import CosmosHttpResponseError

    if not isinstance(exc, CosmosHttpResponseError):
        if isinstance(exc, ClientAuthenticationError):
            return Unavailable(
                f"Couldn't authenticate to Cosmos DB at {context.endpoint}. Set COSMOS_KEY, or assign a managed "
                "identity to the app."
            )
        return no_answer(context.endpoint)
    status = exc.status_code or 0
    lagging = status == 404 and exc.sub_status == NOT_YET_REPLICATED
    if status == 404 and not lagging and (exc.sub_status == OWNER_MISSING or not one_item):
        return SettingsError(
            f"Cosmos DB database {context.database} has no container {context.container}. Deploy infra/, or set "
            "COSMOS_DATABASE to another database."
        )
    if status in (401, 403):
        return SettingsError(
            f"Cosmos DB at {context.endpoint} denied access. Correct COSMOS_KEY, or assign the Cosmos DB "
            "Built-in Data Contributor role to the app's identity."
        )
    if lagging or status in RETRYABLE or status >= 500 or status == 0:
        if status == 429:
            kind: type[AppError] = RateLimited
            problem = "is rate limiting requests"
        else:
            kind, problem = Unavailable, f"is busy or unavailable (status {status})"
        return kind(
            f"Cosmos DB at {context.endpoint} {problem}.",
            retry_after_s=retry_after_s(exc.headers),
        )
    match status:
        case 404:
            return NotFound()
        case 409:
            return AlreadyExists()
        case 412:
            return Stale()
        case 413:
            return Permanent("The document exceeds the Cosmos DB limit of 2 MB. Shorten its text fields.")
        case _:
            return AppError(f"Cosmos DB rejected a request to {context.container} (status {status}).")


def no_answer(endpoint: str) -> Unavailable:
    """Return the error for an account that doesn't respond."""
    return Unavailable(f"Cosmos DB at {endpoint} didn't respond. Check COSMOS_ENDPOINT and the network.")


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Return the seconds to wait that Cosmos DB requests, or None."""
    try:
        return float(headers["x-ms-retry-after-ms"]) / 1000
    except (KeyError, ValueError):
        return None
