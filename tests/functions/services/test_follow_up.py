"""Follow-up steps of an ended job run once, directly or in the sweep."""

from __future__ import annotations

from typing import Any

from functions.errors import Permanent, Unavailable
from functions.models.job import Status
from functions.services import library_settings
from functions.services.dependencies import Dependencies
from functions.services.generation import cancel_retry
from functions.services.maintenance import follow_up
from functions.services.maintenance.sweep import sweep
from functions.services.usage import run_history
from tests.fakes import Clock, FakeDependencies
from tests.functions.services.working import OWLS, ask, deliver

DAY = "2026-11-23"


async def runs(deps: FakeDependencies) -> Any:
    return {id: run for document in await run_history.for_days(deps, [DAY]) for id, run in document.runs.items()}


async def test_a_run_is_recorded_in_usage(deps: FakeDependencies, clock: Clock) -> None:
    """The usage contains images, work, time, and waiting time of an ended job."""
    job = await ask(deps, OWLS, count=2)
    clock.advance(10)

    await follow_up.work(deps, deps.generation_queue.take_one())

    run = (await runs(deps))[job.id]
    assert (run.status, run.images, run.model, run.wrote) == ("succeeded", 2, "test-model", True)
    assert run.megapixel_steps == 2 * 64 * 64 * 4 / 1e6
    assert (run.painting_ms, run.waiting_ms) == (2400, 10_000 - 2400)


async def test_the_sweep_follows_what_was_missed(deps: FakeDependencies, clock: Clock) -> None:
    """The sweep runs the follow-up steps if the process stopped after the end of the job."""
    await sweep(deps)
    job = await ask(deps)
    await deliver(deps)  # and nothing follows

    await sweep(deps)

    assert job.id in await runs(deps)
    assert [record.job_id for record in (await deps.catalog.prompts.page("person:key:anna")).items] == [job.id]


async def test_a_canceled_job_is_followed_too(deps: FakeDependencies, clock: Clock) -> None:
    """The sweep runs the follow-up steps of a canceled job, which has no message."""
    await sweep(deps)
    job = await ask(deps)
    await cancel_retry.cancel(deps, job.id)

    await sweep(deps)

    assert (await runs(deps))[job.id].status == Status.CANCELLED


async def test_an_outage_leaves_it_to_the_next_sweep(deps: FakeDependencies, clock: Clock) -> None:
    """The change token is kept until all steps are done, and permanent errors are skipped."""
    tries = []

    async def failing(deps: Dependencies, job: Any) -> None:
        tries.append(job.id)
        if len(tries) == 1:
            raise Unavailable
        raise Permanent

    await sweep(deps)
    job = await ask(deps)
    await deliver(deps)

    for _ in range(3):
        await follow_up.run_pending(deps, steps=[failing])

    assert tries == [job.id, job.id]


async def test_a_quiet_library_is_left_alone(deps: FakeDependencies, clock: Clock) -> None:
    """Without changed jobs, a sweep writes nothing."""
    await sweep(deps)
    before = await library_settings.settings(deps)

    await sweep(deps)

    assert (await library_settings.settings(deps)).etag == before.etag


async def test_runs_spread_over_the_run_documents_of_their_day(deps: FakeDependencies, clock: Clock) -> None:
    """The runs are spread over several run documents, and no usage document contains any."""
    jobs_made = [await ask(deps) for _ in range(20)]
    while message := deps.generation_queue.take():
        await follow_up.work(deps, message)

    documents = await run_history.for_days(deps, [DAY])

    assert len(documents) > 1
    assert (await runs(deps)).keys() == {job.id for job in jobs_made}
    assert (await deps.catalog.usage.get(DAY)).runs == {}
