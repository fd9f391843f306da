"""A clock that was an hour ahead and is set back stops nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from functions.models.job import Job
from functions.models.schedule import IntervalTiming, ScheduleDraft
from functions.services.schedules import schedules
from functions.services.schedules.planner import plan_due_work
from tests.fakes import START, Clock, FakeDependencies
from tests.functions.services.working import ANNA, deliver
from tests.present import present


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
