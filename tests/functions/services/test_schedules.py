"""Schedules: what fires, what is skipped, and what people change meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from functions.errors import BadRequest, NotFound, Stale
from functions.models.job import Job, Status
from functions.models.library import Limits, Person
from functions.models.schedule import CronTiming, IntervalTiming, PaintOptions, ScheduleDraft
from functions.services import library_settings
from functions.services.dependencies import World
from functions.services.generation.worker import run_job
from functions.services.maintenance import follow_up
from functions.services.schedules import schedules
from functions.services.schedules.planner import plan_due_work
from tests.fakes import START, Clock, close_world, make_world

ANNA = Person(name="anna", role="editor")
HOURLY = ScheduleDraft(name="Owls", theme="owls", timing=CronTiming(cron="0 * * * *", timezone="UTC"))


@pytest.fixture
def clock() -> Clock:
    return Clock(START + timedelta(minutes=30))


@pytest.fixture
async def world(tmp_path, clock):
    made = await make_world(tmp_path, clock)
    await library_settings.profile(made)
    yield made
    await close_world(made)


async def history(world: World) -> list[Job]:
    """All jobs, the oldest first."""
    return list(reversed((await world.catalog.jobs.page()).items))


async def work(world: World) -> None:
    while (message := world.generation_queue.take()) is not None:
        await run_job(world, message)


async def finish(world: World) -> None:
    """Work, and what follows from it."""
    while (message := world.generation_queue.take()) is not None:
        await follow_up.work(world, message)


async def test_a_schedule_fires_at_its_time_and_not_before(world, clock):
    """Created at half past nine, it fires at ten, under the slot's own id."""
    schedule = await schedules.create(world, HOURLY, caller=ANNA)

    await plan_due_work(world)
    assert await history(world) == []
    clock.advance(minutes=30)
    await plan_due_work(world)

    (job,) = await history(world)
    assert (job.id, job.status) == (f"{schedule.id}@20261123T1000Z", Status.QUEUED)
    assert (await schedules.get(world, schedule.id)).next_run_at == datetime(2026, 11, 23, 11, 0, tzinfo=UTC)


async def test_five_minutes_of_every_minute_are_five_jobs(world, clock):
    """However often the clock ticks."""
    await schedules.create(world, HOURLY.evolve(timing=IntervalTiming(minutes=1)), caller=ANNA)

    for _ in range(5):
        clock.advance(60)
        await plan_due_work(world)
        await plan_due_work(world)
        await work(world)

    assert [job.status for job in await history(world)] == [Status.SUCCEEDED] * 5


async def test_missed_runs_fold_into_the_latest(world, clock):
    """Three hours asleep: one job, which says that it stands for two more."""
    await schedules.create(world, HOURLY, caller=ANNA)

    clock.advance(hours=3)
    await plan_due_work(world)

    (job,) = await history(world)
    assert (job.slot, job.folded_slots, job.status) == ("20261123T1200Z", 2, Status.QUEUED)


async def test_a_schedule_may_skip_what_it_missed(world, clock):
    """The history says so."""
    await schedules.create(world, HOURLY.evolve(missed="skip"), caller=ANNA)

    clock.advance(hours=3)
    await plan_due_work(world)

    (job,) = await history(world)
    assert (job.status, job.reason.code) == (Status.SKIPPED, "missed")


async def test_a_run_over_a_run_is_skipped_and_recorded(world, clock):
    """Unless the schedule allows it."""
    await schedules.create(world, HOURLY, caller=ANNA)
    await schedules.create(world, HOURLY.evolve(name="Foxes", overlap="allow"), caller=ANNA)

    for _ in range(2):
        clock.advance(hours=1)
        await plan_due_work(world)

    by_name = {name: [job for job in await history(world) if job.schedule_name == name] for name in ("Owls", "Foxes")}
    assert [job.status for job in by_name["Owls"]] == [Status.QUEUED, Status.SKIPPED]
    assert by_name["Owls"][1].reason.code == "overlap"
    assert [job.status for job in by_name["Foxes"]] == [Status.QUEUED, Status.QUEUED]


async def test_over_the_budget_a_slot_is_skipped_with_the_numbers(world, clock):
    """And the next day it runs again."""
    settings = await library_settings.settings(world)
    await world.catalog.settings.replace(settings.evolve(limits=Limits(images_per_day=1)))
    await schedules.create(world, HOURLY, caller=ANNA)

    for _ in range(2):
        clock.advance(hours=1)
        await plan_due_work(world)
        await work(world)
    clock.advance(hours=14)
    await plan_due_work(world)

    first, second, third = await history(world)
    assert (first.status, second.status, third.status) == (Status.SUCCEEDED, Status.SKIPPED, Status.QUEUED)
    assert "limit of 1 pictures" in second.reason.message


async def test_over_its_own_limit_a_schedule_skips_until_the_next_month(world, clock):
    """Runs by hand count, other schedules don't; the reason has the numbers."""
    limited = await schedules.create(world, HOURLY.evolve(images_per_month=3), caller=ANNA)
    await schedules.create(world, HOURLY.evolve(name="Foxes"), caller=ANNA)
    await schedules.run_now(world, limited.id, caller=ANNA, idempotency_key=None, count=2)
    await finish(world)

    for _ in range(2):
        clock.advance(hours=1)
        await plan_due_work(world)
        await finish(world)
    clock.advance(hours=24 * 8)
    await plan_due_work(world)

    own = [job for job in await history(world) if job.schedule_id == limited.id and job.slot]
    assert [job.status for job in own] == [Status.SUCCEEDED, Status.SKIPPED, Status.QUEUED]
    assert own[1].reason.code == "over_own_limit"
    assert "own limit of 3 pictures a month: 3 are painted and 0 wait" in own[1].reason.message


