"""All blueprints of the HTTP API."""

from __future__ import annotations

from functions.triggers import (
    http_access,
    http_albums,
    http_images,
    http_jobs,
    http_library,
    http_prompts,
    http_schedules,
    http_service,
    http_webhooks,
)

AREAS = (
    http_images,
    http_albums,
    http_jobs,
    http_prompts,
    http_schedules,
    http_webhooks,
    http_library,
    http_access,
    http_service,
)
