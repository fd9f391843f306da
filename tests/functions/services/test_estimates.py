"""Estimates before generation agree with the measured costs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from functions.errors import BadRequest, TooMany
from functions.models.library import Limits
from functions.models.prompt import ModelProfile, WritingRequest, WrittenPrompt
from functions.models.schedule import CronTiming, GenerationOptions, ScheduleDraft
from functions.services import library_settings
from functions.services.maintenance import follow_up
from functions.services.reports import estimates
from functions.services.schedules import schedules
from functions.services.schedules.planner import plan_due_work
from functions.services.usage import run_history
from tests.fakes import Clock, FakeDependencies, FakePromptWriter, close_dependencies, make_dependencies
from tests.functions.services.working import ANNA, OWLS, ask

PROMPT_USD = 0.0007
GIVEN = OWLS.evolve(prompt=WrittenPrompt(prompt="an owl"))
HOUR_USD = 1.2
DRAFT = ScheduleDraft(
    name="Owls",
    theme="owls",
    timing=CronTiming(cron="30 */6 * * *", timezone="UTC"),
    options=GenerationOptions(count=2),
)


class PaidWriter(FakePromptWriter):
    async def write(self, request: WritingRequest, profile: ModelProfile) -> WrittenPrompt:
        return (await super().write(request, profile)).evolve(cost_usd=PROMPT_USD)


@pytest.fixture
async def paid(clock: Clock) -> AsyncIterator[FakeDependencies]:
    """Return dependencies in which prompts and generation have a price."""
    made = await make_dependencies(clock, prompt_writer=PaidWriter(), gpu_usd_per_hour=HOUR_USD, prompts_by="chatgpt")
    await library_settings.profile(made)
    yield made
    await close_dependencies(made)


async def work(deps: FakeDependencies) -> None:
    while message := deps.generation_queue.take():
        await follow_up.work(deps, message)


@pytest.mark.slow
async def test_a_forecast_is_what_a_hundred_runs_cost(paid: FakeDependencies, clock: Clock) -> None:
    """An estimate after the first runs differs from the usage of a month of runs by less than one percent."""
    await schedules.create(paid, DRAFT, caller=ANNA)
    before = (await schedules.preview(paid, DRAFT)).forecast.own
    for _ in range(4):
        clock.advance(hours=6)
        await plan_due_work(paid)
        await work(paid)

    reported = (await schedules.preview(paid, DRAFT)).forecast.own
    begun = clock()
    for _ in range(120):
        clock.advance(hours=6)
        await plan_due_work(paid)
        await work(paid)

    month = [f"{begun + timedelta(days=day):%Y-%m-%d}" for day in range(-2, 33)]
    runs = [run for document in await run_history.for_days(paid, month) for run in document.runs.values()]
    booked = sum(day.cost_usd for day in await paid.catalog.usage.get_many(month))
    assert before.cost_usd is None
    assert (reported.runs, reported.pictures) == (120, 240)
    assert len(runs) > 100
    assert reported.cost_usd == pytest.approx(booked * 120 / 124, rel=0.01)


async def test_a_job_is_estimated_from_what_was_measured(paid: FakeDependencies, clock: Clock) -> None:
    """Twice the steps take twice the time, and a given prompt has no writing cost."""
    await ask(paid, count=2)
    await work(paid)

    plain = await estimates.estimate_job(paid, GenerationOptions(), prompt_given=True)
    double = await estimates.estimate_job(paid, GenerationOptions(steps=8, count=3), prompt_given=False)

    assert plain.one.painting_s == pytest.approx(1.2)
    assert plain.one.cost_usd == pytest.approx(1.2 * HOUR_USD / 3600)
    assert double.one.painting_s == pytest.approx(3 * 2.4)
    assert double.one.cost_usd == pytest.approx(3 * 2.4 * HOUR_USD / 3600 + PROMPT_USD)
    assert plain.throughput.pictures == 2


async def test_what_waits_and_what_is_left_is_reported(deps: FakeDependencies, clock: Clock) -> None:
    """The estimate contains the jobs ahead and what remains of the limits."""
    await ask(deps, count=3)
    await work(deps)
    await ask(deps)

    found = await estimates.estimate_job(deps, GenerationOptions(), prompt_given=False)

    assert found.jobs_ahead == 1
    assert (found.day_left, found.month_left) == (500 - 3, 10_000 - 3)
    assert found.one.cost_usd == 0.0


@pytest.mark.parametrize(
    ("limits", "refusal"),
    [
        (Limits(), ""),
        (Limits(images_per_day=5), "3 more would exceed today's limit of 5 images (2 used, 1 queued)."),
        (Limits(images_per_month=5), "3 more would exceed this month's limit of 5 images (2 used, 1 queued)."),
        (Limits(usd_per_day=0.0015), "An estimated $0.0012 more would exceed today's limit of $0.0015 ($0.0008 used,"),
    ],
)
async def test_a_limit_refuses_before_the_job_is_created(paid: FakeDependencies, limits: Limits, refusal: str) -> None:
    """An estimate says why the job itself would be refused, in the same words, and reserves nothing."""
    await ask(paid, GIVEN, count=2)
    await work(paid)
    await ask(paid, GIVEN)
    settings = await library_settings.settings(paid)
    await paid.catalog.settings.replace(settings.evolve(limits=limits))

    found = await estimates.estimate_job(paid, GenerationOptions(count=3), prompt_given=True)
    again = await estimates.estimate_job(paid, GenerationOptions(count=3), prompt_given=True)

    assert found.refusal.startswith(refusal)
    assert bool(found.refusal) == bool(refusal)
    assert again.refusal == found.refusal
    if refusal:
        with pytest.raises(TooMany) as error:
            await ask(paid, GIVEN, count=3)
        assert error.value.message == found.refusal


async def test_a_forecast_compares_the_gpu_with_a_hosted_model(clock: Clock) -> None:
    """A forecast has the cost of starting the GPU for each run, and that of the same images from a hosted model."""
    deps = await make_dependencies(clock, gpu_usd_per_hour=HOUR_USD, gpu_cooldown_s=300.0, hosted_image_usd=0.04)
    deps.image_generator.available = False
    await ask(deps)
    await work(deps)
    clock.advance(100)
    deps.image_generator.available = True
    await work(deps)

    found = (await schedules.preview(deps, DRAFT)).forecast

    assert found.own.starts == found.own.runs == 120
    assert found.own.standby_usd == pytest.approx(120 * (100 - 1.2 + 300) * HOUR_USD / 3600)
    assert found.hosted_usd == pytest.approx(240 * 0.04)
    await close_dependencies(deps)


async def test_the_startup_time_of_the_inference_service(deps: FakeDependencies, clock: Clock) -> None:
    """The startup time is measured over runs that started with the service scaled to zero."""
    deps.image_generator.available = False
    await ask(deps)
    await work(deps)
    clock.advance(100)
    deps.image_generator.available = True
    await work(deps)

    found = await estimates.estimate_job(deps, GenerationOptions(), prompt_given=False)

    assert found.throughput.wake_s == pytest.approx(100 - 1.2)


async def test_what_may_not_be_requested_is_rejected_before(deps: FakeDependencies) -> None:
    """An estimate is rejected like the job itself."""
    with pytest.raises(BadRequest):
        await estimates.estimate_job(deps, GenerationOptions(width=65), prompt_given=False)
    with pytest.raises(TooMany):
        await estimates.estimate_job(deps, GenerationOptions(count=17), prompt_given=False)


async def test_other_schedules_count_against_the_limit(deps: FakeDependencies) -> None:
    """A forecast includes all schedules that are not paused, and the edited one once."""
    await schedules.create(deps, DRAFT, caller=ANNA)
    paused = await schedules.create(deps, DRAFT.evolve(name="Paused"), caller=ANNA)
    await schedules.pause(deps, paused.id, "")
    edited = await schedules.create(deps, DRAFT.evolve(name="Edited"), caller=ANNA)
    settings = await library_settings.settings(deps)
    await deps.catalog.settings.replace(settings.evolve(limits=Limits(images_per_month=300)))

    fresh = (await schedules.preview(deps, DRAFT)).forecast
    own = (await schedules.preview(deps, DRAFT, id=edited.id)).forecast

    assert (fresh.own.pictures, fresh.others, fresh.limit) == (240, 480, 300)
    assert own.others == 240
