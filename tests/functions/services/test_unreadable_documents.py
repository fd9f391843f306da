"""A document that can't be read stops nothing else."""

from __future__ import annotations

import pytest

from functions.errors import Unreadable
from functions.models.job import Message, Status
from functions.models.schedule import IntervalTiming, ScheduleDraft
from functions.services.generation import run
from functions.services.images import changes
from functions.services.jobs import worker
from functions.services.library_jobs import exports
from functions.services.maintenance.sweep import sweep
from functions.services.reports import stats
from functions.services.schedules import schedules
from functions.services.schedules.planner import plan_due_work
from functions.services.system import setup
from tests.catalogs import a_job
from tests.fakes import Clock, FakeDependencies
from tests.functions.services.working import ANNA, ask, deliver, latest
from tests.present import present

EVERY_MINUTE = ScheduleDraft(name="Owls", theme="owls", timing=IntervalTiming(minutes=1))


async def test_a_job_of_a_newer_version_stops_nothing(deps: FakeDependencies, clock: Clock) -> None:
    """Jobs are created and run, schedules fire, the sweep recovers, and stats and changes are answered."""
    start = present(await changes.since(deps, None))
    await deps.catalog.jobs.create(a_job("future", at=clock()).evolve(kind="video", schema_version=2))
    await schedules.create(deps, EVERY_MINUTE, caller=ANNA)

    job = await ask(deps)
    clock.advance(60)
    await plan_due_work(deps)
    deps.generation_queue.sent.clear()
    clock.advance(300)
    await sweep(deps)
    await deliver(deps)

    assert (await latest(deps, job)).status == Status.SUCCEEDED
    assert len((await deps.catalog.jobs.page(statuses=frozenset({Status.SUCCEEDED}))).items) == 2
    assert (await stats.stats(deps)) is not None
    assert job.id in {one.id for one in present(await changes.since(deps, start.token)).jobs}


async def test_the_messages_of_a_job_of_a_newer_version_end(deps: FakeDependencies, clock: Clock) -> None:
    """Neither its message nor its poisoned message raises an error, and the job stays for the newer version."""
    await deps.catalog.jobs.create(a_job("future", at=clock()).evolve(kind="video", schema_version=2))
    message = Message(job_id="future", attempt=1)

    await run.run_job(deps, message)
    await worker.recover_poisoned(deps, message, run.Generation)

    with pytest.raises(Unreadable):
        await deps.catalog.jobs.get("future")


async def test_files_of_an_unreadable_export_are_kept(deps: FakeDependencies, clock: Clock) -> None:
    """Old files of other exports are removed, although one export can't be read."""
    await deps.catalog.jobs.create(a_job("future", at=clock()).evolve(kind="video", schema_version=2))
    for name in ("future.zip", "gone.zip"):
        await deps.blobs.upload("exports", name, b"zip", content_type="application/zip", overwrite=True)

    assert await exports.remove_old(deps) == 1

    assert ("exports", "future.zip") in deps.blobs.stored


async def test_a_bug_in_one_step_of_the_sweep_does_not_stop_the_others(deps: FakeDependencies, clock: Clock) -> None:
    """A step that raises an unexpected error is logged, and the next steps run."""
    job = await ask(deps)
    deps.generation_queue.sent.clear()
    deps.library_queue.fail(ZeroDivisionError())
    clock.advance(300)

    await sweep(deps)
    await sweep(deps)
    await deliver(deps)

    assert (await latest(deps, job)).status == Status.SUCCEEDED


async def test_a_bug_with_one_schedule_does_not_stop_the_others(deps: FakeDependencies, clock: Clock) -> None:
    """An unexpected error with the job of one schedule is logged, and the other schedule fires."""
    for name in ("Owls", "Foxes"):
        await schedules.create(deps, EVERY_MINUTE.evolve(name=name), caller=ANNA)
    clock.advance(60)
    deps.generation_queue.fail(ZeroDivisionError())

    await plan_due_work(deps)

    assert len((await deps.catalog.jobs.page()).items) == 2
    assert len(deps.generation_queue.sent) == 1


async def test_stats_and_setup_say_what_lists_left_out(deps: FakeDependencies) -> None:
    """The number is in the statistics, and the component of the catalog names the first documents."""
    assert (await stats.stats(deps)).unreadable == 0
    for number in range(7):
        await deps.catalog.jobs.create(a_job(f"future-{number}", at=deps.clock()).evolve(kind="video"))
    await deps.catalog.jobs.page()

    catalog = next(part for part in await setup.list_components(deps) if part.id == "catalog")

    assert (await stats.stats(deps)).unreadable == 7
    assert (
        "Lists leave out 7 documents that can't be read: future-6, future-5, future-4, future-3, future-2, and 2 more. "
        "Update the app if a newer version saved them, or restore them from a backup." in catalog.sentence
    )
