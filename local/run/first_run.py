"""The very first start: one schedule, and pictures at once, asked for through the API like anybody would."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp

from local.run.errors import StartError

PICTURES = 12
NAME = "Animals in unexpected places"
SCHEDULE = {
    "name": NAME,
    "theme": NAME,
    "instructions": "One animal where nobody expects it, in one clear scene, of things that the model paints well.",
    "options": {"count": 1},
}


class FirstRun:
    """Makes the schedule and its first runs once in a library's life, however often a start is cut short."""

    def __init__(self, api: str, key: str, marker: Path, *, timezone: str) -> None:
        self._api = api
        self._key = key
        self._marker = marker
        self._timezone = timezone

    async def seed(self, pictures: int) -> bool:
        """Whether this was the first start; then `pictures` runs of the schedule are under way."""
        state = self._state()
        if state.get("done"):
            return False
        async with self._session() as session:
            schedule_id = state.get("schedule_id") or await self._schedule(session)
            if schedule_id:
                self._save({"schedule_id": schedule_id})
                await self._run(session, schedule_id, range(1, pictures + 1))
        self._save({"done": True, "schedule_id": schedule_id})
        return bool(schedule_id)

    async def more(self, first: int, last: int) -> None:
        """The runs number `first` to `last`; those that exist are left alone."""
        async with self._session() as session:
            await self._run(session, self._state()["schedule_id"], range(first, last + 1))

    async def _schedule(self, session: aiohttp.ClientSession) -> str | None:
        """The id of the schedule, made if need be; None for a library that somebody uses already."""
        for schedule in (await self._ask(session, "GET", "schedules"))["items"]:
            if schedule["name"] == NAME:
                return str(schedule["id"])  # made by a start that was cut short before it could note that
            return None
        if (await self._ask(session, "GET", "images?limit=1"))["items"]:
            return None
        timing = {"kind": "cron", "cron": "0 9 * * *", "timezone": self._timezone}
        return str((await self._ask(session, "POST", "schedules", {**SCHEDULE, "timing": timing}))["id"])

    async def _run(self, session: aiohttp.ClientSession, schedule_id: str, numbers: range) -> None:
        for number in numbers:
            await self._ask(session, "POST", f"schedules/{schedule_id}/run", idempotency_key=f"first-{number}")

    def _session(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            headers={"Authorization": f"Bearer {self._key}"}, timeout=aiohttp.ClientTimeout(total=30)
        )

    async def _ask(
        self,
        session: aiohttp.ClientSession,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> Any:
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        try:
            async with session.request(method, f"{self._api}/{path}", json=body, headers=headers) as response:
                answer = await response.json()
                if response.ok:
                    return answer
                why = answer["error"]["message"]
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError) as exc:
            why = f"{type(exc).__name__}."
        raise StartError(f"The first schedule could not be made: {why}")

    def _state(self) -> dict[str, Any]:
        with suppress(OSError, ValueError):
            state = json.loads(self._marker.read_text(encoding="utf-8"))
            return state if isinstance(state, dict) else {}
        return {}

    def _save(self, state: Mapping[str, Any]) -> None:
        half_written = self._marker.with_suffix(".new")
        half_written.write_text(json.dumps(state), encoding="utf-8")
        os.replace(half_written, self._marker)


def can_ask() -> bool:
    """Whether a person sits at this terminal and this process is in front."""
    try:
        return sys.stdin.isatty() and sys.stdout.isatty() and os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    except (OSError, ValueError):
        return False


async def asked(question: str) -> bool:
    """What the person answers; no is the default."""
    print(question, end=" ", flush=True)
    loop = asyncio.get_running_loop()
    line: asyncio.Future[str] = loop.create_future()

    def read() -> None:
        if not line.done():
            line.set_result(sys.stdin.readline())

    loop.add_reader(sys.stdin, read)
    try:
        return (await line).strip().lower() in ("y", "yes")
    finally:
        loop.remove_reader(sys.stdin)
