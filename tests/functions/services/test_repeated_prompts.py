"""Runs whose prompt writer only repeats earlier prompts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest

from functions.models.caller import Caller
from functions.models.job import Job, Status
from functions.models.prompt import ModelProfile, WritingRequest, WrittenPrompt
from functions.models.schedule import CronTiming, ScheduleDraft
from functions.services import library_settings
from functions.services.generation.cancel_retry import retry
from functions.services.maintenance import follow_up
from functions.services.prompts import upcoming
from functions.services.schedules import schedules
from functions.services.schedules.planner import plan_due_work
from tests.fakes import START, Clock, FakeDependencies, FakePromptWriter, close_dependencies, make_dependencies
from tests.functions.services.working import images
from tests.present import present

ANNA = Caller.of_key("anna", role="editor")
HOURLY = ScheduleDraft(name="Owls", theme="owls", timing=CronTiming(cron="0 * * * *", timezone="UTC"))


class RepeatingPromptWriter(FakePromptWriter):
    """Writes the same prompt each time, at a cost."""

    async def write(self, request: WritingRequest, profile: ModelProfile) -> WrittenPrompt:
        written = await super().write(request, profile)
        return written.evolve(prompt="an old owl in the snow", cost_usd=0.25)


@pytest.fixture
def clock() -> Clock:
    return Clock(START + timedelta(minutes=30))


@pytest.fixture
async def deps(clock: Clock) -> AsyncIterator[FakeDependencies]:
    made = await make_dependencies(clock, prompt_writer=RepeatingPromptWriter())
    await library_settings.profile(made)
    yield made
    await close_dependencies(made)


async def runs(deps: FakeDependencies, clock: Clock, count: int) -> Sequence[Job]:
    """Run the schedules for some hours, and return their jobs, oldest first."""
    for _ in range(count):
        clock.advance(hours=1)
        await plan_due_work(deps)
        while (message := deps.generation_queue.take()) is not None:
            await follow_up.work(deps, message)
    return list(reversed((await deps.catalog.jobs.page()).items))


async def test_a_repeated_prompt_marks_the_run_as_not_new(deps: FakeDependencies, clock: Clock) -> None:
    """By default, images are generated, and the reason says that the prompt isn't new."""
    await schedules.create(deps, HOURLY, caller=ANNA)

    first, second = await runs(deps, clock, 2)

    assert (first.status, first.reason) == (Status.SUCCEEDED, None)
    assert second.status == Status.SUCCEEDED
    assert present(second.reason).code == "not_new"
    assert "repeated an earlier prompt" in present(second.reason).message
    assert (present(first.prompt).not_new, present(second.prompt).not_new) == (False, True)
    assert len(await images(deps)) == 2


async def test_a_schedule_may_skip_runs_that_are_not_new(deps: FakeDependencies, clock: Clock) -> None:
    """The run is skipped without images, keeps its prompt, and its cost is in the usage."""
    await schedules.create(deps, HOURLY.evolve(repeats="skip"), caller=ANNA)

    first, second, third = await runs(deps, clock, 3)

    assert (first.status, second.status, third.status) == (Status.SUCCEEDED, Status.SKIPPED, Status.SKIPPED)
    assert present(second.reason).code == "not_new"
    assert present(second.prompt).prompt == "an old owl in the snow"
    assert (second.lease, second.pictures, second.cost_usd) == (None, (), 0.25)
    assert len(await images(deps)) == 1
    usage = await deps.catalog.usage.get("2026-11-23")
    assert usage.jobs[second.id] == (0, 0.25)


async def test_a_retry_of_a_skipped_run_writes_another_prompt(deps: FakeDependencies, clock: Clock) -> None:
    """The repeated prompt isn't used by the retry, which the schedule would skip again."""
    await schedules.create(deps, HOURLY.evolve(repeats="skip"), caller=ANNA)
    _, second = await runs(deps, clock, 2)

    again = await retry(deps, second.id, caller=ANNA)

    assert again.generation_request.prompt is None


async def test_an_upcoming_prompt_that_is_not_new_counts_until_it_is_edited(
    deps: FakeDependencies, clock: Clock
) -> None:
    """A run that claims a repeated upcoming prompt is skipped, one whose prompt a user edited isn't."""
    schedule = await schedules.create(deps, HOURLY.evolve(repeats="skip"), caller=ANNA)
    ahead = await upcoming.write_ahead(deps, schedule.id, count=3)
    assert [one.entry.prompt.not_new for one in ahead] == [False, True, True]
    edited = WrittenPrompt(prompt="a fox at night")
    await upcoming.edit(deps, schedule.id, ahead[1].entry.id, edited, etag=ahead[1].entry.etag)

    jobs = await runs(deps, clock, 3)

    assert [job.status for job in jobs] == [Status.SUCCEEDED, Status.SUCCEEDED, Status.SKIPPED]
