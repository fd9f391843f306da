"""The table of routes: the triggers register them from here, and the OpenAPI document describes them from here."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from functions.api.routes import images, jobs, library, schedules, service
from functions.api.routes.route import Method, Route, overlap


def rows(area: ModuleType) -> tuple[Route[Any, Any], ...]:
    return tuple(value for value in vars(area).values() if isinstance(value, Route))


ROUTES: tuple[Route[Any, Any], ...] = (
    *rows(images),
    *rows(jobs),
    *rows(schedules),
    *rows(library),
    *rows(service),
)


def methods_of(path: str) -> tuple[Method, ...]:
    """The methods that an address below /api takes, none for an unknown one."""
    return tuple(dict.fromkeys(route.method for route in ROUTES if overlap(route.path, path.strip("/"))))
