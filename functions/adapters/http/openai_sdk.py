"""Shared code of adapters based on the openai SDK: conversion of errors, and logging.

Every error message says what happened and which setting to check.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from functions.errors import AppError, ContentBlocked, Permanent, QuotaExhausted, RateLimited, Transient

if TYPE_CHECKING:
    from openai import APIConnectionError, APIStatusError, OpenAIError

NO_CREDIT = frozenset({"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"})
FILTERED = frozenset({"content_filter", "content_policy_violation", "moderation_blocked"})
RETRYABLE_STATUSES = frozenset({408, 409, 425, 429})  # client errors for which a retry can succeed
QUOTED = 200  # maximum number of characters of a remote error message


@dataclass(frozen=True, kw_only=True)
class Account:
    """Names of one server and its settings, for error messages."""

    who: str  # such as ChatGPT
    key: str  # what to check if the server rejects the credentials
    model: str  # what to check if the model doesn't exist
    server: str  # what to check if the response isn't one of the OpenAI API


async def loaded() -> None:
    """Import the SDK in a thread.

    The import takes one to two seconds, during which the event loop must renew leases.
    """
    if "openai" not in sys.modules:
        await asyncio.to_thread(importlib.import_module, "openai")


def keep_prompts_out_of_logs() -> None:
    """Prevent the SDK from logging request bodies, which contain themes and prompts, at level DEBUG."""
    logging.getLogger("openai").setLevel(logging.INFO)


def translated(exc: OpenAIError, account: Account, *, model: str) -> AppError:
    """Return the error of the app for an exception of the SDK."""
    from openai import APIConnectionError, APIStatusError, APITimeoutError

    if isinstance(exc, APITimeoutError):
        return Transient(f"{account.who} timed out.")
    if isinstance(exc, APIConnectionError):
        return Transient(connection_problem(exc, account.who, account.server))
    if isinstance(exc, APIStatusError):
        return error_from_status(exc, account, model=model)
    return Transient(f"{account.who} returned a response that can't be parsed.")


def connection_problem(exc: APIConnectionError, who: str, setting: str) -> str:
    """Return the message for a connection that couldn't be made, or that ended before the response was complete."""
    import httpx2

    if isinstance(exc.__cause__, httpx2.ReadError | httpx2.WriteError | httpx2.RemoteProtocolError):
        return f"The connection to {who} was interrupted."
    return f"Couldn't connect to {who}. Check {setting}."


def error_from_status(exc: APIStatusError, account: Account, *, model: str) -> AppError:
    """Return the error of the app for an HTTP error status."""
    if {exc.code, exc.type} & NO_CREDIT:
        return QuotaExhausted(f"The {account.who} account has no credit left. Add credit, then retry.")
    if {exc.code, exc.type} & FILTERED:
        return content_filter_error(categories(exc.body))
    status = exc.status_code
    if status in RETRYABLE_STATUSES or status >= 500:
        wait = retry_after_s(exc.response.headers)
        if status == 429 or (status == 503 and wait is not None):
            return RateLimited(f"{account.who} is rate limiting requests.", retry_after_s=wait)
        return Transient(f"{account.who} returned an error (status {status}).", retry_after_s=wait)
    if status == 401:
        return Permanent(f"{account.who} rejected the credentials. Check {account.key}.")
    if status == 403:
        return Permanent(f"The credentials don't allow model {model} of {account.who}. Check {account.key}.")
    words = own_words(exc.body)
    if status == 404:
        said = f": {quote(words)}" if words else "."
        return Permanent(f"{account.who} has no model {model}{said} Check {account.model} and {account.server}.")
    about = f" (parameter {exc.param})" if exc.param else ""
    return Permanent(f"{account.who} rejected the request{about}: {quote(words or exc.message)} Check {account.model}.")


def own_words(body: object) -> str:
    """Return the server's own error message in a parsed body, or an empty string.

    It is under `error`, `message`, `detail`, or `errors` of compatible servers, as a text or an object. A page of HTML
    isn't a message.
    """
    if isinstance(body, str):
        return "" if body.lstrip().startswith("<") else " ".join(body.split())
    if isinstance(body, list):
        return next((words for entry in body if (words := own_words(entry))), "")
    if not isinstance(body, Mapping):
        return ""
    named = (own_words(body.get(name)) for name in ("error", "message", "detail", "msg", "errors"))
    return next((words for words in named if words), "")


def content_filter_error(names: tuple[str, ...] = ()) -> ContentBlocked:
    """Return the error for a blocked prompt, with the names of the categories."""
    why = f" ({', '.join(names)})" if names else ""
    return ContentBlocked(f"The prompt service's content filter blocked this theme{why}. Change the theme.")


def categories(body: object) -> tuple[str, ...]:
    """Return the categories that Azure's content filter detected, from `innererror.content_filter_result`."""
    inner = body.get("innererror") if isinstance(body, Mapping) else None
    results = inner.get("content_filter_result") if isinstance(inner, Mapping) else None
    if not isinstance(results, Mapping):
        return ()
    return tuple(
        str(name).replace("_", " ")
        for name, verdict in results.items()
        if isinstance(verdict, Mapping) and (verdict.get("filtered") or verdict.get("detected"))
    )


def quote(text: object) -> str:
    """Return a remote error message as the end of a sentence, truncated."""
    plain = " ".join(str(text).split())[:QUOTED]
    return plain if plain.endswith((".", "!", "?")) else f"{plain}."


def retry_after_s(headers: Mapping[str, str], *, now: datetime | None = None) -> float | None:
    """Return the seconds in Retry-After-Ms or Retry-After (a number or a date), or None if neither is valid."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        raw: Any = headers.get(name)
        if raw is None:
            continue
        try:
            seconds = float(raw) * unit
        except ValueError:
            try:
                seconds = (parsedate_to_datetime(raw) - (now or datetime.now(UTC))).total_seconds()
            except (ValueError, TypeError):
                continue
        if 0 <= seconds < 86_400 * 365:
            return seconds
    return None
