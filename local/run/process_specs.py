"""The processes of a local run: how each is started and checked."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import tzlocal

from local.run.options import FUNCTION_NAMES, INFERENCE_NAMES, Options
from local.run.process import ProcessSpec
from local.run.state_files import any_free_port, api_key_entry, private_key

ROOT = Path(__file__).parents[2]
DASHBOARD = ROOT / "static_dashboard" / "dist"
REQUEST_TIMEOUT = aiohttp.ClientTimeout(total=2)
HOST_PORT = 7071  # the default port of `make functions`, as in Azure Functions Core Tools
INFERENCE_PORT = 8000
SWEEP = "sweep"  # so that jobs whose message was lost continue at once when the computer is on again


@dataclass(frozen=True, kw_only=True)
class Address:
    """The URL and the key of a service."""

    url: str
    key: str = field(repr=False)


def inference_spec(options: Options, *, port: int | None = None, key: str = "") -> tuple[ProcessSpec, Address]:
    """Return the spec and address of an inference service, by default on a free port with a new key."""
    port = port or any_free_port()
    address = Address(url=f"http://127.0.0.1:{port}", key=key or secrets.token_urlsafe(32))
    env = options.for_process(INFERENCE_NAMES, HOST="127.0.0.1", PORT=str(port), INFERENCE_KEY=address.key)
    env.setdefault("SHUTDOWN_SECONDS", "2")  # the user is waiting, and the job is retried anyway
    spec = ProcessSpec(
        name="the inference service",
        command=[sys.executable, "-m", "gunicorn", "-c", "inference_service/gunicorn.conf.py"],
        env=env,
        log=options.folder / "logs" / "inference.log",
        is_up=is_responding(f"{address.url}/healthz"),
    )
    return spec, address


def host_spec(
    options: Options, *, port: int, storage: str | None, inference: Address | None, key: str, dashboard: bool
) -> ProcessSpec:
    """Return the spec of the function host, configured with the addresses of the other processes."""
    entry = api_key_entry("local", "admin", key)
    computed = {"API_KEYS": ",".join(filter(None, (options.get("API_KEYS"), entry)))}
    if dashboard:  # the host also serves published files
        computed["SITE_URL"] = options.get("SITE_URL") or f"http://127.0.0.1:{port}"
    if inference:
        computed |= {"INFERENCE_URL": inference.url, "INFERENCE_KEY": inference.key}
    command = [sys.executable, "-m", "local.host", "--port", str(port), "--state", str(options.folder / "host")]
    command += ["--at-start", SWEEP]
    if dashboard:
        command += ["--dashboard", str(DASHBOARD), "--sign-in", str(options.folder)]
        command += ["--logs", str(options.folder / "logs")]
    return ProcessSpec(
        name="the function app",
        command=command,
        env=host_environment(options, storage=storage, **computed),
        log=options.folder / "logs" / "functions.log",
        is_up=is_responding(f"http://127.0.0.1:{port}/api/sign-in"),  # unlike health, without the catalog
    )


def host_environment(options: Options, *, storage: str | None, **computed: str) -> dict[str, str]:
    """Return the environment of a process of the function app that uses the local catalog and this storage."""
    own = {
        "LIBRARY_TIMEZONE": options.get("LIBRARY_TIMEZONE") or machine_zone(),
        "SQLITE_PATH": options.get("SQLITE_PATH") or str(options.folder / "catalog.sqlite"),
    }
    if storage:
        own["AzureWebJobsStorage"] = storage
    return options.for_process(FUNCTION_NAMES, **own, **computed)


def external_inference_service(options: Options) -> Address | None:
    """Return the inference service that the user has configured, if any."""
    url = options.get("INFERENCE_URL")
    return Address(url=url, key=options.get("INFERENCE_KEY")) if url else None


def standalone_inference_key(options: Options) -> str:
    """Return the key that `make inference` and `make functions` share."""
    return options.get("INFERENCE_KEY") or private_key(options.folder / "inference-key", prefix="")


def machine_zone() -> str:
    """Return the IANA name of this machine's time zone, or UTC if it is unknown."""
    with suppress(Exception):  # tzlocal raises different exceptions per platform
        return tzlocal.get_localzone_name() or "UTC"
    return "UTC"


def is_responding(url: str) -> Callable[[], Awaitable[bool]]:
    """Return a function that checks whether this URL responds with 200."""

    async def check() -> bool:
        return (await get_json(url))[0] == 200

    return check


async def readiness(inference: Address) -> tuple[str, str]:
    """Return the inference service's status and reason; empty strings if it doesn't respond."""
    _, body = await get_json(f"{inference.url}/readyz")
    return str(body.get("status") or ""), str(body.get("reason") or "")


async def get_json(url: str) -> tuple[int, dict[str, Any]]:
    """Return status and JSON body of a GET request; 0 and an empty body if there is no response."""
    try:
        async with aiohttp.ClientSession(timeout=REQUEST_TIMEOUT) as session, session.get(url) as response:
            body = await response.json() if response.content_type == "application/json" else {}
            return response.status, body if isinstance(body, dict) else {}
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        return 0, {}
