"""What each ended run came to, by day: the source of forecasts and insights.

The runs of a day are spread over a few documents, apart from the books of the budget: a document has room for some
thousand of them, and one that is full must never keep a picture from being stored.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from functions.models.job import Job
from functions.models.library import RunRecord, Usage
from functions.models.schedule import GenerationOptions
from functions.policy.limits import usage_days
from functions.policy.schedules.forecast import megapixel_steps
from functions.services.dependencies import Dependencies
from functions.services.usage import ledger

SHEETS = 4  # documents of one day


async def record(deps: Dependencies, job: Job) -> None:
    """Set what this job came to, now that it has ended; written twice it adds nothing."""
    id = f"{job.created_at:%Y-%m-%d}.{zlib.crc32(job.id.encode()) % SHEETS}"
    await ledger.enter(deps, id, lambda sheet: sheet.evolve(runs=sheet.runs | {job.id: run_of(job)}))


async def of_days(deps: Dependencies, days: Iterable[str]) -> Sequence[Usage]:
    """The sheets of these UTC days, YYYY-MM-DD, that have runs."""
    return await ledger.days(deps, [f"{day}.{sheet}" for day in days for sheet in range(SHEETS)])


async def last_days(deps: Dependencies, now: datetime, count: int) -> Sequence[Usage]:
    """The sheets of so many UTC days up to today."""
    return await of_days(deps, [f"{now - timedelta(days=back):%Y-%m-%d}" for back in reversed(range(count))])


async def painted_this_month(deps: Dependencies, now: datetime) -> Mapping[str, int]:
    """How many pictures each schedule's ended runs of this UTC month came to, by its id."""
    counts: Counter[str] = Counter()
    for sheet in await of_days(deps, usage_days(now)):
        for run in sheet.runs.values():
            if run.schedule_id is not None:
                counts[run.schedule_id] += run.images
    return counts


def run_of(job: Job) -> RunRecord:
    """The line of the books that an ended generation job leaves."""
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
