"""Both catalogs under one fixture, and documents to put into them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from functions.adapters.cosmos.catalog import open_cosmos
from functions.adapters.sqlite.catalog import open_sqlite
from functions.models.identity import created_at_of, month_of, new_image_id
from functions.models.image import Image
from functions.models.job import Job, Status
from functions.models.schedule import CronTiming, Schedule
from functions.ports import Catalog
from functions.search.terms import terms_of
from tests.cosmos_server import cosmos_database
from tests.fakes import START


@pytest.fixture(params=["sqlite", pytest.param("cosmos", marks=pytest.mark.cosmos)])
async def catalog(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Catalog]:
    """An empty catalog of each kind."""
    if request.param == "sqlite":
        opened = await open_sqlite(tmp_path / "catalog.sqlite", lambda: START)
        yield opened
        await opened.close()
        return
    endpoint: str = request.getfixturevalue("cosmos_endpoint")
    async with cosmos_database(endpoint) as access:
        opened = open_cosmos(access.endpoint, access.key, access.database)
        yield opened
        await opened.close()


def an_image(*, at: datetime = START, id: str | None = None, **changes: Any) -> Image:
    """An image made at this moment, with the terms of its texts."""
    id = id or new_image_id(at)
    made = created_at_of(id)
    fields: dict[str, Any] = {
        "id": id,
        "created_by": "ada",
        "created_at": made,
        "updated_at": made,
        "month": month_of(id),
        "day": f"{made:%Y-%m-%d}",
        "theme": "animals",
        "prompt": "a red fox",
        "prompt_source": "offline",
        "model": "starter",
        "width": 256,
        "height": 256,
        "steps": 20,
        "guidance": 5.0,
        "seed": 1,
        "sampler": "ddim",
        "job_id": "job-1",
        "original_blob": f"{id}.png",
        "thumbnail_blob": f"{id}.webp",
        "bytes": 1000,
        "sha256": "0" * 64,
    }
    image = Image(**fields | changes)
    return image if "terms" in changes else image.evolve(terms=terms_of(image))


def a_job(id: str, *, at: datetime = START, status: Status = Status.QUEUED, **changes: Any) -> Job:
    fields: dict[str, Any] = {
        "id": id,
        "created_by": "ada",
        "created_at": at,
        "updated_at": at,
        "status": status,
        "not_before": at,
        "sent_at": at,
    }
    return Job(**fields | changes)


def a_schedule(id: str, name: str, **changes: Any) -> Schedule:
    fields: dict[str, Any] = {
        "id": id,
        "created_by": "ada",
        "created_at": START,
        "updated_at": START,
        "name": name,
        "theme": "animals",
        "timing": CronTiming(cron="0 9 * * *", timezone="UTC"),
        "planned_until": START,
    }
    return Schedule(**fields | changes)


def minutes_later(count: float) -> datetime:
    return START + timedelta(minutes=count)
