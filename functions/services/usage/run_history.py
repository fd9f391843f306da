"""Record completed runs per day, as the source of forecasts and insights.

The runs of a day are spread over a few documents, separate from the ledger: a document can store a few thousand runs,
and a full one must never prevent an image from being stored.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from functions.models.job import Job
from functions.models.library import Amount, RunRecord, ScheduleUsage, Usage
from functions.models.schedule import GenerationOptions
from functions.policy.limits import usage_days
from functions.policy.schedules.forecast import megapixel_steps
from functions.services.dependencies import Dependencies
from functions.services.usage import ledger

RUN_DOCUMENTS_PER_DAY = 4  # documents per day


async def record(deps: Dependencies, job: Job) -> None:
    """Record the result of this ended job. Recording it twice has no effect."""
    id = f"{job.created_at:%Y-%m-%d}.{zlib.crc32(job.id.encode()) % RUN_DOCUMENTS_PER_DAY}"
    await ledger.upsert(deps, id, lambda number: number.evolve(runs=number.runs | {job.id: run_record_of(job)}))


async def for_days(deps: Dependencies, days: Iterable[str]) -> Sequence[Usage]:
    """Return the documents of these UTC days (YYYY-MM-DD) that contain runs."""
    ids = [f"{day}.{number}" for day in days for number in range(RUN_DOCUMENTS_PER_DAY)]
    return await deps.catalog.usage.get_many(ids)


async def for_last_days(deps: Dependencies, now: datetime, count: int) -> Sequence[Usage]:
    """Return the documents of this number of UTC days up to today."""
    return await for_days(deps, [f"{now - timedelta(days=back):%Y-%m-%d}" for back in reversed(range(count))])


async def used_by_schedule(deps: Dependencies, now: datetime) -> Mapping[str, ScheduleUsage]:
    """Return images and cost of the ended runs of this UTC month and day, by schedule ID.

    A run belongs to the day on which its job was created. Schedules without runs aren't included.
    """
    month: defaultdict[str, Amount] = defaultdict(Amount)
    today: defaultdict[str, Amount] = defaultdict(Amount)
    for document in await for_days(deps, usage_days(now)):
        for run in document.runs.values():
            if run.schedule_id is not None:
                amount = Amount(images=run.images, cost_usd=run.cost_usd)
                month[run.schedule_id] += amount
                if document.id.startswith(f"{now:%Y-%m-%d}."):
                    today[run.schedule_id] += amount
    return {id: ScheduleUsage(today=today[id], month=used) for id, used in month.items()}


def run_record_of(job: Job) -> RunRecord:
    """Return the record of an ended generation job."""
    options, prompt = job.options or GenerationOptions(), job.prompt
    wrote = prompt is not None and job.generation_request.prompt is None
    ended = job.finished_at or job.updated_at
    worked_ms = job.timings.writing_ms + job.timings.painting_ms
    return RunRecord(
        schedule_id=job.schedule_id,
        status=job.status,
        model=options.model or "",
        images=len(job.stored),
        megapixel_steps=len(job.stored) * megapixel_steps(options),
        painting_ms=job.timings.painting_ms,
        writing_ms=job.timings.writing_ms,
        waiting_ms=max(0, int((ended - job.created_at).total_seconds() * 1000) - worked_ms),
        slept=job.waited_s > 0,
        wrote=wrote,
        writing_usd=prompt.cost_usd if prompt is not None and wrote else 0.0,
        cost_usd=round(job.cost_usd, 6),
    )
