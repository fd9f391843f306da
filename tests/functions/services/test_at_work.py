"""Running jobs: leases, cancel, progress, retry, and other runs of the schedule."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from functions.errors import (
    Conflict,
    NotFound,
    Permanent,
    Unavailable,
)
from functions.models.job import Job, Lease, Message, Status
from functions.models.prompt import PromptSource, WrittenPrompt
from functions.models.schedule import CronTiming, ScheduleDraft
from functions.services.generation import cancel_retry
from functions.services.generation.run import run_job
from functions.services.schedules import schedules
from functions.services.schedules.planner import plan_due_work
from functions.services.update import update
from tests.fakes import Clock, FakeDependencies, FakeImageGenerator, FakePromptWriter, FakeQueue
from tests.functions.services.working import ANNA, ask, deliver, held_run, images, latest, until
from tests.present import present


async def test_a_leased_job_is_left_alone(deps: FakeDependencies, clock: Clock) -> None:
    """A duplicate message does not process a leased job."""
    job, task = await held_run(deps, clock)

    await run_job(deps, Message(job_id=job.id, attempt=1))

    assert len(deps.image_generator.calls) == 1
    present(deps.image_generator.hold).set()
    await task
    assert len(await images(deps)) == 2


async def test_cancel_stops_a_running_job_at_its_next_step(deps: FakeDependencies, clock: Clock) -> None:
    """The inference service is notified, nothing is stored, and a second cancel is rejected."""
    job, task = await held_run(deps, clock)

    requested = await cancel_retry.cancel(deps, job.id)
    clock.advance(3)
    present(deps.image_generator.hold).set()
    await task

    ended = await latest(deps, job)
    assert requested.cancel_requested
    assert (ended.status, await images(deps)) == (Status.CANCELLED, [])
    assert deps.image_generator.canceled == [deps.image_generator.calls[0].id]
    with pytest.raises(Conflict):
        await cancel_retry.cancel(deps, job.id)


async def test_cancel_ends_a_waiting_job_at_once(deps: FakeDependencies) -> None:
    """A queued job ends at once, and its message is ignored."""
    job = await ask(deps)

    assert (await cancel_retry.cancel(deps, job.id)).status == Status.CANCELLED
    await deliver(deps)

    assert deps.image_generator.calls == []


async def test_progress_is_reported_while_generation(deps: FakeDependencies, clock: Clock) -> None:
    """The step and the rising percent of the job are saved at once and every two seconds."""
    reported: list[Job] = []

    class SlowGenerator(FakeImageGenerator):
        """A generator that takes one second per step."""

        async def generate(self, request: Any, on_progress: Any) -> Any:
            async def step(progress: Any) -> None:
                clock.advance(1)
                await on_progress(progress)
                reported.append(await latest(deps, job))

            return await super().generate(request, step)

    job = await ask(deps, count=2)
    await deliver(replace(deps, image_generator=SlowGenerator()))

    assert [seen.progress.step for seen in reported] == [1, 1, 3, 3, 1, 1, 3, 3]
    assert [seen.progress.picture for seen in reported] == [1, 1, 1, 1, 2, 2, 2, 2]
    percents = [seen.progress.percent for seen in reported]
    assert percents == sorted(percents)


@pytest.mark.parametrize("end", ["succeeded", "cancelled", "failed"])
async def test_a_preview_is_stored_only_during_generation(deps: FakeDependencies, clock: Clock, end: str) -> None:
    """A running job has a preview in base64, and a job that ended has none."""
    seen: list[Job] = []

    class Sketching(FakeImageGenerator):
        """A generator with previews from its second step on, which fails by default."""

        async def generate(self, request: Any, on_progress: Any) -> Any:
            async def step(progress: Any) -> None:
                clock.advance(3)
                preview = b"RIFF....WEBP" if progress.step > 1 else None
                if end == "cancelled" and progress.step == 3:
                    await cancel_retry.cancel(deps, job.id)
                await on_progress(replace(progress, preview=preview))
                seen.append(await latest(deps, job))
                if end == "failed" and progress.step == 3:
                    raise Permanent("No.")

            return await super().generate(request, step)

    job = await ask(deps)
    await deliver(replace(deps, image_generator=Sketching()))

    ended = await latest(deps, job)
    assert [one.progress.preview for one in seen[:2]] == [None, "UklGRi4uLi5XRUJQ"]
    assert (ended.status, ended.progress.preview) == (end, None)


async def test_scheduled_runs_have_batch_priority(deps: FakeDependencies, clock: Clock) -> None:
    """Scheduled runs are generated in the background, and requests of users are not."""
    draft = ScheduleDraft(name="Owls", theme="owls", timing=CronTiming(cron="0 10 * * *", timezone="UTC"))
    schedule = await schedules.create(deps, draft, caller=ANNA)
    await schedules.run_now(deps, schedule.id, caller=ANNA, idempotency_key="now")
    await deliver(deps)
    clock.advance(hours=1)
    await plan_due_work(deps)
    await deliver(deps)

    assert [call.priority for call in deps.image_generator.calls] == ["interactive", "batch"]


async def test_a_lost_lease_stops_the_run_without_a_save(deps: FakeDependencies, clock: Clock) -> None:
    """A run whose lease was acquired by another process stores nothing more."""
    fast = replace(deps, lease_s=0.06)
    fast.image_generator.hold = asyncio.Event()
    job = await ask(fast)
    task = asyncio.create_task(deliver(fast))
    await until(lambda: asyncio.sleep(0, bool(fast.image_generator.calls)))
    theirs = Lease(token="thief", expires_at=clock.advance(100) + timedelta(seconds=1000))
    await update(fast.catalog.jobs, job.id, lambda current: current.evolve(lease=theirs))  # renewals come in between

    await asyncio.wait_for(task, 60)

    assert (await latest(fast, job)).is_leased_by("thief")
    assert await images(fast) == []


async def test_a_released_job_is_not_leased_again(deps: FakeDependencies, clock: Clock) -> None:
    """A released job stays without a lease while its next message waits for the queue."""
    leases: list[object] = []

    class Watching(FakeQueue):
        """A queue that records whether the job is leased when a message is sent."""

        async def send(self, message: Any, *, delay_s: Any = 0) -> None:
            leases.append((await deps.catalog.jobs.get(message.job_id)).lease)
            await super().send(message, delay_s=delay_s)

    fast = replace(deps, lease_s=0.06, generation_queue=Watching(clock))
    fast.image_generator.fail(Unavailable())
    job = await ask(fast)
    message = fast.generation_queue.take_one()
    fast.generation_queue.fail(Unavailable())

    await run_job(fast, message)

    assert leases == [None, None, None]
    assert [sent.attempt for sent in fast.generation_queue.messages] == [2]
    assert (await latest(fast, job)).status == Status.QUEUED


@pytest.mark.parametrize(("hangs_at", "stored", "failures"), [(1, 0, 1), (2, 1, 0)])
async def test_a_run_out_of_time_continues_where_it_stopped(
    deps: FakeDependencies, hangs_at: int, stored: int, failures: int
) -> None:
    """A timeout is a failed attempt only if no image was stored."""

    class Hanging(FakeImageGenerator):
        """A generator whose n-th request never ends."""

        async def generate(self, request: Any, on_progress: Any) -> Any:
            result = await super().generate(request, on_progress)
            if len(self.calls) == hangs_at:
                await asyncio.Event().wait()
            return result

    short = replace(deps, image_generator=Hanging(), message_timeout_s=1.5)
    job = await ask(short, count=2)
    await deliver(short)

    waiting = await latest(short, job)
    assert (waiting.status, waiting.attempt, waiting.lease) == (Status.QUEUED, 2, None)
    assert (len(waiting.stored), waiting.failures) == (stored, failures)
    assert short.image_generator.canceled == [short.image_generator.calls[-1].id]


async def test_retry_makes_one_new_job_for_what_is_missing(deps: FakeDependencies) -> None:
    """A retry is one new job that names the failed one and keeps its prompt."""
    deps.image_generator.fail(Permanent("No such model."))
    job = await ask(deps, count=2)
    await deliver(deps)

    again = await cancel_retry.retry(deps, job.id, caller=ANNA)
    twice = await cancel_retry.retry(deps, job.id, caller=ANNA)
    await deliver(deps)

    assert (again.id, again.retry_of) == (twice.id, job.id)
    assert (await latest(deps, again)).status == Status.SUCCEEDED
    assert len(deps.prompt_writer.calls) == 1


async def test_retry_is_rejected_while_a_job_runs_or_has_succeeded(deps: FakeDependencies) -> None:
    """A running or succeeded job can't be retried."""
    job = await ask(deps)

    with pytest.raises(Conflict):
        await cancel_retry.retry(deps, job.id, caller=ANNA)


