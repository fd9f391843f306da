"""Create read-only URLs of single blobs (shared access signatures).

Start and expiry are rounded to the same times on every instance, so that a URL stays the same and can be cached for
the whole period.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, Protocol
from urllib.parse import quote

WINDOW = timedelta(minutes=45)  # a day is a multiple of it
LEFT_AT_THE_END = timedelta(minutes=15)
CLOCK_SKEW = timedelta(minutes=15)

KEY_WINDOW = timedelta(days=1)
KEY_MARGIN = timedelta(hours=1)  # covers clock differences before the first signature and the validity of the last one

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Validity(NamedTuple):
    """Start and expiry of a URL or key."""

    start: datetime
    expiry: datetime


def signature_validity(now: datetime) -> Validity:
    """Return start and expiry of a URL created now. It is valid for 15 to 60 more minutes."""
    begin = _floor(now, WINDOW)
    return Validity(begin - CLOCK_SKEW, begin + WINDOW + LEFT_AT_THE_END)


def key_validity(now: datetime) -> Validity:
    """Return the validity of the current user-delegation key, which covers all signatures of the day."""
    begin = _floor(now, KEY_WINDOW)
    return Validity(begin - KEY_MARGIN, begin + KEY_WINDOW + KEY_MARGIN)


class Signer(Protocol):
    """Creates the query string for read access to one blob."""

    async def sign(self, container: str, name: str, *, now: datetime, filename: str | None) -> str: ...


class AccountKeySigner:
    """Signs with the account key, for Azurite and accounts that allow shared keys."""

    def __init__(self, account: str, key: str, *, https_only: bool) -> None:
        self._account = account
        self._key = key
        self._https_only = https_only

    async def sign(self, container: str, name: str, *, now: datetime, filename: str | None) -> str:
        return _signature(
            account_name=self._account,
            account_key=self._key,
            container_name=container,
            blob_name=name,
            now=now,
            filename=filename,
            https_only=self._https_only,
        )


FetchKey = Callable[[datetime, datetime], Awaitable[Any]]
"""Asks the blob service for a user-delegation key from start to expiry."""


class UserDelegationSigner:
    """Signs with a user-delegation key, requested from the blob service once per day with the app's identity."""

    def __init__(self, account: str, fetch_key: FetchKey) -> None:
        self._account = account
        self._fetch_key = fetch_key
        self._fetching = asyncio.Lock()
        self._key: tuple[Validity, Any] | None = None

    async def sign(self, container: str, name: str, *, now: datetime, filename: str | None) -> str:
        return _signature(
            account_name=self._account,
            user_delegation_key=await self._key_for(key_validity(now)),
            container_name=container,
            blob_name=name,
            now=now,
            filename=filename,
            https_only=True,
        )

    async def _key_for(self, validity: Validity) -> Any:
        async with self._fetching:
            if self._key is None or self._key[0] != validity:
                self._key = (validity, await self._fetch_key(*validity))
            return self._key[1]


def attachment(filename: str) -> str:
    """Return a Content-Disposition header for this file name, which can contain any characters."""
    name = "".join("-" if letter in '\\/:*?"<>|' else letter for letter in filename if letter.isprintable()).strip()
    name = name or "image"
    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _signature(*, now: datetime, filename: str | None, https_only: bool, **signed: Any) -> str:
    from azure.storage.blob import BlobSasPermissions, generate_blob_sas

    validity = signature_validity(now)
    return generate_blob_sas(
        **signed,
        permission=BlobSasPermissions(read=True),
        start=validity.start,
        expiry=validity.expiry,
        protocol="https" if https_only else "https,http",
        content_disposition=attachment(filename) if filename else None,
    )


def _floor(moment: datetime, step: timedelta) -> datetime:
    return moment.astimezone(UTC) - (moment - _EPOCH) % step
