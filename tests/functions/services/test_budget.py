"""The budget is a limit for any number of requests at once, and after a crash at any point."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from functions.errors import TooMany
from functions.models.job import GenerationRequest, Job, Status
from functions.models.library import Limits, Reservation
from functions.models.schedule import IntervalTiming, ScheduleDraft
from functions.services import library_settings
from functions.services.generation import cancel_retry
from functions.services.jobs.submit import submit
from functions.services.maintenance.sweep import sweep
from functions.services.schedules import schedules
from functions.services.schedules.planner import plan_due_work
from functions.services.update import update
from functions.services.usage import budget
from tests.fakes import Clock, FakeDependencies, close_dependencies, make_dependencies
from tests.functions.crash.dying import Death, Killed, mortal
from tests.functions.services.working import ANNA, ask, deliver, latest

OWLS = GenerationRequest(theme="owls")
EVERY_MINUTE = ScheduleDraft(name="Owls", theme="owls", timing=IntervalTiming(minutes=1))


@pytest.fixture(params=["file", "memory"])
async def shared(request: pytest.FixtureRequest, clock: Clock, tmp_path: Path) -> AsyncIterator[FakeDependencies]:
    """Dependencies whose catalog is a file, which threads read and write, or in memory."""
    made = await make_dependencies(clock, folder=tmp_path if request.param == "file" else None)
    await library_settings.profile(made)
    yield made
    await close_dependencies(made)


async def limit(deps: FakeDependencies, **limits: Any) -> None:
    await update(deps.catalog.settings, "settings", lambda stored: stored.evolve(limits=Limits(**limits)))


async def outcomes(*requests: Any) -> tuple[list[Job], list[TooMany]]:
    """Return the jobs and the refusals of requests sent at once. Any other error is raised."""
    jobs: list[Job] = []
    refusals: list[TooMany] = []
    for found in await asyncio.gather(*requests, return_exceptions=True):
        match found:
            case Job():
                jobs.append(found)
            case TooMany():
                refusals.append(found)
            case _:
                raise found
    return jobs, refusals


async def test_forty_requests_at_once_get_exactly_the_room_for_ten(shared: FakeDependencies) -> None:
    """With room for ten images, ten of forty requests are accepted, and the others learn the numbers."""
    deps = shared
    await limit(deps, images_per_day=10)

    jobs, refusals = await outcomes(*(ask(deps) for _ in range(40)))

    assert (len(jobs), len(refusals)) == (10, 30)
    assert (await deps.catalog.jobs.open_totals()).images_left == 10
    assert all(one.details["limit"] == one.details["used"] + one.details["waiting"] == 10 for one in refusals)


async def test_requests_retries_and_runs_share_the_room(shared: FakeDependencies, clock: Clock) -> None:
    """New jobs, a retry, and due schedules that start at once never exceed the limit together."""
    deps = shared
    failed = await ask(deps, count=2)
    await cancel_retry.cancel(deps, failed.id)
    for name in ("one", "two", "three"):
        await schedules.create(deps, EVERY_MINUTE.evolve(name=name), caller=ANNA)
    clock.advance(minutes=1)
    await limit(deps, images_per_day=4)

    async def retried() -> Job:
        return await cancel_retry.retry(deps, failed.id, caller=ANNA)

    results = await asyncio.gather(
        *(ask(deps) for _ in range(5)), retried(), plan_due_work(deps), return_exceptions=True
    )

    assert {type(one) for one in results} <= {Job, TooMany, type(None)}
    assert (await deps.catalog.jobs.open_totals()).images_left == 4


async def test_an_accepted_request_leaves_its_room_to_nobody_when_sent_again(deps: FakeDependencies) -> None:
    """The same Idempotency-Key reserves once, also if the requests overlap."""
    await limit(deps, images_per_day=3)

    jobs, refusals = await outcomes(*(ask(deps, count=3, key="once") for _ in range(5)))

    assert ({job.id for job in jobs}, refusals) == ({jobs[0].id}, [])
    assert (await deps.catalog.jobs.open_totals()).images_left == 3


async def test_images_of_a_running_job_count_once(deps: FakeDependencies) -> None:
    """A stored image counts as used, one that is still to come as queued, and an ended job's rest is free again."""
    await limit(deps, images_per_day=4)
    await ask(deps, count=3)
    await deliver(deps)
    second = await ask(deps, count=1)
    with pytest.raises(TooMany) as caught:
        await ask(deps)
    assert (caught.value.details["used"], caught.value.details["waiting"]) == (3, 1)

    await cancel_retry.cancel(deps, second.id)

    assert (await ask(deps)).status == Status.QUEUED


