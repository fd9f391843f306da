"""Blobs that are sent block by block, against a real Azurite."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from functions.adapters.azure_storage.blobs import AzureBlobs
from functions.errors import AppError, NotFound
from tests.functions.adapters.test_blobs import fetched

pytestmark = pytest.mark.azurite

NAME = "01KAV0Q1J8ZZZZZZZZZZZZZZZZ.zip"


@pytest.fixture
async def blobs(storage: str) -> AsyncIterator[AzureBlobs]:
    store = AzureBlobs(connection_string=storage)
    yield store
    await store.close()


async def test_blocks_become_a_blob(blobs: AzureBlobs) -> None:
    """The first block also makes the container; nothing is there before all is put together."""
    await blobs.stage("exports", NAME, "a1", b"one ")
    await blobs.stage("exports", NAME, "a2", b"two ")
    with pytest.raises(NotFound):
        await blobs.download("exports", NAME)
    listed = await blobs.names("exports")
    await blobs.assemble("exports", NAME, ["a2", "a1"], content_type="application/zip")

    assert list(listed) == []
    assert await blobs.download("exports", NAME) == b"two one "
    url = await blobs.signed_url("exports", NAME, now=datetime.now(UTC))
    assert fetched(url)[1]["content-type"] == "application/zip"


async def test_a_repeat_replaces(blobs: AzureBlobs) -> None:
    """A repeated block replaces the first, and the assembled blob is the same."""
    await blobs.stage("exports", NAME, "a1", b"wrong")
    await blobs.stage("exports", NAME, "a1", b"right")
    await blobs.assemble("exports", NAME, ["a1"], content_type="application/zip")
    await blobs.assemble("exports", NAME, ["a1"], content_type="application/zip")

    assert await blobs.download("exports", NAME) == b"right"


async def test_a_large_block(blobs: AzureBlobs) -> None:
    """Megabytes in one block arrive whole."""
    data = bytes(range(256)) * 4096 * 9

    await blobs.stage("exports", NAME, "a1", data)
    await blobs.assemble("exports", NAME, ["a1"], content_type="application/zip")

    assert await blobs.download("exports", NAME) == data


async def test_a_missing_block_is_an_error(blobs: AzureBlobs) -> None:
    """A blob with a hole is never made."""
    await blobs.stage("exports", NAME, "a1", b"one")

    with pytest.raises(AppError):
        await blobs.assemble("exports", NAME, ["a1", "a2"], content_type="application/zip")

    assert list(await blobs.names("exports")) == []