async def test_a_paused_schedule_stays_silent_and_resumes_from_now(world, clock):
    """Unpausing fires nothing at once."""
    schedule = await schedules.create(world, HOURLY, caller=ANNA)
    await schedules.pause(world, schedule.id, "holidays")

    clock.advance(hours=5)
    await plan_due_work(world)
    await schedules.resume(world, schedule.id)
    await plan_due_work(world)
    assert await history(world) == []
    clock.advance(hours=1)
    await plan_due_work(world)

    assert [job.slot for job in await history(world)] == ["20261123T1500Z"]


async def test_the_global_pause_stops_all_planning(world, clock):
    """One switch for everything."""
    await schedules.create(world, HOURLY, caller=ANNA)
    settings = await library_settings.settings(world)
    await world.catalog.settings.replace(settings.evolve(paused=True))

    clock.advance(hours=1)
    await plan_due_work(world)

    assert await history(world) == []


async def test_run_now_works_while_paused_and_once_per_key(world):
    """It is outside the timetable."""
    schedule = await schedules.create(world, HOURLY, caller=ANNA)
    await schedules.pause(world, schedule.id, "")

    one = await schedules.run_now(world, schedule.id, caller=ANNA, idempotency_key="k")
    two = await schedules.run_now(world, schedule.id, caller=ANNA, idempotency_key="k")

    assert one.id == two.id
    assert (one.schedule_id, one.slot) == (schedule.id, None)


async def test_deleting_a_schedule_cancels_its_jobs(world, clock):
    """And it fires no more."""
    schedule = await schedules.create(world, HOURLY, caller=ANNA)
    clock.advance(hours=1)
    await plan_due_work(world)

    await schedules.delete(world, schedule.id)
    clock.advance(hours=1)
    await plan_due_work(world)

    assert [job.status for job in await history(world)] == [Status.CANCELLED]
    with pytest.raises(NotFound):
        await schedules.get(world, schedule.id)


async def test_a_tick_does_not_make_an_open_editor_stale(world, clock):
    """Only another person's edit does."""
    schedule = await schedules.create(world, HOURLY, caller=ANNA)
    clock.advance(hours=1)
    await plan_due_work(world)

    edited = await schedules.update(world, schedule.id, HOURLY.evolve(theme="foxes"), etag=str(schedule.version))

    assert (edited.theme, edited.runs) == ("foxes", 1)
    with pytest.raises(Stale):
        await schedules.update(world, schedule.id, HOURLY, etag=str(schedule.version))


async def test_an_edit_never_fires_at_once(world, clock):
    """Moved to a time that passed today, it waits for tomorrow."""
    schedule = await schedules.create(world, HOURLY, caller=ANNA)

    early = HOURLY.evolve(timing=CronTiming(cron="0 3 * * *", timezone="UTC"))
    edited = await schedules.update(world, schedule.id, early, etag=str(schedule.version))
    await plan_due_work(world)

    assert edited.next_run_at == datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
    assert await history(world) == []


async def test_a_schedule_that_is_over_has_no_next_run(world, clock):
    """After its end nothing fires."""
    ends = HOURLY.evolve(ends_at=START + timedelta(hours=1))
    schedule = await schedules.create(world, ends, caller=ANNA)

    clock.advance(hours=1)
    await plan_due_work(world)

    assert len(await history(world)) == 1
    assert (await schedules.get(world, schedule.id)).next_run_at is None


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (HOURLY.evolve(timing=CronTiming(cron="nonsense", timezone="UTC")), "timing.cron"),
        (HOURLY.evolve(timing=CronTiming(cron="0 9 * * *", timezone="Nowhere")), "timing.timezone"),
        (HOURLY.evolve(options=PaintOptions(count=99)), "options.count"),
        (HOURLY.evolve(starts_at=START, ends_at=START), "ends_at"),
        (HOURLY.evolve(options=PaintOptions(count=4), images_per_month=3), "images_per_month"),
    ],
)
async def test_a_draft_that_cannot_be_kept_names_its_field(world, draft, field):
    """Nothing is saved."""
    with pytest.raises(BadRequest) as caught:
        await schedules.create(world, draft, caller=ANNA)

    assert caught.value.details["field"] == field
    assert await world.catalog.schedules.all() == []


async def test_a_preview_tells_the_next_runs_in_words_and_instants(world):
    """Strictly after the moment asked about."""
    daily = HOURLY.evolve(timing=CronTiming(cron="0 9 * * *", timezone="Europe/Berlin"))

    found = await schedules.preview(world, daily, after=START, count=2)

    assert found.sentence == "At 09:00 every day (Europe/Berlin)"
    assert found.runs == (datetime(2026, 11, 24, 8, 0, tzinfo=UTC), datetime(2026, 11, 25, 8, 0, tzinfo=UTC))
