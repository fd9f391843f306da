"""All routes. The triggers register them, and the OpenAPI document describes them."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from functions.api.routes import access, albums, images, jobs, library, schedules, service
from functions.api.routes.route import Method, Route, matches


def routes_of(area: ModuleType) -> tuple[Route[Any, Any], ...]:
    """Return the routes defined in a module, in order."""
    return tuple(value for value in vars(area).values() if isinstance(value, Route))


ROUTES: tuple[Route[Any, Any], ...] = (
    *routes_of(images),
    *routes_of(albums),
    *routes_of(jobs),
    *routes_of(schedules),
    *routes_of(library),
    *routes_of(access),
    *routes_of(service),
)


def methods_of(path: str) -> tuple[Method, ...]:
    """Return the methods of a path below /api, or nothing for an unknown path."""
    return tuple(dict.fromkeys(route.method for route in ROUTES if matches(route.path, path.strip("/"))))
