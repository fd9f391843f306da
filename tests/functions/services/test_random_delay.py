"""Runs of a schedule with a random delay."""

from __future__ import annotations

from datetime import datetime, timedelta

from functions.models.job import Job, Status
from functions.models.schedule import CronTiming, Schedule, ScheduleDraft
from functions.policy.schedules.random_delay import run_time
from functions.services.prompts import upcoming
from functions.services.schedules import schedules
from functions.services.schedules.planner import plan_due_work
from tests.fakes import START, Clock, FakeDependencies
from tests.functions.services.working import ANNA
from tests.present import present

SLOT = START + timedelta(hours=1)
DRAFT = ScheduleDraft(
    name="Owls",
    theme="owls",
    timing=CronTiming(cron="0 10 * * *", timezone="UTC"),
    random_delay_minutes=600,
    missed="skip",
)


async def jobs(deps: FakeDependencies) -> list[Job]:
    """Return all jobs, oldest first."""
    return list(reversed((await deps.catalog.jobs.page()).items))


async def waiting(deps: FakeDependencies, clock: Clock, draft: ScheduleDraft = DRAFT) -> tuple[Schedule, datetime]:
    """Return a schedule two minutes after its slot, and when its run starts."""
    schedule = await schedules.create(deps, draft, caller=ANNA, id="s1")
    start = run_time(draft, schedule.id, SLOT)
    assert start > SLOT + timedelta(minutes=10), "so that the delay is long enough for the tests"
    clock.advance(minutes=62)
    await plan_due_work(deps)
    return schedule, start


async def test_run_starts_once_after_its_delay(deps: FakeDependencies, clock: Clock) -> None:
    """Its job is of the slot, and a delay of more than five minutes doesn't make it a missed run."""
    schedule, start = await waiting(deps, clock)
    assert schedule.next_run_at == start
    found: dict[datetime, int] = {}

    while clock() < SLOT + timedelta(hours=23):
        clock.advance(minutes=1)
        await plan_due_work(deps)
        found.setdefault(clock(), len(await jobs(deps)))

    assert [count for moment, count in found.items() if moment in (start - timedelta(minutes=1), start)] == [0, 1]
    assert [(job.slot, job.status) for job in await jobs(deps)] == [("20261123T1000Z", Status.QUEUED)]
    later = present((await schedules.get(deps, schedule.id)).next_run_at)
    assert later == run_time(DRAFT, schedule.id, SLOT + timedelta(days=1))


async def test_run_that_waits_survives_an_edit_and_a_pause(deps: FakeDependencies, clock: Clock) -> None:
    """The slot stays undecided, and the run starts at the same time."""
    schedule, start = await waiting(deps, clock)

    edited = await schedules.update(deps, schedule.id, DRAFT.evolve(theme="barn owls"), etag="1")
    await schedules.pause(deps, schedule.id, "")
    clock.advance(minutes=2)
    resumed = await schedules.resume(deps, schedule.id)
    clock.advance((start - clock()).total_seconds())
    await plan_due_work(deps)

    assert (edited.next_run_at, resumed.next_run_at) == (start, start)
    assert edited.planned_until < SLOT
    assert resumed.planned_until < SLOT
    assert [job.slot for job in await jobs(deps)] == ["20261123T1000Z"]


async def test_run_whose_delay_ended_during_a_pause_is_not_made_up(deps: FakeDependencies, clock: Clock) -> None:
    """The next run is the one of the next day."""
    schedule, start = await waiting(deps, clock)

    await schedules.pause(deps, schedule.id, "")
    clock.advance((start - clock()).total_seconds() + 60)
    resumed = await schedules.resume(deps, schedule.id)
    await plan_due_work(deps)

    assert resumed.planned_until == clock()
    assert await jobs(deps) == []


async def test_prompt_written_for_a_date_waits_with_its_run(deps: FakeDependencies, clock: Clock) -> None:
    """A prompt that can mention the date isn't dropped between the slot and the start of the run."""
    schedule, _ = await waiting(deps, clock, DRAFT.evolve(theme="owls on a {weekday}"))

    written = await upcoming.write_ahead(deps, schedule.id, count=1)
    clock.advance(minutes=2)
    listed = await upcoming.list_upcoming(deps, schedule.id)

    assert [one.slot for one in written] == [SLOT]
    assert [(one.entry.id, one.slot) for one in listed] == [(written[0].entry.id, SLOT)]


async def test_preview_of_a_saved_schedule_lists_the_delayed_times(deps: FakeDependencies, clock: Clock) -> None:
    """A run that waits is the first one; a new schedule has the times before the delay."""
    schedule, start = await waiting(deps, clock)

    saved = await schedules.preview(deps, DRAFT, count=2, id=schedule.id)
    new = await schedules.preview(deps, DRAFT, count=2)

    tomorrow = SLOT + timedelta(days=1)
    assert list(saved.runs) == [start, run_time(DRAFT, schedule.id, tomorrow)]
    assert list(new.runs) == [tomorrow, tomorrow + timedelta(days=1)]
    assert saved.sentence == "At 10:00 every day (UTC), up to 600 minutes later"
