"""Azurite, the storage emulator: blobs and queues in the local run's folder."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from azure.core.exceptions import AzureError
from azure.storage.blob import CorsRule
from azure.storage.blob.aio import BlobServiceClient

from local.host.connection import ACCOUNT, emulator_connection_string
from local.run.errors import StartError
from local.run.options import Options
from local.run.process import ProcessSpec
from local.run.state_files import private_key, read_ports

AZURITE = Path(__file__).parents[1] / "node_modules" / "azurite" / "dist" / "src" / "azurite.js"
JOURNAL = Path(__file__).parents[1] / "storage_journal.js"
PORTS = {"blob": 10000, "queue": 10001, "table": 10002}
CORS_SECONDS = 600


def storage_spec(options: Options) -> tuple[ProcessSpec, str]:
    """Return the spec of an Azurite process and its connection string."""
    node = shutil.which("node")
    if not node or not AZURITE.exists():
        raise StartError("The storage emulator (Azurite) isn't installed. Run `make run` to install it.")
    folder = options.folder / "azurite"
    ports = read_ports(options.folder / "ports.json", PORTS)
    command = [node, "--require", str(JOURNAL), str(AZURITE), "--location", str(folder)]
    for name, port in ports.items():
        command += [f"--{name}Host", "127.0.0.1", f"--{name}Port", str(port)]
    # The SDK uses a newer API version than this Azurite accepts.
    command += ["--skipApiVersionCheck", "--disableTelemetry", "--silent"]
    # With product-style URLs, a web page under another host name could name the account.
    command += ["--disableProductStyleUrl"]
    key = account_key(options.folder)

    async def is_up() -> bool:
        return await listens(ports["blob"]) and await listens(ports["queue"])

    spec = ProcessSpec(
        name="the storage emulator",
        command=command,
        env=options.for_process({}, AZURITE_ACCOUNTS=f"{ACCOUNT}:{key}"),
        log=options.folder / "logs" / "storage.log",
        is_up=is_up,
        start_limit_s=60,
    )
    return spec, emulator_connection_string(ports["blob"], ports["queue"], key=key)


def account_key(folder: Path) -> str:
    """Return the account key of the storage in this folder.

    With the emulator's public key, every web page and program on this machine could write published files.
    """
    secret = private_key(folder / "storage-key", prefix="")
    return base64.b64encode(hashlib.sha512(secret.encode()).digest()).decode()


def external_storage(options: Options) -> Mapping[str, str]:
    """Return the storage settings of the user; empty if Azurite has to be started."""
    prefixes = ("AzureWebJobsStorage", "STORAGE_BLOB_URL", "STORAGE_QUEUE_URL")
    return {name: value for name, value in options.env.items() if name.startswith(prefixes) and value}


async def set_cors(connection: str, origins: Sequence[str]) -> None:
    """Allow pages of these origins to read images, as in Azure, so that users can download them."""
    rule = CorsRule(list(origins), ["GET", "HEAD"], allowed_headers=["*"], max_age_in_seconds=CORS_SECONDS)
    try:
        async with BlobServiceClient.from_connection_string(connection) as service:
            await service.set_service_properties(cors=[rule])
    except AzureError as exc:
        raise StartError(f"Couldn't configure the storage emulator: {type(exc).__name__}.") from exc


async def listens(port: int) -> bool:
    """Return whether a process accepts connections on this port."""
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True
