"""The parts of Auto-Image-Gen on one machine: how each is started and asked whether it is up."""

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
from local.run.process import PartPlan
from local.run.state_files import any_free_port, api_key_entry, private_key

ROOT = Path(__file__).parents[2]
DASHBOARD = ROOT / "static_dashboard" / "dist"
ASK_TIMEOUT = aiohttp.ClientTimeout(total=2)
HOST_PORT = 7071  # where `make functions` listens unless told otherwise, as Core Tools do
PAINTER_PORT = 8000


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where a service listens, and the key that it wants."""

    url: str
    key: str = field(repr=False)


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
    if dashboard:  # which serves what is published, too
        computed["SITE_URL"] = options.get("SITE_URL") or f"http://127.0.0.1:{port}"
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


def machine_zone() -> str:
    """The IANA name of this machine's time zone; UTC where it has none."""
    with suppress(Exception):  # tzlocal raises whatever its many platforms raise
        return tzlocal.get_localzone_name() or "UTC"
    return "UTC"


def answers(url: str) -> Callable[[], Awaitable[bool]]:
    """Asks whether this address answers 200."""

    async def ask() -> bool:
        return (await answer_of(url))[0] == 200

    return ask


async def readiness(painter: Address) -> tuple[str, str]:
    """The painter's own word for its state, and its reason if it has one; empty while it does not answer."""
    _, facts = await answer_of(f"{painter.url}/readyz")
    return str(facts.get("status") or ""), str(facts.get("reason") or "")


async def answer_of(url: str) -> tuple[int, dict[str, Any]]:
    """Status and JSON body of a plain GET; 0 and nothing when there is no answer."""
    try:
        async with aiohttp.ClientSession(timeout=ASK_TIMEOUT) as session, session.get(url) as response:
            body = await response.json() if response.content_type == "application/json" else {}
            return response.status, body if isinstance(body, dict) else {}
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        return 0, {}
