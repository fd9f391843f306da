"""BlobStore against a real Azurite."""

from __future__ import annotations

import asyncio
import os
import signal
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from functions.adapters.azure_storage.blobs import AzureBlobs
from functions.adapters.azure_storage.errors import RETRY_FOR_S
from functions.adapters.azure_storage.sas import UserDelegationSigner
from functions.errors import AlreadyExists, NotFound, Permanent, SettingsError, Unavailable
from tests.azurite import AzuriteServer, azurite_met

pytestmark = pytest.mark.azurite

SLACK_S = 10  # of a busy machine; the SDK's own patience is minutes
NAME = "2026/11/01KAV0Q1J8ZZZZZZZZZZZZZZZZ.png"


@pytest.fixture
async def blobs(storage: str) -> AsyncIterator[AzureBlobs]:
    store = AzureBlobs(connection_string=storage)
    yield store
    await store.close()


def fetched(url: str, method: str = "GET") -> tuple[bytes, dict[str, str]]:
    """What a browser gets: the bytes and the headers in lower case."""
    with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=10) as answer:
        return answer.read(), {name.lower(): value for name, value in answer.headers.items()}


async def test_a_blob_comes_back_as_it_went_in(blobs):
    """
    The first upload also makes the container.
    """
    await blobs.upload("originals", NAME, b"\x89PNG", content_type="image/png")

    assert await blobs.download("originals", NAME) == b"\x89PNG"


async def test_a_second_upload_is_refused(blobs):
    """
    The stored original wins over a replay that painted again.
    """
    await blobs.upload("originals", NAME, b"first", content_type="image/png")

    with pytest.raises(AlreadyExists, match=NAME):
        await blobs.upload("originals", NAME, b"second", content_type="image/png")

    assert await blobs.download("originals", NAME) == b"first"


async def test_a_sidecar_is_replaced(blobs):
    """
    What people add later is written over.
    """
    await blobs.upload("sidecars", "a.json", b"1", content_type="application/json", overwrite=True)
    await blobs.upload("sidecars", "a.json", b"2", content_type="application/json", overwrite=True)

    assert await blobs.download("sidecars", "a.json") == b"2"


async def test_many_first_uploads_at_once_all_succeed(blobs):
    """
    The container is made once, whoever is first.
    """
    names = [f"2026/11/{number:02}.png" for number in range(12)]

    await asyncio.gather(*(blobs.upload("originals", name, name.encode(), content_type="image/png") for name in names))

    assert list(await blobs.names("originals")) == names


async def test_one_of_two_equal_uploads_wins(blobs):
    """
    Two workers that store the same picture leave one.
    """
    results = await asyncio.gather(
        *(blobs.upload("originals", NAME, data, content_type="image/png") for data in (b"a", b"b", b"c")),
        return_exceptions=True,
    )

    assert results.count(None) == 1
    assert [type(result) for result in results if result] == [AlreadyExists, AlreadyExists]


async def test_names_are_listed_in_order_by_prefix(blobs):
    """
    A rebuild goes through the originals month by month.
    """
    for name in ("2026/12/b.png", "2026/11/b.png", "2026/11/a.png"):
        await blobs.upload("originals", name, b"", content_type="image/png")

    assert await blobs.names("originals", "2026/11/") == ["2026/11/a.png", "2026/11/b.png"]
    assert await blobs.names("originals") == ["2026/11/a.png", "2026/11/b.png", "2026/12/b.png"]


async def test_what_is_missing_is_not_found(blobs):
    """
    The same with and without the container.
    """
    with pytest.raises(NotFound, match=f"originals/{NAME} doesn't exist"):
        await blobs.download("originals", NAME)
    await blobs.upload("originals", "other.png", b"", content_type="image/png")
    with pytest.raises(NotFound, match=f"originals/{NAME} doesn't exist"):
        await blobs.download("originals", NAME)
    assert await blobs.names("thumbnails") == []


async def test_deleting_twice_is_the_same_as_once(blobs):
    """
    A purge that is repeated after a crash goes through.
    """
    await blobs.upload("originals", NAME, b"x", content_type="image/png")

    await blobs.delete("originals", NAME)
    await blobs.delete("originals", NAME)
    await blobs.delete("exports", "never-was.zip")

    with pytest.raises(NotFound):
        await blobs.download("originals", NAME)


async def test_a_signed_url_opens_this_blob_and_no_other(blobs):
    """
    The browser reads the picture with its type and an immutable cache header; another blob stays shut.
    """
    await blobs.upload("thumbnails", NAME, b"webp", content_type="image/webp")
    await blobs.upload("thumbnails", "other", b"webp", content_type="image/webp")

    url = await blobs.signed_url("thumbnails", NAME, now=datetime.now(UTC))
    data, headers = fetched(url)

    assert data == b"webp"
    assert headers["content-type"] == "image/webp"
    assert headers["cache-control"] == "private, max-age=31536000, immutable"
    assert "content-disposition" not in headers
    with pytest.raises(urllib.error.HTTPError, match="403"):
        fetched(url.replace(NAME, "other"))
    with pytest.raises(urllib.error.HTTPError, match="403"):
        fetched(url, method="DELETE")


