"""Azurite: blobs and queues on this machine, in the run's own folder."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from azure.core.exceptions import AzureError
from azure.storage.blob import CorsRule
from azure.storage.blob.aio import BlobServiceClient

from local.host.connection import emulator_connection_string
from local.run.errors import StartError
from local.run.options import Options
from local.run.process import PartPlan
from local.run.state_files import kept_ports

AZURITE = Path(__file__).parents[1] / "node_modules" / "azurite" / "dist" / "src" / "azurite.js"
PORTS = {"blob": 10000, "queue": 10001, "table": 10002}
CORS_SECONDS = 600


def storage_plan(options: Options) -> tuple[PartPlan, str]:
    """Azurite over the run's folder, and its connection string."""
    node = shutil.which("node")
    if not node or not AZURITE.exists():
        raise StartError("The storage emulator Azurite is not installed: run `make run`, which installs it.")
    folder = options.folder / "azurite"
    ports = kept_ports(options.folder / "ports.json", PORTS)
    command = [node, str(AZURITE), "--location", str(folder)]
    for name, port in ports.items():
        command += [f"--{name}Host", "127.0.0.1", f"--{name}Port", str(port)]
    # The SDK speaks a newer version of the protocol than this Azurite knows by number.
    command += ["--skipApiVersionCheck", "--disableTelemetry", "--silent"]

    async def is_up() -> bool:
        return await listens(ports["blob"]) and await listens(ports["queue"])

    plan = PartPlan(
        name="the storage",
        command=command,
        env=options.for_process({}),
        log=options.folder / "logs" / "storage.log",
        is_up=is_up,
        start_limit_s=60,
    )
    return plan, emulator_connection_string(ports["blob"], ports["queue"])


def given_storage(options: Options) -> Mapping[str, str]:
    """What the person set about the storage; empty means: start Azurite."""
    return {name: value for name, value in options.env.items() if name.startswith("AzureWebJobsStorage") and value}


async def allow_pages(connection: str, origins: Sequence[str]) -> None:
    """Let pages of these origins read pictures, as the deployed storage does, so that they can be saved as files."""
    rule = CorsRule(list(origins), ["GET", "HEAD"], allowed_headers=["*"], max_age_in_seconds=CORS_SECONDS)
    try:
        async with BlobServiceClient.from_connection_string(connection) as service:
            await service.set_service_properties(cors=[rule])
    except AzureError as exc:
        raise StartError(f"The storage does not take its settings: {type(exc).__name__}.") from exc


async def listens(port: int) -> bool:
    """Whether something accepts connections on this port."""
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True
