"""Estimate cost and duration of jobs and schedules."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from functions.models.schedule import GenerationOptions, ScheduleDraft
from functions.policy.limits import check_options, with_defaults
from functions.policy.schedules import forecast as reckoning
from functions.services import library_settings
from functions.services.dependencies import Dependencies
from functions.services.reports import stats
from functions.services.usage import run_history

DAYS = 7  # days of measurements


@dataclass(frozen=True, kw_only=True)
class JobEstimate:
    """Estimate for one job, and what the limits still allow."""

    one: reckoning.Estimate
    throughput: reckoning.Throughput
    jobs_ahead: int
    day_left: int  # number of images that the limits still allow
    month_left: int


@dataclass(frozen=True, kw_only=True)
class ScheduleForecast:
    """Forecast for one schedule beside the others."""

    own: reckoning.Forecast
    others: int  # images of the other schedules in the same period
    limit: int  # images per month
    day_limit: int


async def estimate_job(deps: Dependencies, options: GenerationOptions, *, prompt_given: bool) -> JobEstimate:
    """Estimate a job with these options. Raises `BadRequest` or `TooMany` if the job isn't allowed."""
    settings, profile = await library_settings.settings(deps), await library_settings.profile(deps)
    check_options(options, settings.limits, profile)
    throughput, open_jobs, (today, month) = await asyncio.gather(
        measured(deps, profile.model), deps.catalog.jobs.open(), stats.usage(deps)
    )
    return JobEstimate(
        one=await estimate(deps, options, throughput, writes=not prompt_given),
        throughput=throughput,
        jobs_ahead=len([job for job in open_jobs if job.kind == "generation"]),
        day_left=max(settings.limits.images_per_day - today.images, 0),
        month_left=max(settings.limits.images_per_month - month.images, 0),
    )


async def forecast(deps: Dependencies, draft: ScheduleDraft, *, schedule_id: str | None) -> ScheduleForecast:
    """Forecast thirty days of this schedule beside all others. `schedule_id` is its ID if it is saved."""
    limits = (await library_settings.settings(deps)).limits
    now = deps.clock()
    throughput = await measured(deps, (await library_settings.profile(deps)).model)
    one = await estimate(deps, draft.options, throughput, writes=True)
    others = [
        schedule
        for schedule in await deps.catalog.schedules.all()
        if schedule.id != schedule_id and not schedule.paused
    ]
    limited = any(one.images_per_month is not None for one in (draft, *others))
    generated = await run_history.images_this_month(deps, now) if limited else {}
    return ScheduleForecast(
        own=await asyncio.to_thread(
            reckoning.forecast, draft, one, now=now, generated=generated.get(schedule_id or "", 0)
        ),
        others=await asyncio.to_thread(
            lambda: sum(
                reckoning.runs_ahead(other, now=now, generated=generated.get(other.id, 0)) * other.options.count
                for other in others
            )
        ),
        limit=limits.images_per_month,
        day_limit=limits.images_per_day,
    )


async def estimate(
    deps: Dependencies, options: GenerationOptions, throughput: reckoning.Throughput, *, writes: bool
) -> reckoning.Estimate:
    """Estimate one job. Prompts from word lists cost nothing, whether or not they were measured."""
    full = with_defaults(options, await library_settings.profile(deps))
    writes = writes and deps.prompts_by != "offline"
    return reckoning.estimate(full, throughput, writes=writes, gpu_usd_per_hour=deps.gpu_usd_per_hour)


async def measured(deps: Dependencies, model: str) -> reckoning.Throughput:
    """Return the measurements of the last seven days."""
    days = await run_history.for_last_days(deps, deps.clock(), DAYS)
    return reckoning.measure_throughput((run for day in days for run in day.runs.values()), model=model)