async def test_a_signed_url_can_name_the_download(blobs):
    """
    A title in any script becomes the file's name.
    """
    await blobs.upload("originals", NAME, b"png", content_type="image/png")

    url = await blobs.signed_url("originals", NAME, now=datetime.now(UTC), filename='Fox "at" 狐/night.png')
    _, headers = fetched(url)

    assert headers["content-disposition"] == (
        "attachment; filename=\"Fox -at- _-night.png\"; filename*=UTF-8''Fox%20-at-%20%E7%8B%90-night.png"
    )


async def test_a_signed_url_ends(blobs):
    """
    An hour after it was made, the URL is dead.
    """
    await blobs.upload("originals", NAME, b"png", content_type="image/png")

    url = await blobs.signed_url("originals", NAME, now=datetime.now(UTC) - timedelta(hours=1))

    with pytest.raises(urllib.error.HTTPError, match="403"):
        fetched(url)


async def test_a_large_blob_travels_whole(blobs):
    """
    Larger than one request of the SDK reads or writes.
    """
    data = os.urandom(1024) * (70 * 1024)

    await blobs.upload("exports", "all.zip", data, content_type="application/zip")

    assert await blobs.download("exports", "all.zip") == data
    with pytest.raises(AlreadyExists):
        await blobs.upload("exports", "all.zip", data, content_type="application/zip")


async def test_a_wrong_key_names_the_remedy(azurite: AzuriteServer):
    """
    Trying again would change nothing, so the sentence says what would.
    """
    blobs = AzureBlobs(connection_string=azurite.connection_string_of("devstoreaccount1", "d3Jvbmc="))

    with pytest.raises(Permanent, match="correct AzureWebJobsStorage"):
        await blobs.upload("originals", NAME, b"", content_type="image/png")
    await blobs.close()


async def test_a_user_delegation_key_that_is_refused_names_the_remedy(storage: str):
    """
    Azurite without OAuth answers 403, as Azure does to an identity without the role.
    """
    from azure.storage.blob.aio import BlobServiceClient

    async with BlobServiceClient.from_connection_string(storage) as service:
        signer = UserDelegationSigner("an-account", service.get_user_delegation_key)
        blobs = AzureBlobs(connection_string=storage, signer=signer)

        with pytest.raises(Permanent, match="Assign the Storage Blob Data Contributor"):
            await blobs.signed_url("originals", NAME, now=datetime.now(UTC))
        await blobs.close()


@pytest.mark.parametrize("wrong", ["hello", "AccountName=a;AccountKey=abc", "AccountKey=x;"])
async def test_a_connection_string_that_is_none_is_named(wrong):
    """
    The setting to correct stands in the sentence.
    """
    blobs = AzureBlobs(connection_string=wrong)

    with pytest.raises((SettingsError, Permanent), match="AzureWebJobsStorage"):
        await blobs.signed_url("originals", NAME, now=datetime.now(UTC))
    await blobs.close()


async def test_an_url_without_tls_is_refused_before_a_token_is_sent():
    """
    A credential goes over https alone.
    """
    blobs = AzureBlobs(account_url="http://account.blob.core.windows.net", credential=object)

    with pytest.raises(SettingsError, match="AzureWebJobsStorage__blobServiceUri must start with https://"):
        await blobs.download("originals", NAME)


async def test_without_any_setting_the_sentence_says_which():
    """
    Neither connection string nor URL is a mistake of whoever deploys.
    """
    with pytest.raises(SettingsError, match="Set AzureWebJobsStorage"):
        await AzureBlobs().download("originals", NAME)


async def test_a_storage_that_stops_is_told_soon_and_works_again_later(tmp_path):
    """
    Stopped under load: every call fails within ten seconds as retryable; started again, all data is there.
    """
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
        kept = await blobs.download("originals", "before.png")
        await blobs.upload("originals", "0.png", b"x", content_type="image/png")
        await blobs.close()

    assert {type(result) for result in results} == {Unavailable}
    assert took_s < RETRY_FOR_S + SLACK_S
    assert kept == b"kept"


async def test_a_storage_that_hangs_is_told_when_the_patience_ends(tmp_path):
    """
    A process that neither answers nor hangs up does not hold a job for minutes.
    """
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


async def test_a_full_disk_is_told_and_nothing_half_written_stays(tmp_path):
    """
    Azurite may write no file over 64 KiB, which to it looks like a disk that is full.
    """
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
