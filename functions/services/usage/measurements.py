"""Estimate the cost of a job from the runs of the last days."""

from __future__ import annotations

from functions.models.prompt import ModelProfile
from functions.models.schedule import GenerationOptions
from functions.policy.limits import with_defaults
from functions.policy.schedules import forecast as reckoning
from functions.services.dependencies import Dependencies
from functions.services.usage import run_history

DAYS = 7  # days of measurements


async def measured(deps: Dependencies, model: str) -> reckoning.Throughput:
    """Return the measurements of the last seven days."""
    days = await run_history.for_last_days(deps, deps.clock(), DAYS)
    return reckoning.measure_throughput((run for day in days for run in day.runs.values()), model=model)


async def usual_start_s(deps: Dependencies) -> float | None:
    """Return the median startup time of the inference service in the last seven days, or None if none was measured."""
    return (await measured(deps, model="")).wake_s


def estimate(
    deps: Dependencies,
    options: GenerationOptions,
    profile: ModelProfile,
    throughput: reckoning.Throughput,
    *,
    writes: bool,
) -> reckoning.Estimate:
    """Estimate one job. Prompts from word lists cost nothing, whether or not they were measured."""
    writes = writes and deps.prompts_by != "offline"
    full = with_defaults(options, profile)
    return reckoning.estimate(full, throughput, writes=writes, gpu_usd_per_hour=deps.gpu_usd_per_hour)