async def test_jobs_of_one_schedule_never_take_the_same_prompt(deps: FakeDependencies) -> None:
    """Of two concurrent equal prompts, the second is written again."""

    class Parrot(FakePromptWriter):
        """A prompt writer that returns the same prompt unless it is to be avoided."""

        written = 0

        async def write(self, request: Any, profile: Any) -> Any:
            self.written += 1
            await asyncio.sleep(0.01)
            return WrittenPrompt(prompt=f"owl {len(request.avoid)}", source=PromptSource.OFFLINE, cost_usd=0.25)

    parrot = Parrot()
    deps = replace(deps, prompt_writer=parrot)
    draft = ScheduleDraft(name="Owls", theme="owls", timing=CronTiming(cron="0 9 * * *", timezone="UTC"))
    schedule = await schedules.create(deps, draft, caller=ANNA)
    for number in range(4):
        await schedules.run_now(deps, schedule.id, caller=ANNA, idempotency_key=str(number))

    messages = [deps.generation_queue.take_one() for _ in range(4)]
    await asyncio.gather(*(run_job(deps, message) for message in messages))

    prompts = [image.prompt for image in await images(deps)]
    assert len(set(prompts)) == 4
    assert set((await schedules.get(deps, schedule.id)).recent_prompts) == set(prompts)
    costs = [job.cost_usd for job in (await deps.catalog.jobs.page()).items]
    assert parrot.written > 4
    assert sum(costs) == 0.25 * parrot.written  # discarded prompts are paid for too


@pytest.mark.parametrize("job_id", ["nothing", "job-0"])
async def test_unknown_jobs_are_not_found(deps: FakeDependencies, job_id: str) -> None:
    """Cancel and retry of an unknown job raise NotFound."""
    with pytest.raises(NotFound):
        await cancel_retry.cancel(deps, job_id)
    with pytest.raises(NotFound):
        await cancel_retry.retry(deps, job_id, caller=ANNA)
