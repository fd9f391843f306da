"""Prompts without a job stay within the cost limits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from functions.errors import TooMany, Transient
from functions.models.library import Limits
from functions.models.schedule import CronTiming, ScheduleDraft
from functions.services import library_settings
from functions.services.maintenance import follow_up
from functions.services.prompts import prompts, upcoming
from functions.services.schedules import schedules
from functions.services.system import setup
from functions.services.update import update
from functions.services.usage import ledger
from tests.fakes import Clock, FakeDependencies, close_dependencies, make_dependencies
from tests.functions.services.working import ANNA, PROMPT_USD, PaidWriter, ask

DRAFT = ScheduleDraft(name="Owls", theme="owls", timing=CronTiming(cron="0 9 * * *", timezone="UTC"))
DAY, MONTH = Limits(usd_per_day=2 * PROMPT_USD), Limits(usd_per_month=2 * PROMPT_USD)

Write = Callable[[FakeDependencies], Awaitable[object]]


@pytest.fixture
async def paid(clock: Clock) -> AsyncIterator[FakeDependencies]:
    """Dependencies in which one job has run and cost the price of a prompt, which is the estimate of the next ones."""
    made = await make_dependencies(clock, prompt_writer=PaidWriter(), prompts_by="chatgpt")
    await library_settings.profile(made)
    await ask(made)
    await follow_up.work(made, made.generation_queue.take_one())
    yield made
    await close_dependencies(made)


async def limit(deps: FakeDependencies, limits: Limits) -> None:
    await update(deps.catalog.settings, "settings", lambda stored: stored.evolve(limits=limits))


async def propose(deps: FakeDependencies) -> object:
    return await prompts.propose(deps, theme="owls", instructions="", schedule_id=None)


async def write_ahead(deps: FakeDependencies) -> object:
    (schedule,) = await deps.catalog.schedules.all()
    return await upcoming.write_ahead(deps, schedule.id, count=1)


async def spent(deps: FakeDependencies) -> float:
    return sum(day.cost_usd for day in await ledger.month_so_far(deps, deps.clock()))


@pytest.mark.parametrize("write", [propose, write_ahead])
@pytest.mark.parametrize("limits", [DAY, MONTH], ids=["day", "month"])
async def test_a_prompt_over_a_limit_is_refused_before_it_is_paid(
    paid: FakeDependencies, write: Write, limits: Limits
) -> None:
    """After a job and a prompt have used up the limit, the next prompt is refused with the numbers."""
    await schedules.create(paid, DRAFT, caller=ANNA)
    await limit(paid, limits)
    await propose(paid)

    with pytest.raises(TooMany) as caught:
        await write(paid)

    assert len(paid.prompt_writer.calls) == 2
    assert (caught.value.details["unit"], caught.value.details["limit"]) == ("USD", 0.5)
    assert (caught.value.details["used"], caught.value.details["waiting"]) == (0.5, 0)
    assert caught.value.message.startswith("An estimated $0.25 more would exceed ")


async def test_prompts_requested_at_once_stay_within_a_limit(paid: FakeDependencies) -> None:
    """Of ten simultaneous requests with room for three, three are answered, and no reservation is left."""
    await limit(paid, Limits(usd_per_day=4 * PROMPT_USD))

    found = await asyncio.gather(*(propose(paid) for _ in range(10)), return_exceptions=True)

    assert sum(isinstance(one, prompts.Proposal) for one in found) == 3
    assert sum(isinstance(one, TooMany) for one in found) == 7
    assert await spent(paid) == 4 * PROMPT_USD
    (today,) = await ledger.month_so_far(paid, paid.clock())
    assert {key for key in today.reserved if key.startswith("prompt-")} == set()


async def test_a_failed_prompt_gives_its_reservation_back(paid: FakeDependencies) -> None:
    """The room of a prompt that failed without cost is free for the next one."""
    await limit(paid, DAY)
    paid.prompt_writer.fail(Transient())
    with pytest.raises(Transient):
        await propose(paid)

    await propose(paid)

    assert await spent(paid) == 2 * PROMPT_USD


async def test_the_test_of_the_prompt_writer_reports_the_limit(paid: FakeDependencies) -> None:
    """The test of the component writes no prompt once a limit leaves no room."""
    await limit(paid, Limits(usd_per_day=PROMPT_USD))

    result = await setup.test_component(paid, "prompts")

    assert (result.ok, len(paid.prompt_writer.calls)) == (False, 1)
    assert "would exceed today's limit of $0.25 ($0.25 used, $0.00 queued)" in result.message


async def test_writing_ahead_stops_at_a_limit(paid: FakeDependencies) -> None:
    """Upcoming prompts are written until a limit leaves no room, and the written ones are returned."""
    schedule = await schedules.create(paid, DRAFT, caller=ANNA)
    await limit(paid, Limits(usd_per_day=3 * PROMPT_USD))

    ahead = await upcoming.write_ahead(paid, schedule.id, count=4)

    assert len(ahead) == 2
    assert await spent(paid) == 3 * PROMPT_USD


async def test_a_limit_of_images_does_not_stop_prompts(paid: FakeDependencies) -> None:
    """A prompt without images is written after the limit of images was lowered below what is used."""
    await ask(paid)
    await follow_up.work(paid, paid.generation_queue.take_one())
    await limit(paid, Limits(images_per_day=1, usd_per_day=1.0))

    assert isinstance(await propose(paid), prompts.Proposal)
