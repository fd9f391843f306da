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

TOLD_AT_ONCE = 200  # of each kind; the rest is in the next response


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What changed since a token, and the next token."""

    token: str
    images: Sequence[images.Shown] = ()
    jobs: Sequence[Job] = ()
    schedules: Sequence[Schedule] = ()
    open_jobs: Sequence[Job]  # all open jobs, oldest first


async def since(deps: Dependencies, token: str | None) -> Changes | None:
    """Return what was saved after the token, or None if nothing was.

    Without a token, return a token and all open jobs.
    """
    image_token, job_token, schedule_token = read(token) if token else (None, None, None)
    # Open jobs are loaded last, so that they are never older than the token.
    (pictures, image_token), (jobs, job_token), (schedules, schedule_token) = await asyncio.gather(
        deps.catalog.images.changed(image_token, limit=TOLD_AT_ONCE),
        deps.catalog.jobs.changed(job_token, limit=TOLD_AT_ONCE),
        deps.catalog.schedules.changed(schedule_token, limit=TOLD_AT_ONCE),
    )
    if token and not (pictures or jobs or schedules):
        return None
    open_jobs = await deps.catalog.jobs.open()
    return Changes(
        token=written(image_token, job_token, schedule_token),
        images=await images.show(deps, [image for image in pictures if not image.purging]),
        jobs=jobs if token else open_jobs,
        schedules=schedules,
        open_jobs=open_jobs,
    )


def written(*tokens: str) -> str:
    return base64.urlsafe_b64encode(json.dumps(tokens).encode()).decode().rstrip("=")


def read(token: str) -> tuple[str, str, str]:
    """Return the three tokens inside, or raise `BadRequest`."""
    try:
        parts = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        first, second, third = parts
    except (ValueError, TypeError) as exc:
        raise wrong() from exc
    if not (isinstance(first, str) and isinstance(second, str) and isinstance(third, str)):
        raise wrong()
    return first, second, third


def wrong() -> BadRequest:
    return BadRequest("since isn't a valid change token. Omit it to start over.", field="since")
