"""Storage accounts of the user in a local run, by each of the settings that can name them."""

from __future__ import annotations

from pathlib import Path

import pytest

from local.host.connection import queue_service
from local.host.host_json import HostError
from local.run.options import Options
from local.run.storage import external_storage

SETTINGS = {
    "AzureWebJobsStorage": "DefaultEndpointsProtocol=https;AccountName=mine;AccountKey=bm9uZQ==",
    "AzureWebJobsStorage__accountName": "mine",
    "STORAGE_BLOB_URL": "https://mine.blob.core.windows.net",
    "STORAGE_QUEUE_URL": "https://mine.queue.core.windows.net",
}


@pytest.mark.parametrize("name", SETTINGS)
def test_an_account_of_the_user_is_noticed(name: str) -> None:
    """Each setting that names an account says that the emulator isn't needed; an empty one doesn't."""
    assert external_storage(Options(folder=Path("x"), env={name: SETTINGS[name]}))
    assert not external_storage(Options(folder=Path("x"), env={name: ""}))


@pytest.mark.parametrize("name", ["AzureWebJobsStorage__accountName", "STORAGE_QUEUE_URL"])
async def test_queues_are_reached_with_an_identity(name: str) -> None:
    """Without a connection string, queue triggers use the account that the settings name."""
    service = queue_service("AzureWebJobsStorage", {name: SETTINGS[name]})

    assert service.url.rstrip("/") == "https://mine.queue.core.windows.net"
    await service.close()


def test_no_account_is_an_error() -> None:
    """Without any setting, the error names what is missing."""
    with pytest.raises(HostError, match="AzureWebJobsStorage isn't set"):
        queue_service("AzureWebJobsStorage", {})
