"""A process may die at any call between a run's slot and what follows from its end."""

from __future__ import annotations

from contextlib import suppress

import pytest

from functions.errors import Permanent
from functions.models.caller import Caller
from functions.models.job import Status
from functions.models.schedule import CronTiming, ScheduleDraft
from functions.services.jobs.submit import submit
from functions.services.maintenance.sweep import sweep
from functions.services.prompts import upcoming
from functions.services.schedules import schedules
from functions.services.schedules.planner import plan_due_work
from functions.services.usage import run_history
from tests.fakes import Clock, FakeDependencies, close_dependencies, make_dependencies
from tests.functions.crash.dying import Death, Host, Killed, mortal
from tests.functions.crash.test_windows import REQUEST
from tests.present import present

pytestmark = pytest.mark.slow

ANNA = Caller.of_key("anna", role="editor")
MAX_CALLS = 400
DRAFT = ScheduleDraft(
    name="Owls", theme="owls", timing=CronTiming(cron="0 10 * * *", timezone="UTC"), pause_after_failures=1
)


async def swept_dependencies(clock: Clock) -> FakeDependencies:
    deps = await make_dependencies(clock)
    await sweep(deps)  # from here on every sweep follows what ended since the one before
    return deps


@pytest.mark.parametrize("before", [True, False], ids=["before the call", "after the call"])
async def test_a_prompt_that_waited_is_generated_once(before: bool) -> None:
    """After a kill at any call, the run generates the prompt that was shown, which is then no longer upcoming."""
    for at in range(1, MAX_CALLS):
        clock = Clock()
        deps = await swept_dependencies(clock)
        host = Host(deps, clock)
        schedule = await schedules.create(deps, DRAFT, caller=ANNA)
        await upcoming.write_ahead(deps, schedule.id, count=1)
        clock.advance(minutes=60, seconds=10)
        death = Death(at, before=before)
        process = mortal(deps, death)

        with suppress(Killed):
            await plan_due_work(process)
            await host.deliver(process)
        clock.advance(minutes=1)
        await plan_due_work(deps)
        await host.settle()
        await sweep(deps)

        (job,) = (await deps.catalog.jobs.page()).items
        where = f"call {at}: {death.calls[min(at, len(death.calls)) - 1]}"
        stored = await deps.catalog.schedules.get(schedule.id)
        assert (job.status, present(job.prompt).prompt) == (Status.SUCCEEDED, "owls, number 1"), where
        assert len(deps.prompt_writer.calls) == 1, where
        assert (stored.upcoming, stored.recent_prompts) == ((), ("owls, number 1",)), where
        await close_dependencies(deps)
        if not death.dead:
            return
    pytest.fail("The run never came to its end.")


@pytest.mark.parametrize("before", [True, False], ids=["before the call", "after the call"])
async def test_what_follows_is_done_wherever_the_process_died(before: bool) -> None:
    """The prompt history and the usage records are the same as after an undisturbed run."""
    for at in range(1, MAX_CALLS):
        clock = Clock()
        deps = await swept_dependencies(clock)
        host = Host(deps, clock)
        job = await submit(deps, REQUEST, caller=ANNA, idempotency_key="once")
        death = Death(at, before=before)

        with suppress(Killed):
            await host.deliver(mortal(deps, death))
        await host.settle()
        await sweep(deps)

        where = f"call {at}: {death.calls[min(at, len(death.calls)) - 1]}"
        (run_document,) = await run_history.for_days(deps, [f"{job.created_at:%Y-%m-%d}"])
        assert (run_document.runs[job.id].images, run_document.runs[job.id].status) == (2, "succeeded"), where
        assert [line.job_id for line in (await deps.catalog.prompts.page("person:key:anna")).items] == [job.id], where
        await close_dependencies(deps)
        if not death.dead:
            return
    pytest.fail("The job never ran to its end.")


@pytest.mark.parametrize("before", [True, False], ids=["before the call", "after the call"])
async def test_a_failing_schedule_pauses_wherever_the_process_died(before: bool) -> None:
    """One failure is all that it allows; no crash makes it go on."""
    for at in range(1, MAX_CALLS):
        clock = Clock()
        deps = await swept_dependencies(clock)
        host = Host(deps, clock)
        schedule = await schedules.create(deps, DRAFT, caller=ANNA)
        clock.advance(minutes=60, seconds=10)
        await plan_due_work(deps)
        deps.prompt_writer.fail(Permanent("The writer has no such model."), times=99)
        death = Death(at, before=before)

        with suppress(Killed):
            await host.deliver(mortal(deps, death))
        await host.settle()
        await sweep(deps)

        where = f"call {at}: {death.calls[min(at, len(death.calls)) - 1]}"
        assert (await deps.catalog.schedules.get(schedule.id)).paused, where
        await close_dependencies(deps)
        if not death.dead:
            return
    pytest.fail("The run never came to its end.")
