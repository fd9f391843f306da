"""The reads of one planner tick, and the limit shared by schedules that are due in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from functions.models.job import Status
from functions.models.library import Limits
from functions.models.schedule import IntervalTiming, ScheduleDraft
from functions.services.schedules import schedules
from functions.services.schedules.planner import plan_due_work
from functions.services.update import update
from tests.fakes import Clock, FakeDependencies
from tests.functions.services.working import ANNA

EVERY_MINUTE = ScheduleDraft(name="Owls", theme="owls", timing=IntervalTiming(minutes=1), images_per_month=1000)
SCHEDULES = 4


class Counting:
    """A store that counts its calls by name."""

    def __init__(self, store: Any) -> None:
        self._store, self.calls = store, Counter[str]()

    def __getattr__(self, name: str) -> Any:
        self.calls[name] += 1
        return getattr(self._store, name)


@pytest.fixture
async def due(deps: FakeDependencies, clock: Clock) -> None:
    """Create four schedules that are due at the same time, each with its own limit."""
    for number in range(SCHEDULES):
        await schedules.create(deps, EVERY_MINUTE.evolve(name=f"{EVERY_MINUTE.name} {number}"), caller=ANNA)
    clock.advance(timedelta(minutes=1).total_seconds())


async def test_a_tick_reads_settings_profile_and_month_once(deps: FakeDependencies, due: Any) -> None:
    """Four due schedules need as many of these reads as one, and no list of open jobs."""
    settings, jobs, usage = (Counting(s) for s in (deps.catalog.settings, deps.catalog.jobs, deps.catalog.usage))
    counted = replace(deps, catalog=replace(deps.catalog, settings=settings, jobs=jobs, usage=usage))
    requested = deps.image_generator.profile_calls

    await plan_due_work(counted)

    # Totals of the schedule's previous runs, of the library, and of the schedule for its own limit.
    assert jobs.calls == {"open_totals": 3 * SCHEDULES, "get_many": SCHEDULES - 1, "create": SCHEDULES}
    assert settings.calls == {"get": 1}
    assert deps.image_generator.profile_calls == requested
    # One query for the days of the month so far, one for the runs of each; then a reservation for each run.
    assert usage.calls == {"get_many": 2, "get": SCHEDULES, "create": 1, "replace": SCHEDULES}


async def test_jobs_of_one_tick_count_against_the_same_limit(deps: FakeDependencies, due: Any) -> None:
    """With room for two images, the first two schedules run and the others are skipped with the reason."""
    await update(
        deps.catalog.settings,
        "settings",
        lambda stored: stored.evolve(limits=Limits(images_per_day=2, images_per_job=2)),
    )

    await plan_due_work(deps)

    planned = (await deps.catalog.jobs.page()).items
    assert Counter(job.status for job in planned) == {Status.QUEUED: 2, Status.SKIPPED: 2}
    assert {job.reason.code for job in planned if job.reason} == {"over_limit"}


async def test_a_tick_without_due_schedules_reads_the_settings_alone(deps: FakeDependencies, due: Any) -> None:
    """A second tick in the same minute reads neither jobs nor usage."""
    await plan_due_work(deps)
    jobs, usage = Counting(deps.catalog.jobs), Counting(deps.catalog.usage)

    await plan_due_work(replace(deps, catalog=replace(deps.catalog, jobs=jobs, usage=usage)))

    assert jobs.calls == {}
    assert usage.calls == {}
