"""A process that is stopped at its n-th external call and goes on after others have done its work."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import fields, replace
from typing import Any

from functions.ports import Catalog
from functions.services.dependencies import Dependencies
from tests.fakes import FakeDependencies
from tests.functions.crash.dying import OURS


class Pause:
    """Stops the process before call number `at` while `meanwhile` runs, as SIGSTOP and SIGCONT do."""

    def __init__(self, at: int, meanwhile: Callable[[], Awaitable[None]]) -> None:
        self.at, self._meanwhile = at, meanwhile
        self.calls: list[str] = []

    def around(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        async def call(*args: Any, **kwargs: Any) -> Any:
            self.calls.append(name)
            if len(self.calls) == self.at:
                await self._meanwhile()
            return await method(*args, **kwargs)

        return call


class Paused:
    """A port whose calls pass by `Pause`."""

    def __init__(self, name: str, real: Any, pause: Pause) -> None:
        self._name, self._real, self._pause = name, real, pause

    def __getattr__(self, attribute: str) -> Any:
        found = getattr(self._real, attribute)
        if not asyncio.iscoroutinefunction(found):
            return found
        return self._pause.around(f"{self._name}.{attribute}", found)


def pausing(deps: FakeDependencies, pause: Pause) -> Dependencies:
    """The dependencies of a process that will be stopped for a while."""
    ports: dict[str, Any] = {name: Paused(name, getattr(deps, name), pause) for name in OURS if name != "catalog"}
    stores: dict[str, Any] = {
        f.name: Paused(f.name, getattr(deps.catalog, f.name), pause) for f in fields(Catalog) if f.name != "close"
    }
    return replace(deps, **ports, catalog=replace(deps.catalog, **stores))
