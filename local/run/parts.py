"""The parts of Auto-Image-Gen on one machine: how each is started and asked whether it is up."""

from __future__ import annotations

import asyncio
import secrets
import shutil
import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import tzlocal

from local.host.connection import emulator_connection_string
from local.run.errors import StartError
from local.run.kept import any_free_port, api_key_entry, kept_ports, private_key
from local.run.options import FUNCTION_NAMES, INFERENCE_NAMES, Options
from local.run.part import PartPlan

ROOT = Path(__file__).parents[2]
AZURITE = ROOT / "local" / "node_modules" / "azurite" / "dist" / "src" / "azurite.js"
DASHBOARD = ROOT / "static_dashboard" / "dist"
ASK_TIMEOUT_S = 2.0
HOST_PORT = 7071  # where `make functions` listens unless told otherwise, as Core Tools do
PAINTER_PORT = 8000
STORAGE_PORTS = {"blob": 10000, "queue": 10001, "table": 10002}


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where a service listens, and the key that it wants."""

    url: str
    key: str = field(repr=False)


def storage_plan(options: Options) -> tuple[PartPlan, str]:
    """Azurite over the run's folder, and its connection string."""
    node = shutil.which("node")
    if not node or not AZURITE.exists():
        raise StartError("The storage emulator Azurite is not installed: run `make run`, which installs it.")
    folder = options.folder / "azurite"
    ports = kept_ports(options.folder / "ports.json", STORAGE_PORTS)
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


def painter_plan(options: Options, *, port: int | None = None, key: str = "") -> tuple[PartPlan, Address]:
    """The inference service on a port of its own, with a key that only this start knows."""
    port = port or any_free_port()
    address = Address(url=f"http://127.0.0.1:{port}", key=key or secrets.token_urlsafe(32))
    env = options.for_process(INFERENCE_NAMES, HOST="127.0.0.1", PORT=str(port), INFERENCE_KEY=address.key)
    env.setdefault("SHUTDOWN_SECONDS", "2")  # a person waits, and the job is painted again anyway
    plan = PartPlan(
        name="the painter",
        command=[sys.executable, "-m", "gunicorn", "-c", "inference_service/gunicorn.conf.py"],
        env=env,
        log=options.folder / "logs" / "painter.log",
        is_up=answers(f"{address.url}/healthz"),
    )
    return plan, address


def host_plan(
    options: Options, *, port: int, storage: str | None, painter: Address | None, key: str, dashboard: bool
) -> PartPlan:
    """The function host, told where the other parts are."""
    entry = api_key_entry("local", "editor", key)
    computed = {
        "API_KEYS": ",".join(filter(None, (options.get("API_KEYS"), entry))),
        "LIBRARY_TIMEZONE": options.get("LIBRARY_TIMEZONE") or machine_zone(),
        "SQLITE_PATH": options.get("SQLITE_PATH") or str(options.folder / "catalog.sqlite"),
    }
    if storage:
        computed["AzureWebJobsStorage"] = storage
    if painter:
        computed |= {"INFERENCE_URL": painter.url, "INFERENCE_KEY": painter.key}
    command = [sys.executable, "-m", "local.host", "--port", str(port), "--state", str(options.folder / "host")]
    if dashboard:
        command += ["--dashboard", str(DASHBOARD)]
    return PartPlan(
        name="the function app",
        command=command,
        env=options.for_process(FUNCTION_NAMES, **computed),
        log=options.folder / "logs" / "functions.log",
        is_up=answers(f"http://127.0.0.1:{port}/api/health"),
    )


def given_painter(options: Options) -> Address | None:
    """The inference service that the person named, if any."""
    url = options.get("INFERENCE_URL")
    return Address(url=url, key=options.get("INFERENCE_KEY")) if url else None


def lone_painter_key(options: Options) -> str:
    """The key of `make inference`, which `make functions` finds."""
    return options.get("INFERENCE_KEY") or private_key(options.folder / "inference-key", prefix="")


def given_storage(options: Options) -> Mapping[str, str]:
    """What the person set about the storage; empty means: start Azurite."""
    return {name: value for name, value in options.env.items() if name.startswith("AzureWebJobsStorage") and value}


def machine_zone() -> str:
    """The IANA name of this machine's time zone; UTC where it has none."""
    with suppress(Exception):  # tzlocal raises whatever its many platforms raise
        return tzlocal.get_localzone_name() or "UTC"
    return "UTC"


async def listens(port: int) -> bool:
    """Whether something accepts connections on this port."""
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


def answers(url: str) -> Callable[[], Awaitable[bool]]:
    """Asks whether this address answers 200."""

    async def ask() -> bool:
        try:
            timeout = aiohttp.ClientTimeout(total=ASK_TIMEOUT_S)
            async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url) as response:
                return response.status == 200
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False

    return ask
