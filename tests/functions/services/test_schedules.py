"""Schedules: scheduled runs, skipped runs, and edits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.errors import BadRequest, NotFound, Stale
from functions.models.caller import Caller
from functions.models.job import Job, Status
from functions.models.library import Limits
from functions.models.schedule import CronTiming, GenerationOptions, IntervalTiming, ScheduleDraft
from functions.services import library_settings
from functions.services.generation.run import run_job
from functions.services.maintenance import follow_up
from functions.services.schedules import schedules
from functions.services.schedules.planner import plan_due_work
from tests.fakes import START, Clock, FakeDependencies, close_dependencies, make_dependencies
from tests.present import present

ANNA = Caller.of_key("anna", role="editor")
HOURLY = ScheduleDraft(name="Owls", theme="owls", timing=CronTiming(cron="0 * * * *", timezone="UTC"))


@pytest.fixture
def clock() -> Clock:
    return Clock(START + timedelta(minutes=30))


@pytest.fixture
async def deps(clock: Clock) -> AsyncIterator[FakeDependencies]:
    made = await make_dependencies(clock)
    await library_settings.profile(made)
    yield made
    await close_dependencies(made)


async def history(deps: FakeDependencies) -> list[Job]:
    """Return all jobs, oldest first."""
    return list(reversed((await deps.catalog.jobs.page()).items))


async def work(deps: FakeDependencies) -> None:
    while (message := deps.generation_queue.take()) is not None:
        await run_job(deps, message)


async def finish(deps: FakeDependencies) -> None:
    """Process the jobs and their follow-up steps."""
    while (message := deps.generation_queue.take()) is not None:
        await follow_up.work(deps, message)


async def test_a_schedule_fires_at_its_time_and_not_before(deps: FakeDependencies, clock: Clock) -> None:
    """Created at 9:30, the schedule runs at 10:00, with the id of the slot."""
    schedule = await schedules.create(deps, HOURLY, caller=ANNA)

    await plan_due_work(deps)
    assert await history(deps) == []
    clock.advance(minutes=30)
    await plan_due_work(deps)

    (job,) = await history(deps)
    assert (job.id, job.status) == (f"{schedule.id}@20261123T1000Z", Status.QUEUED)
    assert (await schedules.get(deps, schedule.id)).next_run_at == datetime(2026, 11, 23, 11, 0, tzinfo=UTC)


async def test_five_minutes_of_every_minute_are_five_jobs(deps: FakeDependencies, clock: Clock) -> None:
    """The number of jobs does not depend on the number of ticks."""
    await schedules.create(deps, HOURLY.evolve(timing=IntervalTiming(minutes=1)), caller=ANNA)

    for _ in range(5):
        clock.advance(60)
        await plan_due_work(deps)
        await plan_due_work(deps)
        await work(deps)

    assert [job.status for job in await history(deps)] == [Status.SUCCEEDED] * 5


async def test_missed_runs_fold_into_the_latest(deps: FakeDependencies, clock: Clock) -> None:
    """After three missed hours, one job is created that counts the two others."""
    await schedules.create(deps, HOURLY, caller=ANNA)

    clock.advance(hours=3)
    await plan_due_work(deps)

    (job,) = await history(deps)
    assert (job.slot, job.folded_slots, job.status) == ("20261123T1200Z", 2, Status.QUEUED)


async def test_a_schedule_may_skip_what_it_missed(deps: FakeDependencies, clock: Clock) -> None:
    """The history contains the missed runs as skipped."""
    await schedules.create(deps, HOURLY.evolve(missed="skip"), caller=ANNA)

    clock.advance(hours=3)
    await plan_due_work(deps)

    (job,) = await history(deps)
    assert (job.status, present(job.reason).code) == (Status.SKIPPED, "missed")


async def test_a_run_over_a_run_is_skipped_and_recorded(deps: FakeDependencies, clock: Clock) -> None:
    """An overlapping run is skipped, unless the schedule allows it."""
    await schedules.create(deps, HOURLY, caller=ANNA)
    await schedules.create(deps, HOURLY.evolve(name="Foxes", overlap="allow"), caller=ANNA)

    for _ in range(2):
        clock.advance(hours=1)
        await plan_due_work(deps)

    by_name = {name: [job for job in await history(deps) if job.schedule_name == name] for name in ("Owls", "Foxes")}
    assert [job.status for job in by_name["Owls"]] == [Status.QUEUED, Status.SKIPPED]
    assert present(by_name["Owls"][1].reason).code == "overlap"
    assert [job.status for job in by_name["Foxes"]] == [Status.QUEUED, Status.QUEUED]


async def test_over_the_limit_a_slot_is_skipped_with_the_numbers(deps: FakeDependencies, clock: Clock) -> None:
    """A run beyond the limit is skipped, and the schedule runs again on the next day."""
    settings = await library_settings.settings(deps)
    await deps.catalog.settings.replace(settings.evolve(limits=Limits(images_per_day=1)))
    await schedules.create(deps, HOURLY, caller=ANNA)

    for _ in range(2):
        clock.advance(hours=1)
        await plan_due_work(deps)
        await work(deps)
    clock.advance(hours=14)
    await plan_due_work(deps)

    first, second, third = await history(deps)
    assert (first.status, second.status, third.status) == (Status.SUCCEEDED, Status.SKIPPED, Status.QUEUED)
    assert "limit of 1 images" in present(second.reason).message


async def test_over_its_own_limit_a_schedule_skips_until_the_next_month(deps: FakeDependencies, clock: Clock) -> None:
    """Manual runs count, other schedules don't, and the reason contains the numbers."""
    limited = await schedules.create(deps, HOURLY.evolve(images_per_month=3), caller=ANNA)
    await schedules.create(deps, HOURLY.evolve(name="Foxes"), caller=ANNA)
    await schedules.run_now(deps, limited.id, caller=ANNA, idempotency_key=None, count=2)
    await finish(deps)

    for _ in range(2):
        clock.advance(hours=1)
        await plan_due_work(deps)
        await finish(deps)
    clock.advance(hours=24 * 8)
    await plan_due_work(deps)

    own = [job for job in await history(deps) if job.schedule_id == limited.id and job.slot]
    assert [job.status for job in own] == [Status.SUCCEEDED, Status.SKIPPED, Status.QUEUED]
    assert present(own[1].reason).code == "over_own_limit"
    assert "monthly limit of 3 images (3 used, 0 queued)" in present(own[1].reason).message


