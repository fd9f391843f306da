"""Faults of Blob Storage: wrong settings, outages, and a full disk."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from functions.adapters.azure_storage.blobs import AzureBlobs
from functions.adapters.azure_storage.errors import RETRY_FOR_S
from functions.adapters.azure_storage.sas import UserDelegationSigner
from functions.errors import Permanent, SettingsError, Unavailable
from tests.azurite import AzuriteServer, azurite_met

NAME = "2026/11/01KAV0Q1J8ZZZZZZZZZZZZZZZZ.png"
SLACK_S = 10  # of a busy machine; the SDK's own patience is minutes


async def test_a_wrong_key_names_the_remedy(azurite: AzuriteServer) -> None:
    """The error is permanent and names the setting to correct."""
    blobs = AzureBlobs(connection_string=azurite.connection_string_of("devstoreaccount1", "d3Jvbmc="))

    with pytest.raises(Permanent, match="correct AzureWebJobsStorage"):
        await blobs.upload("originals", NAME, b"", content_type="image/png")
    await blobs.close()


async def test_a_user_delegation_key_that_is_rejected_names_the_remedy(storage: str) -> None:
    """A 403, as for an identity without the role, names the role to assign."""
    from azure.storage.blob.aio import BlobServiceClient

    async with BlobServiceClient.from_connection_string(storage) as service:
        signer = UserDelegationSigner("an-account", service.get_user_delegation_key)
        blobs = AzureBlobs(connection_string=storage, signer=signer)

        with pytest.raises(Permanent, match="Assign the Storage Blob Data Contributor"):
            await blobs.signed_url("originals", NAME, now=datetime.now(UTC))
        await blobs.close()


@pytest.mark.parametrize("wrong", ["hello", "AccountName=a;AccountKey=abc", "AccountKey=x;"])
async def test_a_connection_string_that_is_none_is_named(wrong: str) -> None:
    """The error names the setting to correct."""
    blobs = AzureBlobs(connection_string=wrong)

    with pytest.raises((SettingsError, Permanent), match="AzureWebJobsStorage"):
        await blobs.signed_url("originals", NAME, now=datetime.now(UTC))
    await blobs.close()


async def test_an_url_without_tls_is_rejected_before_a_token_is_sent() -> None:
    """A credential is only sent over HTTPS."""
    blobs = AzureBlobs(account_url="http://account.blob.core.windows.net", credential=object)

    with pytest.raises(SettingsError, match="STORAGE_BLOB_URL must start with https://"):
        await blobs.download("originals", NAME)


async def test_without_any_setting_the_sentence_says_which() -> None:
    """A missing connection string and URL is a configuration error."""
    with pytest.raises(SettingsError, match="Set AzureWebJobsStorage"):
        await AzureBlobs().download("originals", NAME)


@pytest.mark.program
async def test_a_storage_that_stops_is_reported_soon_and_works_again_later(tmp_path: Path) -> None:
    """Stopped under load: every call fails within ten seconds as retryable; started again, all data is there."""
    azurite_met()
    with AzuriteServer(tmp_path) as server:
        blobs = AzureBlobs(connection_string=server.connection_string)
        await blobs.upload("originals", "before.png", b"kept", content_type="image/png")

        server.stop()
        began = time.monotonic()
        results = await asyncio.gather(
            *(blobs.upload("originals", f"{n}.png", b"x", content_type="image/png") for n in range(8)),
            blobs.download("originals", "before.png"),
            blobs.names("originals"),
            blobs.delete("originals", "before.png"),
            return_exceptions=True,
        )
        took_s = time.monotonic() - began
        server.start()
        saved = await blobs.download("originals", "before.png")
        await blobs.upload("originals", "0.png", b"x", content_type="image/png")
        await blobs.close()

    assert {type(result) for result in results} == {Unavailable}
    assert took_s < RETRY_FOR_S + SLACK_S
    assert saved == b"kept"


@pytest.mark.program
async def test_a_storage_that_hangs_is_reported_after_the_timeout(tmp_path: Path) -> None:
    """A storage that doesn't respond is reported after the timeout."""
    azurite_met()
    with AzuriteServer(tmp_path) as server:
        blobs = AzureBlobs(connection_string=server.connection_string, retry_for_s=1)
        await blobs.upload("originals", NAME, b"x", content_type="image/png")
        os.kill(server.pid, signal.SIGSTOP)
        try:
            began = time.monotonic()
            with pytest.raises(Unavailable, match="timed out"):
                await blobs.download("originals", NAME)
            took_s = time.monotonic() - began
        finally:
            os.kill(server.pid, signal.SIGCONT)
        data = await blobs.download("originals", NAME)
        await blobs.close()

    assert took_s < 1 + SLACK_S
    assert data == b"x"


@pytest.mark.program
async def test_a_full_disk_is_reported_and_nothing_half_written_stays(tmp_path: Path) -> None:
    """Azurite may write no file over 64 KiB, which to it looks like a disk that is full."""
    azurite_met()
    limited = ("sh", "-c", 'trap "" XFSZ; ulimit -f 128; exec "$@"', "sh")
    with AzuriteServer(tmp_path, wrapper=limited) as server:
        blobs = AzureBlobs(connection_string=server.connection_string, retry_for_s=2)

        # After its first failed write this Azurite is slow to answer anything, so either sentence may come.
        with pytest.raises(Unavailable, match=r"check whether the disk is full|timed out"):
            await blobs.upload("originals", NAME, bytes(1024 * 1024), content_type="image/png")
        await blobs.close()
        patient = AzureBlobs(connection_string=server.connection_string, retry_for_s=60)
        left = await patient.names("originals")
        await patient.close()
        server.kill()  # it waits for the write that failed, for ever

    assert left == []
