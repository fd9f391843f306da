"""Restore a lost local catalog from the stored images, and notice at a start that it is lost."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from azure.core.exceptions import AzureError, ResourceNotFoundError
from azure.storage.blob.aio import BlobServiceClient

from local.host.connection import emulator_connection_string
from local.run.errors import StartError
from local.run.first_run import ask_yes_no, has_terminal
from local.run.options import Options
from local.run.process_specs import host_environment

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "functions.rebuild")


async def rebuild(options: Options, storage: str | None, *, command: Sequence[str] = COMMAND) -> None:
    """Run the rebuild with the settings of the local run. Raises `StartError` if it fails.

    A missing catalog file appears when the rebuild has ended, so that an interrupted one isn't taken for complete.
    """
    env = host_environment(options, storage=storage)
    path = Path(env["SQLITE_PATH"])
    unfinished = path.with_name(f"{path.name}.restoring")
    is_missing = not await asyncio.to_thread(path.exists)
    if is_missing:
        env["SQLITE_PATH"] = str(unfinished)
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=env)
    try:
        code = await process.wait()
    except asyncio.CancelledError:
        process.terminate()
        await process.wait()
        raise
    is_killed = code < 0  # by a signal, such as that of a lack of memory; the next rebuild continues
    if is_missing and not is_killed and await asyncio.to_thread(unfinished.exists):
        await asyncio.to_thread(unfinished.replace, path)
    if code:
        raise StartError("The catalog wasn't completely restored. See the messages above.")


async def check_catalog(options: Options, storage: str | None) -> None:
    """Don't start an empty library beside stored images: ask to restore the catalog, or raise `StartError`.

    `storage` is the connection string of the emulator, None if the user has configured another account. Only the file
    of the local run is checked; a catalog in Cosmos DB isn't lost with a folder. An account without connection string
    isn't checked, since that would mean signing in with the app's identity.
    """
    path = Path(host_environment(options, storage=storage)["SQLITE_PATH"])
    connection = storage or options.get("AzureWebJobsStorage")
    if connection == "UseDevelopmentStorage=true":
        connection = emulator_connection_string()
    if options.get("COSMOS_ENDPOINT") or not connection or await asyncio.to_thread(path.exists):
        return
    remedy = "Check AzureWebJobsStorage." if storage is None else "Check its log in `logs`."
    if not await has_originals(connection, remedy):
        return
    missing = f"Catalog file {path} is missing, but the storage has images."
    if has_terminal() and await ask_yes_no(f"{missing} Restore the catalog from them? [y/N]"):
        await rebuild(options, storage)
        return
    if storage is None:
        raise StartError(
            f"{missing} Run `make rebuild` to restore the catalog. If another app uses this storage account, set "
            "COSMOS_ENDPOINT to its catalog. To start with an empty library, use another storage account."
        )
    raise StartError(
        f"{missing} Run `make rebuild` to restore the catalog. To start with an empty library, move "
        f"{options.folder} away first."
    )


async def has_originals(connection: str, remedy: str) -> bool:
    """Return whether the storage has at least one original. Raises `StartError` with this remedy if it fails."""
    try:
        async with BlobServiceClient.from_connection_string(connection) as service:
            async for _ in service.get_container_client("originals").list_blobs(results_per_page=1):
                return True
    except ResourceNotFoundError:
        return False
    except (AzureError, ValueError) as exc:
        raise StartError(f"Couldn't read the storage ({type(exc).__name__}). {remedy}") from exc
    return False