async def test_a_paused_schedule_stays_silent_and_resumes_from_now(deps: FakeDependencies, clock: Clock) -> None:
    """A resumed schedule starts no run at once."""
    schedule = await schedules.create(deps, HOURLY, caller=ANNA)
    await schedules.pause(deps, schedule.id, "holidays")

    clock.advance(hours=5)
    await plan_due_work(deps)
    await schedules.resume(deps, schedule.id)
    await plan_due_work(deps)
    assert await history(deps) == []
    clock.advance(hours=1)
    await plan_due_work(deps)

    assert [job.slot for job in await history(deps)] == ["20261123T1500Z"]


async def test_the_global_pause_stops_all_planning(deps: FakeDependencies, clock: Clock) -> None:
    """The pause of the library stops all scheduled runs."""
    await schedules.create(deps, HOURLY, caller=ANNA)
    settings = await library_settings.settings(deps)
    await deps.catalog.settings.replace(settings.evolve(paused=True))

    clock.advance(hours=1)
    await plan_due_work(deps)

    assert await history(deps) == []


async def test_run_now_works_while_paused_and_once_per_key(deps: FakeDependencies) -> None:
    """A manual run leaves the next scheduled run as it is."""
    schedule = await schedules.create(deps, HOURLY, caller=ANNA)
    await schedules.pause(deps, schedule.id, "")

    one = await schedules.run_now(deps, schedule.id, caller=ANNA, idempotency_key="k")
    two = await schedules.run_now(deps, schedule.id, caller=ANNA, idempotency_key="k")

    assert one.id == two.id
    assert (one.schedule_id, one.slot) == (schedule.id, None)


