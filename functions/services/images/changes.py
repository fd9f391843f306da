"""Find images, jobs, and schedules that changed since a page's last request."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass

from functions.errors import BadRequest
from functions.models.job import Job
from functions.models.schedule import Schedule
from functions.services.dependencies import Dependencies
from functions.services.images import images

MAX_ITEMS = 200  # of each kind; the rest is in the next response


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What changed since a token, and the next token."""

    token: str
    images: Sequence[images.ImageWithUrls] = ()
    jobs: Sequence[Job] = ()
    schedules: Sequence[Schedule] = ()
    open_jobs: int  # number of jobs that haven't ended


async def since(deps: Dependencies, token: str | None) -> Changes | None:
    """Return what was saved after the token, or None if nothing was.

    Without a token, return a token and the oldest `MAX_ITEMS` open jobs.
    """
    image_token, job_token, schedule_token = decode_token(token) if token else (None, None, None)
    # Open jobs are loaded last, so that they are never older than the token.
    (changed_images, image_token), (jobs, job_token), (schedules, schedule_token) = await asyncio.gather(
        deps.catalog.images.changed(image_token, limit=MAX_ITEMS),
        deps.catalog.jobs.changed(job_token, limit=MAX_ITEMS),
        deps.catalog.schedules.changed(schedule_token, limit=MAX_ITEMS),
    )
    if token and not (changed_images or jobs or schedules):
        return None
    waiting = await deps.catalog.jobs.open_totals()
    if not token:
        jobs = (await deps.catalog.jobs.open(limit=MAX_ITEMS)).items
    return Changes(
        token=encode_token(image_token, job_token, schedule_token),
        images=await images.show(deps, [image for image in changed_images if not image.purging]),
        jobs=jobs,
        schedules=schedules,
        open_jobs=waiting.jobs,
    )


def encode_token(*tokens: str) -> str:
    """Return one token that contains these."""
    return base64.urlsafe_b64encode(json.dumps(tokens).encode()).decode().rstrip("=")


def decode_token(token: str) -> tuple[str, str, str]:
    """Return the three tokens inside, or raise `BadRequest`."""
    try:
        parts = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        first, second, third = parts
    except (ValueError, TypeError) as exc:
        raise invalid_token() from exc
    if not (isinstance(first, str) and isinstance(second, str) and isinstance(third, str)):
        raise invalid_token()
    return first, second, third


def invalid_token() -> BadRequest:
    """Return the error for an invalid token."""
    return BadRequest("since isn't a valid change token. Omit it to start over.", field="since")
