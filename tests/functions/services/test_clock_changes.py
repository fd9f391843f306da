"""Work continues if a clock that was an hour ahead is set back, and if the clocks of instances differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from functions.models.job import Job
from functions.models.schedule import IntervalTiming, ScheduleDraft
from functions.services.schedules import schedules
from functions.services.schedules.planner import plan_due_work
from tests.fakes import START, Clock, FakeDependencies
from tests.functions.services.working import ANNA, deliver
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
