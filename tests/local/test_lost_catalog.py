"""A start without catalog beside stored images."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from functions.adapters.azure_storage.blobs import AzureBlobs
from local.run.errors import StartError
from local.run.options import Options
from local.run.rebuild import check_catalog, rebuild

pytestmark = pytest.mark.azurite


@pytest.fixture
async def account(storage: str) -> str:
    """The connection string of a storage account with an original."""
    blobs = AzureBlobs(connection_string=storage)
    await blobs.upload("originals", "2026/11/one.png", b"png", content_type="image/png", overwrite=True)
    await blobs.close()
    return storage


def options_of(folder: Path, **env: str) -> Options:
    return Options(folder=folder, env=env)


async def test_another_account_with_images_is_not_given_an_empty_catalog(account: str, tmp_path: Path) -> None:
    """With a storage account of the user, a start without catalog says how to restore it, or what else to set."""
    with pytest.raises(StartError) as caught:
        await check_catalog(options_of(tmp_path, AzureWebJobsStorage=account), None)

    assert f"{tmp_path / 'catalog.sqlite'} is missing, but the storage has images." in str(caught.value)
    assert "Run `make rebuild`" in str(caught.value)
    assert "set COSMOS_ENDPOINT to its catalog" in str(caught.value)


async def test_a_catalog_elsewhere_or_present_is_enough(account: str, tmp_path: Path) -> None:
    """With Cosmos DB, a catalog file, or an account that is reached with an identity, the app starts."""
    await check_catalog(options_of(tmp_path, AzureWebJobsStorage=account, COSMOS_ENDPOINT="https://db.test"), None)
    await check_catalog(options_of(tmp_path, AzureWebJobsStorage__accountName="mine"), None)
    (tmp_path / "catalog.sqlite").touch()
    await check_catalog(options_of(tmp_path, AzureWebJobsStorage=account), None)


async def test_a_wrong_connection_string(tmp_path: Path) -> None:
    """A connection string that can't be used is said to be unreadable, without its text."""
    with pytest.raises(StartError, match=r"Couldn't read the storage .*\. Check AzureWebJobsStorage\.$") as caught:
        await check_catalog(options_of(tmp_path, AzureWebJobsStorage="AccountKey=secret"), None)

    assert "secret" not in str(caught.value)


@pytest.mark.program
@pytest.mark.parametrize(("ending", "is_there"), [("os.kill(os.getpid(), signal.SIGKILL)", False), ("exit(1)", True)])
async def test_a_killed_rebuild_leaves_no_catalog(tmp_path: Path, ending: str, is_there: bool) -> None:
    """A rebuild that was killed leaves no file that a start takes for a complete catalog; one that ended does."""
    code = f"import os, pathlib, signal; pathlib.Path(os.environ['SQLITE_PATH']).touch(); {ending}"

    with pytest.raises(StartError, match="wasn't completely restored"):
        await rebuild(options_of(tmp_path), None, command=[sys.executable, "-c", code])

    assert (tmp_path / "catalog.sqlite").exists() is is_there
