"""BlobStore against a real Azurite."""

from __future__ import annotations

import asyncio
import os
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from functions.adapters.azure_storage.blobs import AzureBlobs
from functions.errors import AlreadyExists, NotFound, Stale

pytestmark = pytest.mark.azurite

NAME = "2026/11/01KAV0Q1J8ZZZZZZZZZZZZZZZZ.png"


@pytest.fixture
async def blobs(storage: str) -> AsyncIterator[AzureBlobs]:
    store = AzureBlobs(connection_string=storage)
    yield store
    await store.close()


def fetched(url: str, method: str = "GET") -> tuple[bytes, dict[str, str]]:
    """Return the bytes and the lower-case headers that a browser gets."""
    with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=10) as answer:
        return answer.read(), {name.lower(): value for name, value in answer.headers.items()}


async def test_a_blob_comes_back_as_it_went_in(blobs: AzureBlobs) -> None:
    """The first upload also makes the container."""
    await blobs.upload("originals", NAME, b"\x89PNG", content_type="image/png")

    assert await blobs.download("originals", NAME) == b"\x89PNG"


async def test_a_second_upload_is_rejected(blobs: AzureBlobs) -> None:
    """The stored original wins over a replay that generated again."""
    await blobs.upload("originals", NAME, b"first", content_type="image/png")

    with pytest.raises(AlreadyExists, match=NAME):
        await blobs.upload("originals", NAME, b"second", content_type="image/png")

    assert await blobs.download("originals", NAME) == b"first"


async def test_a_sidecar_is_replaced(blobs: AzureBlobs) -> None:
    """A second upload of a sidecar replaces the first."""
    await blobs.upload("sidecars", "a.json", b"1", content_type="application/json", overwrite=True)
    await blobs.upload("sidecars", "a.json", b"2", content_type="application/json", overwrite=True)

    assert await blobs.download("sidecars", "a.json") == b"2"


async def test_many_first_uploads_at_once_all_succeed(blobs: AzureBlobs) -> None:
    """The container is created once, whichever call is first."""
    names = [f"2026/11/{number:02}.png" for number in range(12)]

    await asyncio.gather(*(blobs.upload("originals", name, name.encode(), content_type="image/png") for name in names))

    assert list(await blobs.names("originals")) == names


async def test_one_of_two_equal_uploads_wins(blobs: AzureBlobs) -> None:
    """Two workers that store the same image leave one."""
    results = await asyncio.gather(
        *(blobs.upload("originals", NAME, data, content_type="image/png") for data in (b"a", b"b", b"c")),
        return_exceptions=True,
    )

    assert results.count(None) == 1
    assert [type(result) for result in results if result] == [AlreadyExists, AlreadyExists]


async def test_names_are_listed_in_order_by_prefix(blobs: AzureBlobs) -> None:
    """Names are listed in order for one month at a time."""
    for name in ("2026/12/b.png", "2026/11/b.png", "2026/11/a.png"):
        await blobs.upload("originals", name, b"", content_type="image/png")

    assert await blobs.names("originals", "2026/11/") == ["2026/11/a.png", "2026/11/b.png"]
    assert await blobs.names("originals") == ["2026/11/a.png", "2026/11/b.png", "2026/12/b.png"]


async def test_what_is_missing_is_not_found(blobs: AzureBlobs) -> None:
    """The same with and without the container."""
    with pytest.raises(NotFound, match=f"originals/{NAME} doesn't exist"):
        await blobs.download("originals", NAME)
    await blobs.upload("originals", "other.png", b"", content_type="image/png")
    with pytest.raises(NotFound, match=f"originals/{NAME} doesn't exist"):
        await blobs.download("originals", NAME)
    assert await blobs.names("thumbnails") == []


async def test_deleting_twice_is_the_same_as_once(blobs: AzureBlobs) -> None:
    """A second deletion raises no error."""
    await blobs.upload("originals", NAME, b"x", content_type="image/png")

    await blobs.delete("originals", NAME)
    await blobs.delete("originals", NAME)
    await blobs.delete("exports", "never-was.zip")

    with pytest.raises(NotFound):
        await blobs.download("originals", NAME)


async def test_a_signed_url_opens_this_blob_and_no_other(blobs: AzureBlobs) -> None:
    """The browser reads the image with its type and an immutable cache header; another blob stays shut."""
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


async def test_a_signed_url_can_name_the_download(blobs: AzureBlobs) -> None:
    """A title in any script becomes the file's name."""
    await blobs.upload("originals", NAME, b"png", content_type="image/png")

    url = await blobs.signed_url("originals", NAME, now=datetime.now(UTC), filename='Fox "at" 狐/night.png')
    _, headers = fetched(url)

    assert headers["content-disposition"] == (
        "attachment; filename=\"Fox -at- _-night.png\"; filename*=UTF-8''Fox%20-at-%20%E7%8B%90-night.png"
    )


async def test_a_signed_url_ends(blobs: AzureBlobs) -> None:
    """An hour after it was made, the URL is dead."""
    await blobs.upload("originals", NAME, b"png", content_type="image/png")

    url = await blobs.signed_url("originals", NAME, now=datetime.now(UTC) - timedelta(hours=1))

    with pytest.raises(urllib.error.HTTPError, match="403"):
        fetched(url)


async def test_a_large_blob_travels_whole(blobs: AzureBlobs) -> None:
    """Larger than one request of the SDK reads or writes."""
    data = os.urandom(1024) * (70 * 1024)

    await blobs.upload("exports", "all.zip", data, content_type="application/zip")

    assert await blobs.download("exports", "all.zip") == data
    with pytest.raises(AlreadyExists):
        await blobs.upload("exports", "all.zip", data, content_type="application/zip")


async def test_only_the_expected_version_is_replaced(blobs: AzureBlobs) -> None:
    """A blob is replaced only with its current ETag, and created only without an ETag."""
    with pytest.raises((NotFound, Stale)):
        await blobs.replace("sidecars", "a.json", b"0", content_type="application/json", etag='"0x1"')
    await blobs.replace("sidecars", "a.json", b"1", content_type="application/json", etag=None)
    with pytest.raises(AlreadyExists):
        await blobs.replace("sidecars", "a.json", b"2", content_type="application/json", etag=None)
    first, etag = await blobs.download_with_etag("sidecars", "a.json")

    await blobs.replace("sidecars", "a.json", b"2", content_type="application/json", etag=etag)
    with pytest.raises(Stale):
        await blobs.replace("sidecars", "a.json", b"3", content_type="application/json", etag=etag)

    assert (first, await blobs.download("sidecars", "a.json")) == (b"1", b"2")
