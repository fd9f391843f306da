"""All routes. The triggers register them, and the OpenAPI document describes them."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from functions.api.routes import images, jobs, library, schedules, service
from functions.api.routes.route import Method, Route, overlap


def rows(area: ModuleType) -> tuple[Route[Any, Any], ...]:
    """Return the routes defined in a module, in order."""
    return tuple(value for value in vars(area).values() if isinstance(value, Route))


ROUTES: tuple[Route[Any, Any], ...] = (
    *rows(images),
    *rows(jobs),
    *rows(schedules),
    *rows(library),
    *rows(service),
)


def methods_of(path: str) -> tuple[Method, ...]:
    """Return the methods of a path below /api, or nothing for an unknown path."""
    return tuple(dict.fromkeys(route.method for route in ROUTES if overlap(route.path, path.strip("/"))))
