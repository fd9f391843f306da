"""What follows from a job's end is done at once, or by the sweep, and once."""

from __future__ import annotations

from functions.errors import Permanent, Unavailable
from functions.models.job import Status
from functions.services import library_settings
from functions.services.generation import cancel_retry
from functions.services.maintenance import follow_up
from functions.services.maintenance.sweep import sweep
from functions.services.usage import run_history
from tests.functions.services.working import OWLS, ask, deliver

DAY = "2026-11-23"


async def runs(world):
    return {id: run for sheet in await run_history.of_days(world, [DAY]) for id, run in sheet.runs.items()}


async def test_the_books_say_what_a_run_came_to(world, clock):
    """Pictures, work, time and waiting, once the job has ended."""
    job = await ask(world, OWLS, count=2)
    clock.advance(10)

    await follow_up.work(world, world.generation_queue.take())

    run = (await runs(world))[job.id]
    assert (run.status, run.images, run.model, run.wrote) == ("succeeded", 2, "test-model", True)
    assert run.megapixel_steps == 2 * 64 * 64 * 4 / 1e6
    assert (run.painting_ms, run.waiting_ms) == (2400, 10_000 - 2400)


async def test_the_sweep_follows_what_was_missed(world, clock):
    """A process that dies between a job's end and what follows leaves that to the sweep."""
    await sweep(world)
    job = await ask(world)
    await deliver(world)  # and nothing follows

    await sweep(world)

    assert job.id in await runs(world)
    assert [record.job_id for record in (await world.catalog.prompts.page("person:anna")).items] == [job.id]


async def test_a_cancelled_job_is_followed_too(world, clock):
    """By the sweep, as no message ends it."""
    await sweep(world)
    job = await ask(world)
    await cancel_retry.cancel(world, job.id)

    await sweep(world)

    assert (await runs(world))[job.id].status == Status.CANCELLED


async def test_an_outage_leaves_it_to_the_next_sweep(world, clock, monkeypatch):
    """The place in the list of changes is kept until everything is done; what can never be done is passed over."""
    tries = []

    async def failing(world, job):
        tries.append(job.id)
        if len(tries) == 1:
            raise Unavailable
        raise Permanent

    await sweep(world)
    job = await ask(world)
    await deliver(world)
    monkeypatch.setattr(follow_up, "CONSEQUENCES", (failing,))

    for _ in range(3):
        await follow_up.catch_up(world)

    assert tries == [job.id, job.id]


async def test_a_quiet_library_is_left_alone(world, clock):
    """Where no job changed, no sweep writes anything."""
    await sweep(world)
    before = await library_settings.settings(world)

    await sweep(world)

    assert (await library_settings.settings(world)).etag == before.etag


async def test_runs_spread_over_the_sheets_of_their_day(world, clock):
    """No document of the books holds them all, and none of the budget's holds any."""
    jobs_made = [await ask(world) for _ in range(20)]
    while message := world.generation_queue.take():
        await follow_up.work(world, message)

    sheets = await run_history.of_days(world, [DAY])

    assert len(sheets) > 1
    assert (await runs(world)).keys() == {job.id for job in jobs_made}
    assert (await world.catalog.usage.get(DAY)).runs == {}
