"""Estimate cost and duration of jobs and schedules."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from functions.models.library import ScheduleUsage
from functions.models.schedule import GenerationOptions, ScheduleDraft
from functions.policy.limits import check_options, is_limited
from functions.policy.schedules import forecast as reckoning
from functions.policy.schedules.startups import Gpu
from functions.services import library_settings
from functions.services.dependencies import Dependencies
from functions.services.reports import stats
from functions.services.usage import budget, measurements, run_history


@dataclass(frozen=True, kw_only=True)
class JobEstimate:
    """Estimate for one job, and what the limits still allow."""

    one: reckoning.Estimate
    throughput: reckoning.Throughput
    jobs_ahead: int
    day_left: int  # number of images that the limits still allow
    month_left: int
    refusal: str  # why a limit doesn't allow the job now; empty if it is allowed


@dataclass(frozen=True, kw_only=True)
class ScheduleForecast:
    """Forecast for one schedule beside the others."""

    own: reckoning.Forecast
    others: int  # images of the other schedules in the same period
    limit: int  # images per month
    day_limit: int
    hosted_usd: float | None  # cost of the same images with a hosted model; None without a comparison


async def estimate_job(deps: Dependencies, options: GenerationOptions, *, prompt_given: bool) -> JobEstimate:
    """Estimate a job with these options. Raises `BadRequest` or `TooMany` if the job isn't allowed."""
    settings, profile = await library_settings.settings(deps), await library_settings.profile(deps)
    check_options(options, settings.limits, profile)
    throughput, waiting, (today, month), room = await asyncio.gather(
        measurements.measured(deps, profile.model),
        deps.catalog.jobs.open_totals(),
        stats.usage(deps),
        budget.read(deps, settings, profile),
    )
    one = measurements.estimate(deps, options, profile, throughput, writes=not prompt_given)
    return JobEstimate(
        one=one,
        throughput=throughput,
        jobs_ahead=waiting.generation_jobs,
        day_left=max(settings.limits.images_per_day - today.images, 0),
        month_left=max(settings.limits.images_per_month - month.images, 0),
        refusal=await budget.refusal(deps, options.count, one.cost_usd, room),
    )


async def forecast(deps: Dependencies, draft: ScheduleDraft, *, schedule_id: str | None) -> ScheduleForecast:
    """Forecast thirty days of this schedule beside all others. `schedule_id` is its ID if it is saved."""
    limits = (await library_settings.settings(deps)).limits
    now = deps.clock()
    profile = await library_settings.profile(deps)
    throughput = await measurements.measured(deps, profile.model)
    one = measurements.estimate(deps, draft.options, profile, throughput, writes=True)
    others = [
        schedule
        for schedule in await deps.catalog.schedules.all()
        if schedule.id != schedule_id and not schedule.paused
    ]
    used = await run_history.used_by_schedule(deps, now) if any(map(is_limited, (draft, *others))) else {}

    def others_ahead() -> int:
        return sum(
            reckoning.runs_ahead(
                other,
                now=now,
                used=used.get(other.id, ScheduleUsage()),
                run_usd=measurements.estimate(deps, other.options, profile, throughput, writes=True).cost_usd,
            )
            * other.options.count
            for other in others
        )

    used_before = used.get(schedule_id or "", ScheduleUsage())
    gpu = Gpu(
        usd_per_hour=deps.gpu_usd_per_hour,
        start_s=deps.longest_start_s if throughput.wake_s is None else throughput.wake_s,
        cooldown_s=deps.gpu_cooldown_s,
    )
    own = await asyncio.to_thread(reckoning.forecast, draft, one, now=now, gpu=gpu, used=used_before)
    compares = deps.gpu_usd_per_hour > 0 and deps.hosted_image_usd > 0
    return ScheduleForecast(
        own=own,
        hosted_usd=own.pictures * deps.hosted_image_usd if compares else None,
        others=await asyncio.to_thread(others_ahead),
        limit=limits.images_per_month,
        day_limit=limits.images_per_day,
    )