async def test_deleting_a_schedule_cancels_its_jobs(deps: FakeDependencies, clock: Clock) -> None:
    """A deleted schedule starts no further runs."""
    schedule = await schedules.create(deps, HOURLY, caller=ANNA)
    clock.advance(hours=1)
    await plan_due_work(deps)

    await schedules.delete(deps, schedule.id)
    clock.advance(hours=1)
    await plan_due_work(deps)

    assert [job.status for job in await history(deps)] == [Status.CANCELLED]
    with pytest.raises(NotFound):
        await schedules.get(deps, schedule.id)


async def test_a_tick_does_not_make_an_open_editor_stale(deps: FakeDependencies, clock: Clock) -> None:
    """Only an edit by another user changes the ETag."""
    schedule = await schedules.create(deps, HOURLY, caller=ANNA)
    clock.advance(hours=1)
    await plan_due_work(deps)

    edited = await schedules.update(deps, schedule.id, HOURLY.evolve(theme="foxes"), etag=str(schedule.version))

    assert (edited.theme, edited.runs) == ("foxes", 1)
    with pytest.raises(Stale):
        await schedules.update(deps, schedule.id, HOURLY, etag=str(schedule.version))


async def test_an_edit_never_fires_at_once(deps: FakeDependencies, clock: Clock) -> None:
    """A schedule moved to a time that has passed today runs tomorrow."""
    schedule = await schedules.create(deps, HOURLY, caller=ANNA)

    early = HOURLY.evolve(timing=CronTiming(cron="0 3 * * *", timezone="UTC"))
    edited = await schedules.update(deps, schedule.id, early, etag=str(schedule.version))
    await plan_due_work(deps)

    assert edited.next_run_at == datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
    assert await history(deps) == []


async def test_a_schedule_that_is_over_has_no_next_run(deps: FakeDependencies, clock: Clock) -> None:
    """A schedule has no runs after its end."""
    ends = HOURLY.evolve(ends_at=START + timedelta(hours=1))
    schedule = await schedules.create(deps, ends, caller=ANNA)

    clock.advance(hours=1)
    await plan_due_work(deps)

    assert len(await history(deps)) == 1
    assert (await schedules.get(deps, schedule.id)).next_run_at is None


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (HOURLY.evolve(timing=CronTiming(cron="nonsense", timezone="UTC")), "timing.cron"),
        (HOURLY.evolve(timing=CronTiming(cron="0 9 * * *", timezone="Nowhere")), "timing.timezone"),
        (HOURLY.evolve(options=GenerationOptions(count=99)), "options.count"),
        (HOURLY.evolve(starts_at=START, ends_at=START), "ends_at"),
        (HOURLY.evolve(options=GenerationOptions(count=4), images_per_month=3), "images_per_month"),
    ],
)
async def test_an_invalid_draft_names_its_field(deps: FakeDependencies, draft: Any, field: str) -> None:
    """An invalid draft is rejected, and nothing is saved."""
    with pytest.raises(BadRequest) as caught:
        await schedules.create(deps, draft, caller=ANNA)

    assert caught.value.details["field"] == field
    assert await deps.catalog.schedules.all() == []


async def test_a_preview_returns_the_next_runs_in_words_and_times(deps: FakeDependencies) -> None:
    """The runs are strictly after the given time."""
    daily = HOURLY.evolve(timing=CronTiming(cron="0 9 * * *", timezone="Europe/Berlin"))

    found = await schedules.preview(deps, daily, after=START, count=2)

    assert found.sentence == "At 09:00 every day (Europe/Berlin)"
    assert found.runs == (datetime(2026, 11, 24, 8, 0, tzinfo=UTC), datetime(2026, 11, 25, 8, 0, tzinfo=UTC))
