"""Cost limits per day, month, and schedule, which count what is spent, queued, and estimated."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from functions.errors import OverOwnLimit, TooMany
from functions.models.job import Job, Status
from functions.models.library import Limits
from functions.models.schedule import IntervalTiming, ScheduleDraft
from functions.services import library_settings
from functions.services.jobs.submit import create
from functions.services.maintenance import follow_up
from functions.services.schedules import schedules
from functions.services.schedules.planner import plan_due_work, slot_job
from functions.services.update import update
from functions.services.usage import budget
from tests.fakes import Clock, FakeDependencies, close_dependencies, make_dependencies
from tests.functions.services.working import ANNA, PROMPT_USD, PaidWriter, ask, latest
from tests.present import present

DRAFT = ScheduleDraft(name="Owls", theme="owls", timing=IntervalTiming(minutes=1), overlap="allow")


@pytest.fixture
async def paid(clock: Clock) -> AsyncIterator[FakeDependencies]:
    """Dependencies in which one job has run and cost 25 cents, which is the estimate of the next ones."""
    made = await make_dependencies(clock, prompt_writer=PaidWriter(), prompts_by="chatgpt")
    await library_settings.profile(made)
    await ask(made)
    await work(made)
    yield made
    await close_dependencies(made)


async def work(deps: FakeDependencies) -> None:
    while message := deps.generation_queue.take():
        await follow_up.work(deps, message)


async def limit(deps: FakeDependencies, limits: Limits) -> None:
    await update(deps.catalog.settings, "settings", lambda stored: stored.evolve(limits=limits))


@pytest.mark.parametrize("limits", [Limits(usd_per_day=1.0), Limits(usd_per_month=1.0)], ids=["day", "month"])
async def test_requests_at_once_stay_within_a_cost_limit(paid: FakeDependencies, limits: Limits) -> None:
    """With 25 of 100 cents spent, three of ten jobs of 25 cents are accepted, and the others learn the numbers."""
    await limit(paid, limits)

    found = await asyncio.gather(*(ask(paid) for _ in range(10)), return_exceptions=True)

    jobs = [one for one in found if isinstance(one, Job)]
    refusals = [one for one in found if isinstance(one, TooMany)]
    assert (len(jobs), len(refusals)) == (3, 7)
    assert [job.estimated_usd for job in jobs] == [PROMPT_USD] * 3
    for one in refusals:
        assert (one.details["unit"], one.details["limit"], one.details["used"]) == ("USD", 1.0, PROMPT_USD)
        assert one.details["waiting"] == 3 * PROMPT_USD


async def test_the_real_cost_replaces_the_estimate(paid: FakeDependencies) -> None:
    """A job that ended without cost gives its estimate back; one that cost more than estimated uses up more."""
    await limit(paid, Limits(usd_per_day=0.75))
    job = await ask(paid)
    await update(paid.catalog.jobs, job.id, lambda stored: stored.evolve(cost_usd=0.5))
    with pytest.raises(TooMany) as caught:
        await ask(paid)
    assert (caught.value.details["used"], caught.value.details["waiting"]) == (0.25, 0.5)

    stored = await latest(paid, job)
    await paid.catalog.jobs.replace(stored.evolve(cost_usd=0.0).with_status(Status.FAILED, now=paid.clock()))

    assert (await ask(paid)).status == Status.QUEUED


async def test_without_measurements_jobs_are_accepted_until_the_limit_is_reached(deps: FakeDependencies) -> None:
    """An unknown cost can't be reserved, but a limit that is used up refuses every job that may cost something."""
    paid = await make_dependencies(deps.clock, prompt_writer=PaidWriter(), prompts_by="chatgpt")
    await library_settings.profile(paid)
    await limit(paid, Limits(usd_per_day=PROMPT_USD))

    first = await ask(paid)
    await work(paid)
    with pytest.raises(TooMany):
        await ask(paid)

    assert first.estimated_usd == 0.0
    await close_dependencies(paid)


async def test_a_schedule_has_a_cost_limit_of_its_own(paid: FakeDependencies, clock: Clock) -> None:
    """Runs over it are skipped with the numbers, while another schedule runs on."""
    limited = await schedules.create(paid, DRAFT.evolve(usd_per_month=0.5), caller=ANNA)
    free = await schedules.create(paid, DRAFT.evolve(name="Foxes"), caller=ANNA)

    for _ in range(3):
        clock.advance(minutes=1)
        await plan_due_work(paid)

    runs = (await paid.catalog.jobs.page(schedule_id=limited.id)).items
    assert [run.status for run in runs] == [Status.SKIPPED, Status.QUEUED, Status.QUEUED]
    reason = runs[0].reason
    assert reason is not None
    assert reason.code == "over_own_limit"
    assert reason.message.startswith(
        "An estimated $0.25 more would exceed this schedule's monthly limit of $0.50 ($0.00 used, $0.50 queued)."
    )
    others = (await paid.catalog.jobs.page(schedule_id=free.id)).items
    assert [run.status for run in others] == [Status.QUEUED] * 3

    await work(paid)
    clock.advance(minutes=1)
    await plan_due_work(paid)
    last = (await paid.catalog.jobs.page(schedule_id=limited.id)).items[0]
    assert last.reason is not None
    assert "($0.50 used, $0.00 queued)" in last.reason.message