@pytest.mark.parametrize("before", [True, False], ids=["before the call", "after the call"])
async def test_room_is_free_again_wherever_the_process_died(before: bool) -> None:
    """A job whose creation a crash prevented keeps its room for minutes only, and one that was created uses it once."""
    struck: list[str] = []
    for at in range(1, 60):
        clock = Clock()
        deps = await make_dependencies(clock)
        await library_settings.settings(deps)
        await limit(deps, images_per_day=2)
        death = Death(at, before=before)
        try:
            await submit(mortal(deps, death), OWLS, caller=ANNA, idempotency_key="lost")
        except Killed:
            struck.append(death.calls[at - 1])
        where = death.calls[min(at, len(death.calls)) - 1]
        exists = bool((await deps.catalog.jobs.open()).items)

        clock.advance(seconds=budget.KEPT_FOR.total_seconds() + 1)
        await sweep(deps)
        jobs, refusals = await outcomes(*(ask(deps) for _ in range(4)))

        assert (len(jobs), len(refusals)) == ((1, 3) if exists else (2, 2)), where
        await sweep(deps)
        assert (await deps.catalog.usage.get(budget.day_id(clock()))).reserved == {}, where
        await close_dependencies(deps)
        if not death.dead:
            break
    assert {"usage.replace", "jobs.create"} <= set(struck)


async def test_a_request_repeated_after_a_crash_uses_its_own_room(deps: FakeDependencies) -> None:
    """The process died between reservation and creation: the same request succeeds, another one finds no room."""
    await limit(deps, images_per_day=1)
    for at in range(1, 60):
        death = Death(at, before=True)
        try:
            await submit(mortal(deps, death), OWLS, caller=ANNA, idempotency_key="lost")
        except Killed:
            if death.calls[at - 1] == "jobs.create":
                break

    with pytest.raises(TooMany):
        await ask(deps)
    job = await submit(deps, OWLS, caller=ANNA, idempotency_key="lost")

    assert (await latest(deps, job)).status == Status.QUEUED


async def test_the_sweep_removes_reservations_that_nobody_needs(deps: FakeDependencies, clock: Clock) -> None:
    """Reservations of existing and of lost jobs are removed; one whose job is being created stays."""
    job = await ask(deps)
    now = clock()
    ages = {
        job.id: timedelta(0),
        "lost": timedelta(minutes=6),
        "new": timedelta(minutes=1),
        "ahead": -timedelta(hours=1),
    }
    await update(
        deps.catalog.usage,
        budget.day_id(now),
        lambda usage: usage.evolve(reserved={id: Reservation(images=1, at=now - age) for id, age in ages.items()}),
    )

    await sweep(deps)

    assert set((await deps.catalog.usage.get(budget.day_id(now))).reserved) == {"new"}


async def test_a_day_that_ends_passes_its_reservations_to_the_month(deps: FakeDependencies, clock: Clock) -> None:
    """A reservation of a moment before midnight (UTC) counts against the month's limit after it."""
    await limit(deps, images_per_month=3)
    clock.now = clock.now.replace(hour=23, minute=59, second=59)
    await ask(deps)
    await update(
        deps.catalog.usage,
        budget.day_id(clock()),
        lambda usage: usage.evolve(reserved={"new": Reservation(images=1, at=clock())}),
    )
    clock.advance(seconds=2)

    jobs, refusals = await outcomes(*(ask(deps) for _ in range(3)))

    assert (len(jobs), len(refusals)) == (1, 2)
