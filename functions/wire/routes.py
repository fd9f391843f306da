"""The table of routes: the triggers register them from here, and the OpenAPI document describes them from here."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from functions.wire import image_routes, job_routes, library_routes, schedule_routes, service_routes
from functions.wire.route import Method, Route, overlap


def rows(area: ModuleType) -> tuple[Route[Any, Any], ...]:
    return tuple(value for value in vars(area).values() if isinstance(value, Route))


ROUTES: tuple[Route[Any, Any], ...] = (
    *rows(image_routes),
    *rows(job_routes),
    *rows(schedule_routes),
    *rows(library_routes),
    *rows(service_routes),
)


def methods_of(path: str) -> tuple[Method, ...]:
    """The methods that an address below /api takes, none for an unknown one."""
    return tuple(dict.fromkeys(route.method for route in ROUTES if overlap(route.path, path.strip("/"))))
