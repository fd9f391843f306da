"""Schedules are paused automatically after consecutive failed runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from functions.errors import ContentBlocked, Permanent, RateLimited
from functions.models.job import Reason, Status
from functions.models.schedule import CronTiming, Schedule, ScheduleDraft
from functions.services.maintenance import follow_up
from functions.services.maintenance.follow_up import FOLLOW_UP_STEPS, FollowUpStep
from functions.services.maintenance.sweep import sweep
from functions.services.schedules import schedules
from functions.services.schedules.planner import plan_due_work
from tests.fakes import Clock, FakeDependencies
from tests.functions.services.working import ANNA

DRAFT = ScheduleDraft(
    name="Owls", theme="owls", timing=CronTiming(cron="0 * * * *", timezone="UTC"), pause_after_failures=3
)


@pytest.fixture
async def schedule(deps: FakeDependencies) -> Schedule:
    return await schedules.create(deps, DRAFT, caller=ANNA)


async def run(
    deps: FakeDependencies, clock: Any, error: Any = None, *, steps: Sequence[FollowUpStep] = FOLLOW_UP_STEPS
) -> None:
    """Process the run of the next hour, which fails if an error is given."""
    clock.advance(hours=1)
    await plan_due_work(deps)  # which may load the profile of the inference service
    if error is not None:
        deps.image_generator.fail(error)
    while message := deps.generation_queue.take():
        await follow_up.work(deps, message, steps=steps)


async def latest(deps: FakeDependencies, schedule: Schedule) -> Any:
    return await deps.catalog.schedules.get(schedule.id)


async def test_the_third_failure_pauses(deps: FakeDependencies, clock: Clock, schedule: Schedule) -> None:
    """The third failed run pauses the schedule with the last reason, and earlier ones don't."""
    await run(deps, clock, Permanent("The inference service has no such model."))
    await run(deps, clock, ContentBlocked("A filter refused it."))
    before = await latest(deps, schedule)
    await run(deps, clock, Permanent("The inference service has no such model."))

    after = await latest(deps, schedule)
    assert not before.paused
    assert after.paused
    assert (
        after.paused_reason
        == "Paused automatically after 3 consecutive failed runs: The inference service has no such model."
    )
    assert after.version == before.version + 1


async def test_a_success_resets_the_count(deps: FakeDependencies, clock: Clock, schedule: Schedule) -> None:
    """Only consecutive failures count."""
    for error in (Permanent(), Permanent(), None, Permanent(), Permanent()):
        await run(deps, clock, error)

    assert not (await latest(deps, schedule)).paused


async def test_resumed_it_has_all_its_tries_again(deps: FakeDependencies, clock: Clock, schedule: Schedule) -> None:
    """Failures before the schedule was resumed don't count, also not in the sweep."""
    for _ in range(3):
        await run(deps, clock, Permanent())
    await schedules.resume(deps, schedule.id)
    await sweep(deps)

    await run(deps, clock, Permanent())
    await run(deps, clock, Permanent())
    resumed = await latest(deps, schedule)
    await run(deps, clock, Permanent())

    assert not resumed.paused
    assert (await latest(deps, schedule)).paused


async def test_one_that_never_pauses(deps: FakeDependencies, clock: Clock) -> None:
    """Without a limit of failures, a schedule is never paused automatically."""
    schedule = await schedules.create(deps, DRAFT.evolve(pause_after_failures=None), caller=ANNA)

    for _ in range(6):
        await run(deps, clock, Permanent())

    assert not (await latest(deps, schedule)).paused


async def test_the_sweep_pauses_when_the_process_died(deps: FakeDependencies, clock: Clock, schedule: Schedule) -> None:
    """The sweep pauses the schedule if the process stopped after the last failure."""
    await sweep(deps)
    await run(deps, clock, Permanent())
    await run(deps, clock, Permanent())
    await run(deps, clock, Permanent(), steps=[])

    await sweep(deps)

    assert (await latest(deps, schedule)).paused


async def test_a_rate_limit_never_pauses(deps: FakeDependencies, clock: Clock, schedule: Schedule) -> None:
    """Runs that failed because a service limited the rate of requests don't count as failed runs."""
    for _ in range(4):
        await run(deps, clock)
        (job,) = (await deps.catalog.jobs.page(limit=1)).items
        limited = Reason(code=RateLimited.code, message="ChatGPT is rate limiting requests.")
        await deps.catalog.jobs.replace(job.evolve(status=Status.FAILED, reason=limited))
        await follow_up.run_follow_up(deps, await deps.catalog.jobs.get(job.id), FOLLOW_UP_STEPS)

    assert not (await latest(deps, schedule)).paused
