"""The first start: create one schedule and generate images with it, through the HTTP API."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

import aiohttp

from local.run.errors import StartError

IMAGE_COUNT = 12
NAME = "Animals in unexpected places"
SCHEDULE = {
    "name": NAME,
    "theme": NAME,
    "instructions": "One animal in an unexpected place, in one clear scene, using things the model draws well.",
    "options": {"count": 1},
}


class FirstRun:
    """Creates the schedule and its first runs once per library, even if starts are interrupted."""

    def __init__(self, api: str, key: str, marker: Path, *, timezone: str) -> None:
        self._api = api
        self._key = key
        self._marker = marker
        self._timezone = timezone

    async def create_first_schedule(self, images: int) -> bool:
        """On the first start, create the schedule and start `images` runs; return whether a schedule exists."""
        state = self._state()
        if state.get("done"):
            return False
        async with self._session() as session:
            schedule_id = state.get("schedule_id") or await self._schedule(session)
            if schedule_id:
                self._save({"schedule_id": schedule_id})
                await self._run(session, schedule_id, range(1, images + 1))
        self._save({"done": True, "schedule_id": schedule_id})
        return bool(schedule_id)

    async def generate_more(self, first: int, last: int) -> None:
        """Start the runs with the numbers `first` to `last` unless they exist."""
        async with self._session() as session:
            await self._run(session, self._state()["schedule_id"], range(first, last + 1))

    async def _schedule(self, session: aiohttp.ClientSession) -> str | None:
        """Return the schedule's id, creating it if necessary; None if the library is already in use."""
        for schedule in (await self._request(session, "GET", "schedules"))["items"]:
            if schedule["name"] == NAME:
                return str(schedule["id"])  # created by a start that was interrupted before it saved its state
            return None
        if (await self._request(session, "GET", "images?limit=1"))["items"]:
            return None
        timing = {"kind": "cron", "cron": "0 9 * * *", "timezone": self._timezone}
        return str((await self._request(session, "POST", "schedules", {**SCHEDULE, "timing": timing}))["id"])

    async def _run(self, session: aiohttp.ClientSession, schedule_id: str, numbers: range) -> None:
        for number in numbers:
            await self._request(session, "POST", f"schedules/{schedule_id}/run", idempotency_key=f"first-{number}")

    def _session(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            headers={"Authorization": f"Bearer {self._key}"}, timeout=aiohttp.ClientTimeout(total=30)
        )

    async def _request(
        self,
        session: aiohttp.ClientSession,
        method: str,
        path: str,
        document: Mapping[str, Any] | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> Any:
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        try:
            async with session.request(method, f"{self._api}/{path}", json=document, headers=headers) as response:
                body = await response.json()
                if response.ok:
                    return body
                reason = body["error"]["message"]
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError) as exc:
            reason = f"{type(exc).__name__}."
        raise StartError(f"Couldn't create the first schedule: {reason}")

    def _state(self) -> dict[str, Any]:
        with suppress(OSError, ValueError):
            state = json.loads(self._marker.read_text(encoding="utf-8"))
            return state if isinstance(state, dict) else {}
        return {}

    def _save(self, state: Mapping[str, Any]) -> None:
        temporary = self._marker.with_suffix(".new")
        temporary.write_text(json.dumps(state), encoding="utf-8")
        temporary.replace(self._marker)


def has_terminal(stdin: TextIO | None = None) -> bool:
    """Return whether this process runs in the foreground of a terminal."""
    try:
        stdin = stdin or sys.stdin
        return stdin.isatty() and sys.stdout.isatty() and os.tcgetpgrp(stdin.fileno()) == os.getpgrp()
    except (OSError, ValueError):
        return False


async def ask_yes_no(question: str, stdin: TextIO | None = None) -> bool:
    """Ask a question in the terminal and return the answer; the default is no."""
    print(question, end=" ", flush=True)
    loop = asyncio.get_running_loop()
    terminal = stdin or sys.stdin
    line: asyncio.Future[str] = loop.create_future()

    def read() -> None:
        if not line.done():
            line.set_result(terminal.readline())

    loop.add_reader(terminal, read)
    try:
        return (await line).strip().lower() in ("y", "yes")
    finally:
        loop.remove_reader(terminal)
