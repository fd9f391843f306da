"""One-time codes for signing in to the local dashboard: a link contains a code instead of the API key.

A code is valid once and for five minutes. Only its hash is stored, in the folder that also contains the key.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import os
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

VALID_S = 300
BODY_S = 10.0  # until the body of a request must have arrived
MAX_BODY_BYTES = 1000
CODE_FILE = "sign-in-code.json"
KEY_FILE = "api-key"
GONE = "This sign-in link was already used or has expired. Run `make link` for a new one."


def new_code(folder: Path, *, now: float) -> str:
    """Return a new code, which replaces an unused one. `now` is in seconds since 1970."""
    code = secrets.token_urlsafe(32)
    temporary = folder / f"{CODE_FILE}.new"
    temporary.unlink(missing_ok=True)
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump({"hash": hash_of(code), "expires_at": now + VALID_S}, file)
    temporary.replace(folder / CODE_FILE)
    return code


def redeem(folder: Path, code: str, *, now: float) -> bool:
    """Use up a code. Return whether it was valid; a wrong code doesn't use up the right one."""
    path = folder / CODE_FILE
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        valid = hmac.compare_digest(stored["hash"], hash_of(code)) and now < stored["expires_at"] <= now + VALID_S
    except (OSError, ValueError, TypeError, KeyError):
        return False
    if not valid:
        return False
    try:
        path.unlink()  # of two requests with this code, one succeeds
    except OSError:
        return False
    return True


def hash_of(code: str) -> str:
    """Return the hash under which a code is stored."""
    return hashlib.sha256(code.encode()).hexdigest()


def sign_in_route(folder: Path, *, clock: Callable[[], float] = time.time) -> Route:
    """Return the route that exchanges a code for the API key; both are in this folder."""

    async def sign_in(request: Request) -> Response:
        code = await code_in(request)
        headers = {"cache-control": "no-store"}
        if code is None or not redeem(folder, code, now=clock()):
            error = {"code": "gone", "message": GONE, "retryable": False}
            return JSONResponse({"error": error}, status_code=410, headers=headers)
        key = (folder / KEY_FILE).read_text(encoding="utf-8").strip()
        return JSONResponse({"key": key}, headers=headers)

    return Route("/local/sign-in", sign_in, methods=["POST"])


async def code_in(request: Request) -> str | None:
    """Return the code in a request body, or None if there is none."""
    body = b""
    try:
        async with asyncio.timeout(BODY_S):
            async for chunk in request.stream():
                body += chunk
                if len(body) > MAX_BODY_BYTES:
                    raise HTTPException(413)
    except TimeoutError as exc:
        raise HTTPException(408, headers={"connection": "close"}) from exc
    with suppress(ValueError, TypeError, KeyError):
        code = json.loads(body)["code"]
        return code if isinstance(code, str) else None
    return None
