"""Serve the end of each component's log to administrators of the local dashboard. Azure has its own logs."""

from __future__ import annotations

import asyncio
import hmac
import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import azure.functions as func
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from functions.policy.security.redaction import redacted
from local.host.function_index import HttpFunction
from local.host.http import error_response, to_response
from local.host.invoke import FunctionTimeout, invoke
from local.host.sign_in import KEY_FILE

PATH = "/local/logs"
MAX_LINES = 500
MAX_LINE_CHARS = 2_000
MAX_BYTES = 512 * 1024  # of each file; more than 500 lines in practice
ROLE_S = 10.0
OLD = ".old.log"  # what `make run` calls a log that became too large
SECRET_WORDS = ("KEY", "SECRET", "TOKEN", "PASSWORD", "AzureWebJobsStorage")
ADMIN_ONLY = "Only administrators can read the logs."


def log_route(folder: Path, *, config: HttpFunction, keys: Path, env: Mapping[str, str]) -> Route:
    """Return the route of the logs in `folder`.

    `config` is the API's function that returns the role of a caller. `keys` is the folder with the key of the local
    run, which also works while the catalog can't be read. Values of settings in `env` that are secret are removed.
    """

    async def read(request: Request) -> Response:
        local_key = await asyncio.to_thread(stored_key, keys)
        if not is_local_key(request.headers, local_key) and (refusal := await refused(config, request)) is not None:
            return refusal
        secrets = [*secret_values(env), *([local_key] if local_key else [])]
        logs = await asyncio.to_thread(read_logs, folder, secrets)
        return JSONResponse({"items": logs}, headers={"cache-control": "no-store"})

    return Route(PATH, read, methods=["GET"])


def stored_key(folder: Path) -> str:
    """Return the key of the local run, or an empty string if there is none."""
    with suppress(OSError):
        return (folder / KEY_FILE).read_text(encoding="utf-8").strip()
    return ""


def is_local_key(headers: Mapping[str, str], key: str) -> bool:
    """Return whether a request has the key of the local run, whose role is `admin`."""
    sent = headers.get("x-api-key") or headers.get("authorization", "").removeprefix("Bearer ")
    return bool(key) and hmac.compare_digest(sent.strip().encode(), key.encode())


async def refused(config: HttpFunction, request: Request) -> Response | None:
    """Return the response for a caller who isn't an administrator, or None for an administrator."""
    question = func.HttpRequest(
        method="GET", url=str(request.url), headers=dict(request.headers), params={}, route_params={}, body=b""
    )
    try:
        answer = await invoke(config, question, timeout_s=ROLE_S)
    except FunctionTimeout:
        return error_response(504, retryable=True)
    if not isinstance(answer, func.HttpResponse) or answer.status_code != 200:
        return to_response(answer)
    if json.loads(answer.get_body()).get("role") == "admin":
        return None
    return JSONResponse({"error": {"code": "forbidden", "message": ADMIN_ONLY, "retryable": False}}, status_code=403)


def secret_values(env: Mapping[str, str]) -> list[str]:
    """Return the values of secret settings, and the parts of connection strings."""
    values = [value for name, value in env.items() if any(word in name for word in SECRET_WORDS)]
    parts = [part.partition("=")[2] for value in values if ";" in value for part in value.split(";") if "Key=" in part]
    return [*values, *parts]


def read_logs(folder: Path, secrets: Sequence[str]) -> list[dict[str, object]]:
    """Return the logs in this folder by name, each with its last `MAX_LINES` lines and without secrets."""
    files = sorted(path for path in folder.glob("*.log") if not path.name.endswith(OLD))
    return [{"id": path.stem, "lines": last_lines(path, secrets)} for path in files]


def last_lines(path: Path, secrets: Sequence[str] = ()) -> list[str]:
    """Return the last lines of a log, also of the file that it was before it became too large, without secrets.

    A long line is cut after its secrets are removed, because a part of a secret isn't recognized.
    """
    lines = tail(path)
    if len(lines) < MAX_LINES:
        lines = [*tail(path.with_suffix(OLD)), *lines]
    return [redacted(line, keys=secrets)[:MAX_LINE_CHARS] for line in lines[-MAX_LINES:]]


def tail(path: Path) -> list[str]:
    """Return the last lines of a file, or none if it can't be read."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - MAX_BYTES))
            data = file.read(MAX_BYTES)
    except OSError:
        return []
    lines = data.decode("utf-8", errors="replace").splitlines()
    return lines[1:] if size > MAX_BYTES else lines  # the first one is incomplete