@pytest.mark.parametrize("period", ["day", "month"])
async def test_runs_at_once_stay_within_a_schedule_s_cost_limit(
    paid: FakeDependencies, clock: Clock, period: str
) -> None:
    """If the limit allows four runs, four of eight simultaneous runs are queued, and the others are skipped."""
    schedule = await schedules.create(paid, DRAFT.evolve(**{f"usd_per_{period}": 4 * PROMPT_USD}), caller=ANNA)
    now = clock()

    async def planned(number: int) -> Job:
        settings, profile = await library_settings.settings(paid), await library_settings.profile(paid)
        known = await budget.read(paid, settings, profile, [schedule])
        slot = now + timedelta(minutes=number)
        job = await slot_job(paid, schedule, slot, known, folded=0, now=now)
        return await (paid.catalog.jobs.create(job) if job.finished else create(paid, job))

    found = await asyncio.gather(*(planned(number) for number in range(8)))

    assert Counter(job.status for job in found) == {Status.QUEUED: 4, Status.SKIPPED: 4}
    reasons = [job.reason for job in found if job.reason]
    assert {reason.code for reason in reasons} == {"over_own_limit"}
    assert all("limit of $1.00 ($0.00 used, $1.00 queued)" in reason.message for reason in reasons)


async def test_a_schedule_s_cost_limit_of_a_day_resets_at_midnight(paid: FakeDependencies, clock: Clock) -> None:
    """The schedule's manual runs count, other schedules' runs don't, and the first run of the next UTC day starts."""
    clock.now = clock.now.replace(hour=23, minute=50, second=0)
    limited = await schedules.create(paid, DRAFT.evolve(usd_per_day=0.5), caller=ANNA)
    await schedules.create(paid, DRAFT.evolve(name="Foxes"), caller=ANNA)
    await schedules.run_now(paid, limited.id, caller=ANNA, idempotency_key=None)
    await work(paid)
    for _ in range(10):
        clock.advance(minutes=1)
        await plan_due_work(paid)
        await work(paid)

    runs = [run for run in (await paid.catalog.jobs.page(schedule_id=limited.id)).items if run.slot]
    by_slot = {run.slot: run for run in runs}
    first, *skipped, next_day = sorted(by_slot, key=str)
    assert (by_slot[first].status, by_slot[next_day].status) == (Status.SUCCEEDED, Status.SUCCEEDED)
    assert (first, next_day) == ("20261123T2351Z", "20261124T0000Z")
    reasons = {(by_slot[slot].status, present(by_slot[slot].reason).message) for slot in skipped}
    assert reasons == {
        (
            Status.SKIPPED,
            "An estimated $0.25 more would exceed this schedule's daily limit of $0.50 ($0.50 used, $0.00 queued). "
            "Raise the limit, or wait until it resets at midnight (UTC).",
        )
    }


async def test_manual_runs_stay_within_the_schedule_s_limits(paid: FakeDependencies) -> None:
    """Of ten manual runs at once with room for two, eight are refused with the numbers, and other jobs aren't."""
    limited = await schedules.create(paid, DRAFT.evolve(usd_per_day=0.5), caller=ANNA)

    found = await asyncio.gather(
        *(schedules.run_now(paid, limited.id, caller=ANNA, idempotency_key=None) for _ in range(10)),
        return_exceptions=True,
    )

    refusals = [one for one in found if isinstance(one, OverOwnLimit)]
    assert (sum(isinstance(one, Job) for one in found), len(refusals)) == (2, 8)
    assert refusals[0].message.startswith(
        "An estimated $0.25 more would exceed this schedule's daily limit of $0.50 ($0.00 used, $0.50 queued)."
    )
    assert (await ask(paid)).status == Status.QUEUED


async def test_the_same_manual_run_is_returned_over_a_limit(paid: FakeDependencies) -> None:
    """A repeated request isn't refused because its own job has used up the limit."""
    limited = await schedules.create(paid, DRAFT.evolve(images_per_month=1), caller=ANNA)
    one = await schedules.run_now(paid, limited.id, caller=ANNA, idempotency_key="k")
    await work(paid)

    two = await schedules.run_now(paid, limited.id, caller=ANNA, idempotency_key="k")

    assert one.id == two.id
    with pytest.raises(OverOwnLimit, match="monthly limit of 1 images"):
        await schedules.run_now(paid, limited.id, caller=ANNA, idempotency_key="other")


async def test_the_forecast_leaves_out_runs_over_the_daily_limit(paid: FakeDependencies, clock: Clock) -> None:
    """The cost of today's runs reduces what today's limit still allows, and later days have the whole limit."""
    schedule = await schedules.create(
        paid, DRAFT.evolve(usd_per_day=0.5, timing=IntervalTiming(minutes=60)), caller=ANNA
    )
    unspent = (await schedules.preview(paid, schedule, id=schedule.id)).forecast.own
    await schedules.run_now(paid, schedule.id, caller=ANNA, idempotency_key=None)
    await work(paid)
    spent = (await schedules.preview(paid, schedule, id=schedule.id)).forecast.own
    other = (await schedules.preview(paid, DRAFT)).forecast.others

    assert (unspent.runs, spent.runs, other) == (31 * 2, 31 * 2 - 1, 31 * 2 - 1)
    assert unspent.runs + unspent.skipped == 30 * 24


async def test_the_forecast_leaves_out_runs_over_the_cost_limit(paid: FakeDependencies) -> None:
    """With room for four runs a month, four run in each of the two months that the thirty days touch."""
    draft = DRAFT.evolve(usd_per_month=1.0, timing=IntervalTiming(minutes=24 * 60))

    forecast = (await schedules.preview(paid, draft)).forecast.own

    assert (forecast.runs, forecast.runs + forecast.skipped) == (8, 30)
