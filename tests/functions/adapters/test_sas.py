"""Signed URLs: the same for a whole window, alive long enough, and one key a day."""

from __future__ import annotations

import asyncio
import base64
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
from azure.storage.blob import UserDelegationKey
from hypothesis import given
from hypothesis import strategies as st

from functions.adapters.azure_storage.sas import (
    AccountKeySigner,
    UserDelegationSigner,
    attachment,
    key_validity,
    signature_validity,
)
from functions.errors import Unavailable

NOW = datetime(2026, 11, 24, 10, 7, 31, tzinfo=UTC)
MOMENTS = st.datetimes(min_value=datetime(2024, 1, 1), max_value=datetime(2099, 12, 31), timezones=st.just(UTC))


def a_key(start: datetime, expiry: datetime) -> UserDelegationKey:
    """Return a user delegation key of the blob service."""
    key = UserDelegationKey()
    key.signed_oid = "00000000-0000-0000-0000-0000000000aa"
    key.signed_tid = "00000000-0000-0000-0000-0000000000bb"
    key.signed_start = start.strftime("%Y-%m-%dT%H:%M:%SZ")
    key.signed_expiry = expiry.strftime("%Y-%m-%dT%H:%M:%SZ")
    key.signed_service = "b"
    key.signed_version = "2026-10-06"
    key.value = base64.b64encode(b"a delegated key of this very day").decode()
    return key


class BlobService:
    """Returns keys and records their validity."""

    def __init__(self) -> None:
        self.requests: list[tuple[datetime, datetime]] = []
        self.down = False

    async def get_user_delegation_key(self, start: datetime, expiry: datetime) -> Any:
        self.requests.append((start, expiry))
        await asyncio.sleep(0)
        if self.down:
            raise Unavailable("The blob storage did not answer.")
        return a_key(start, expiry)


@given(MOMENTS)
def test_a_url_has_15_to_60_minutes_left(now: Any) -> None:
    """Whenever in its window it was made."""
    start, expiry = signature_validity(now)

    assert timedelta(minutes=15) < expiry - now <= timedelta(minutes=60)
    assert start <= now - timedelta(minutes=15)


@given(MOMENTS)
def test_the_key_of_the_day_covers_every_signature_of_the_day(now: Any) -> None:
    """The key is valid as long as its signatures, and at most seven days."""
    signature, key = signature_validity(now), key_validity(now)

    assert key.start <= signature.start
    assert signature.expiry <= key.expiry
    assert key.expiry - now < timedelta(days=7)


@pytest.mark.parametrize(
    ("moment", "expiry"),
    [
        # 45-minute windows from midnight UTC on; 15 minutes more.
        (datetime(2026, 11, 24, 0, 0, tzinfo=UTC), datetime(2026, 11, 24, 1, 0, tzinfo=UTC)),
        (datetime(2026, 11, 24, 0, 44, 59, tzinfo=UTC), datetime(2026, 11, 24, 1, 0, tzinfo=UTC)),
        (datetime(2026, 11, 24, 0, 45, tzinfo=UTC), datetime(2026, 11, 24, 1, 45, tzinfo=UTC)),
        (datetime(2026, 11, 24, 23, 59, tzinfo=UTC), datetime(2026, 11, 25, 0, 15, tzinfo=UTC)),
    ],
)
def test_windows_begin_at_the_same_instants_everywhere(moment: Any, expiry: Any) -> None:
    """Two instances with different uptimes agree."""
    assert signature_validity(moment).expiry == expiry


async def test_two_instances_sign_the_same_url() -> None:
    """Else every page load would fetch every thumbnail again."""
    one, other = (UserDelegationSigner("acct", BlobService().get_user_delegation_key) for _ in range(2))

    first = await one.sign("thumbnails", "a.webp", now=NOW, filename=None)
    second = await other.sign("thumbnails", "a.webp", now=NOW + timedelta(minutes=20), filename=None)

    assert first == second


async def test_a_signature_reads_one_blob_over_https() -> None:
    """Read-only, one blob, https, and the identity that it was made for."""
    signer = UserDelegationSigner("acct", BlobService().get_user_delegation_key)

    query = parse_qs(await signer.sign("originals", "a.png", now=NOW, filename="Fox.png"))

    assert query["sp"] == ["r"]
    assert query["sr"] == ["b"]
    assert query["spr"] == ["https"]
    assert query["se"] == ["2026-11-24T10:45:00Z"]
    assert query["skoid"] == ["00000000-0000-0000-0000-0000000000aa"]
    assert query["skt"] == ["2026-11-23T23:00:00Z"]
    assert query["ske"] == ["2026-11-25T01:00:00Z"]
    assert query["rscd"] == ["attachment; filename=\"Fox.png\"; filename*=UTF-8''Fox.png"]


async def test_a_page_of_urls_asks_for_one_key() -> None:
    """Sixty thumbnails signed at once cost one request a day."""
    service = BlobService()
    signer = UserDelegationSigner("acct", service.get_user_delegation_key)

    urls = await asyncio.gather(*(signer.sign("thumbnails", f"{n}", now=NOW, filename=None) for n in range(60)))
    await signer.sign("thumbnails", "0", now=NOW + timedelta(days=1), filename=None)

    assert len(set(urls)) == 60
    assert service.requests == [tuple(key_validity(NOW)), tuple(key_validity(NOW + timedelta(days=1)))]


async def test_a_key_that_did_not_come_is_requested_again() -> None:
    """One failure is not remembered as the key."""
    service = BlobService()
    signer = UserDelegationSigner("acct", service.get_user_delegation_key)
    service.down = True
    with pytest.raises(Unavailable):
        await signer.sign("thumbnails", "a", now=NOW, filename=None)

    service.down = False

    assert "sig=" in await signer.sign("thumbnails", "a", now=NOW, filename=None)


async def test_an_account_key_signs_for_http_on_azurite_alone() -> None:
    """URLs of an account in Azure are valid for HTTPS only."""
    key = base64.b64encode(b"k" * 64).decode()

    azurite = await AccountKeySigner("a", key, https_only=False).sign("originals", "a", now=NOW, filename=None)
    azure = await AccountKeySigner("a", key, https_only=True).sign("originals", "a", now=NOW, filename=None)

    assert parse_qs(azurite)["spr"] == ["https,http"]
    assert parse_qs(azure)["spr"] == ["https"]


@pytest.mark.parametrize(
    ("filename", "header"),
    [
        ("fox.png", "attachment; filename=\"fox.png\"; filename*=UTF-8''fox.png"),
        ('a"b\\c/d\r\nX: y.png', "attachment; filename=\"a-b-c-dX- y.png\"; filename*=UTF-8''a-b-c-dX-%20y.png"),
        ("狐.png", "attachment; filename=\"_.png\"; filename*=UTF-8''%E7%8B%90.png"),
        ("\n", "attachment; filename=\"image\"; filename*=UTF-8''image"),
    ],
)
def test_a_filename_cannot_break_out_of_its_header(filename: str, header: str) -> None:
    """Quotes, slashes and line ends of a title become harmless."""
    assert attachment(filename) == header
