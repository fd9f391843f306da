"""The cost of a prompt is recorded once, whether or not the prompt is used."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from functions.errors import ContentBlocked, Permanent, Transient
from functions.models.schedule import CronTiming, ScheduleDraft
from functions.services import library_settings
from functions.services.generation import cancel_retry
from functions.services.maintenance import follow_up
from functions.services.prompts import prompts, upcoming
from functions.services.reports import stats
from functions.services.schedules import schedules
from functions.services.system import setup
from functions.services.usage import ledger
from tests.fakes import Clock, FakeDependencies, close_dependencies, make_dependencies
from tests.functions.services.working import ANNA, PROMPT_USD, PaidWriter, ask

DRAFT = ScheduleDraft(name="Owls", theme="owls", timing=CronTiming(cron="0 9 * * *", timezone="UTC"))


@pytest.fixture
async def paid(clock: Clock) -> AsyncIterator[FakeDependencies]:
    """Return dependencies in which prompts have a price and generation has none."""
    made = await make_dependencies(clock, prompt_writer=PaidWriter(), prompts_by="chatgpt")
    await library_settings.profile(made)
    yield made
    await close_dependencies(made)


async def work(deps: FakeDependencies) -> None:
    while message := deps.generation_queue.take():
        await follow_up.work(deps, message)


async def spent(deps: FakeDependencies) -> tuple[int, float]:
    """Return how many prompts were written, and how many the month's usage records contain."""
    _, month = await stats.usage(deps)
    return len(deps.prompt_writer.calls), month.cost_usd / PROMPT_USD


async def test_a_prompt_without_an_image_is_recorded(paid: FakeDependencies) -> None:
    """Prompts written in Create and by the test of the prompt writer are recorded."""
    await prompts.propose(paid, theme="owls", instructions="", schedule_id=None)
    await prompts.propose(paid, theme="owls", instructions="", schedule_id=None)
    await setup.test_component(paid, "prompts")

    assert await spent(paid) == (3, 3)


async def test_an_upcoming_prompt_is_recorded_once(paid: FakeDependencies, clock: Clock) -> None:
    """The cost of an upcoming prompt is recorded once, also if it is deleted."""
    schedule = await schedules.create(paid, DRAFT, caller=ANNA)
    ahead = await upcoming.write_ahead(paid, schedule.id, count=3)
    assert await spent(paid) == (3, 3)

    clock.advance(days=1)  # the run is recorded in the document of another day
    await upcoming.delete(paid, schedule.id, ahead[2].entry.id)
    job = await schedules.run_now(paid, schedule.id, caller=ANNA, idempotency_key=None)
    await work(paid)

    assert (await paid.catalog.jobs.get(job.id)).cost_usd == PROMPT_USD
    assert await spent(paid) == (3, 3)


async def test_a_prompt_whose_generation_failed_is_recorded_once(paid: FakeDependencies) -> None:
    """A retry uses the same prompt without further cost."""
    paid.image_generator.fail(Permanent("The inference service has no such model."))
    job = await ask(paid)
    await work(paid)
    assert await spent(paid) == (1, 1)

    await cancel_retry.retry(paid, job.id, caller=ANNA)
    await work(paid)

    assert await spent(paid) == (1, 1)


async def test_the_cost_of_an_unusable_answer_is_recorded(deps: FakeDependencies) -> None:
    """Both a job and a prompt without a job record what an unusable answer cost."""
    deps.prompt_writer.fail(ContentBlocked("No.", cost_usd=0.25))
    await ask(deps)
    while message := deps.generation_queue.take():
        await follow_up.work(deps, message)
    deps.prompt_writer.fail(Transient(cost_usd=0.5))
    with pytest.raises(Transient):
        await prompts.propose(deps, theme="owls", instructions="", schedule_id=None)

    (usage,) = await ledger.month_so_far(deps, deps.clock())
    assert usage.cost_usd == pytest.approx(0.75)
