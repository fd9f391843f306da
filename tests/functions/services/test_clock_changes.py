"""Work continues if a clock that was an hour ahead is set back, and if the clocks of instances differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from functions.models.job import Job
from functions.models.schedule import CronTiming, IntervalTiming, ScheduleDraft
from functions.services import library_settings
from functions.services.images import summaries
from functions.services.reports import insights
from functions.services.schedules import schedules
from functions.services.schedules.planner import plan_due_work
from tests.fakes import PROFILE, START, Clock, FakeDependencies
from tests.functions.services.working import ANNA, ask, deliver
from tests.present import present


class FastClock(Clock):
    """A clock that is ahead of another one."""

    def __init__(self, right: Clock, ahead_min: int) -> None:
        super().__init__()
        self._right, self._ahead = right, timedelta(minutes=ahead_min)

    def __call__(self) -> datetime:
        return self._right() + self._ahead


async def jobs(deps: FakeDependencies) -> Sequence[Job]:
    return (await deps.catalog.jobs.page()).items


async def test_after_the_clock_was_set_back_slots_fire_at_the_right_time(deps: FakeDependencies, clock: Clock) -> None:
    """After an hour ahead and back, each slot runs at its time, and the one that ran too early doesn't run again."""
    draft = ScheduleDraft(name="Owls", theme="owls", timing=IntervalTiming(minutes=20), starts_at=START)
    schedule = await schedules.create(deps, draft, caller=ANNA)
    clock.advance(hours=1)
    await plan_due_work(deps)
    await deliver(deps)
    early = [job.slot for job in await jobs(deps)]

    clock.advance(hours=-1)
    for _ in range(60):
        clock.advance(60)
        await plan_due_work(deps)
        await deliver(deps)

    assert early == ["20261123T1000Z"]
    assert sorted(present(job.slot) for job in await jobs(deps)) == [
        "20261123T0920Z",
        "20261123T0940Z",
        "20261123T1000Z",
    ]
    assert (await schedules.get(deps, schedule.id)).next_run_at == datetime(2026, 11, 23, 10, 20, tzinfo=UTC)


async def test_a_schedule_that_cannot_be_planned_again_does_not_stop_the_others(
    deps: FakeDependencies, clock: Clock
) -> None:
    """After the clock was set back, a schedule with an unknown time zone is logged, and the next one runs."""
    draft = ScheduleDraft(name="Foxes", theme="foxes", timing=IntervalTiming(minutes=1), starts_at=START)
    broken = await schedules.create(deps, draft.evolve(name="Badgers"), caller=ANNA)
    other = await schedules.create(deps, draft, caller=ANNA)
    clock.advance(hours=1)
    await plan_due_work(deps)
    stored = await deps.catalog.schedules.get(broken.id)
    timing = CronTiming(cron="0 9 * * *", timezone="Europe/Atlantis")
    await deps.catalog.schedules.replace(stored.evolve(timing=timing))
    clock.advance(hours=-1)

    for _ in range(2):
        clock.advance(60)
        await plan_due_work(deps)

    runs = (await deps.catalog.jobs.page(schedule_id=other.id)).items
    assert sorted(present(run.slot) for run in runs) == ["20261123T0902Z", "20261123T1000Z"]


@pytest.mark.parametrize("ahead_min", [3, 20])
async def test_two_instances_with_different_clocks_plan_each_slot_once(
    deps: FakeDependencies, clock: Clock, ahead_min: int
) -> None:
    """Each slot has one job, and each run is counted once, whichever instance plans it."""
    draft = ScheduleDraft(name="Owls", theme="owls", timing=IntervalTiming(minutes=1), starts_at=START)
    schedule = await schedules.create(deps, draft, caller=ANNA)
    fast = replace(deps, clock=FastClock(clock, ahead_min))

    plans = []
    for minute in range(30):
        clock.advance(60)
        for instance in (fast, deps) if minute % 2 else (deps, fast):
            await plan_due_work(instance)
            plans.append((await schedules.get(deps, schedule.id)).planned_until)
        await deliver(deps)

    found = [job for job in (await deps.catalog.jobs.page(limit=200)).items if job.request is not None]
    numbers = sorted(int(present(job.request).variables["n"]) for job in found)
    assert len({job.slot for job in found}) == len(found)
    assert numbers == list(range(1, len(found) + 1))
    assert (await schedules.get(deps, schedule.id)).runs == len(found)
    if ahead_min == 3:
        assert plans == sorted(plans)


async def test_after_the_clock_was_set_back_a_month_is_counted(deps: FakeDependencies, clock: Clock) -> None:
    """A month that was marked by a clock that was ahead is marked again, and counted once it has settled."""
    await ask(deps)
    clock.advance(hours=1)
    await deliver(deps)
    clock.advance(hours=-1)

    first = await summaries.recompute_dirty(deps)
    clock.advance(summaries.SETTLE.total_seconds())
    second = await summaries.recompute_dirty(deps)

    assert (first, second) == (0, 1)


async def test_after_the_clock_was_set_back_a_change_is_announced_again(deps: FakeDependencies, clock: Clock) -> None:
    """A mark from the future is replaced by a new one, because the month could be counted before the change."""
    clock.advance(hours=1)
    await summaries.mark_dirty(deps, "2026-11")
    clock.advance(hours=-1)

    await summaries.mark_dirty(deps, "2026-11")

    assert (await deps.catalog.summaries.get("2026-11")).updated_at == clock()


async def test_after_the_clock_was_set_back_insights_are_computed(deps: FakeDependencies, clock: Clock) -> None:
    """Statistics that were computed in the future contain the images since then."""
    clock.advance(hours=1)
    await ask(deps)
    await deliver(deps)
    await insights.recompute(deps)
    clock.advance(hours=-1)

    await ask(deps)
    await deliver(deps)
    await insights.recompute(deps)

    read = await insights.read(deps, months=1)
    assert (read.as_of, read.models) == (clock(), [("test-model", 2)])


async def test_after_the_clock_was_set_back_the_profile_is_refreshed(deps: FakeDependencies, clock: Clock) -> None:
    """A changed model is noticed without waiting until the clock has caught up."""
    clock.advance(hours=1)
    await library_settings.profile(deps)
    clock.advance(hours=-1)
    deps.image_generator.served = PROFILE.evolve(model="other-model")

    profile = await library_settings.profile(deps)

    assert profile.model == "other-model"
