"""Jobs, from their submission to their end, over the real catalog and fakes of everything else."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from functions.errors import (
    BadRequest,
    Busy,
    Conflict,
    ContentBlocked,
    NotFound,
    Permanent,
    QuotaExhausted,
    TooMany,
    Unavailable,
)
from functions.models.job import GenerationRequest, Job, Message, Status
from functions.models.library import Limits, Person
from functions.models.prompt import PromptSource, WrittenPrompt
from functions.models.schedule import CronTiming, PaintOptions, ScheduleDraft
from functions.search.query import ImageQuery
from functions.services import jobs, library, schedules
from functions.services.run_job import fail_poisoned, run_job
from functions.services.submit import submit
from functions.services.sweep import sweep
from functions.services.world import World
from tests.fakes import Clock, FakePainter, close_world, make_world

ANNA = Person(name="anna", role="editor")
OWLS = GenerationRequest(theme="owls")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def world(tmp_path, clock):
    made = await make_world(tmp_path, clock)
    await library.profile(made)  # asked for once, so that the painter's faults meet its paintings
    yield made
    await close_world(made)


async def ask(world: World, request: GenerationRequest = OWLS, *, count: int = 1, key: str | None = None) -> Job:
    wanted = request.evolve(options=request.options.evolve(count=count))
    return await submit(world, wanted, caller=ANNA, idempotency_key=key)


async def deliver(world: World) -> None:
    """Run every visible message once."""
    for _ in range(len(world.generation_queue.messages)):
        message = world.generation_queue.take()
        if message is not None:
            await run_job(world, message)


async def latest(world: World, job: Job) -> Job:
    return await world.catalog.jobs.get(job.id)


async def images(world: World):
    return await world.catalog.images.search(ImageQuery())


async def test_a_theme_becomes_a_picture_with_its_whole_story(world):
    """Prompt, original, thumbnail, document, books and job agree."""
    job = await ask(world)

    await deliver(world)

    ended = await latest(world, job)
    (image,) = await images(world)
    assert (ended.status, ended.progress.percent) == (Status.SUCCEEDED, 100)
    assert (image.theme, image.prompt, image.prompt_source) == ("owls", "owls, number 1", PromptSource.OFFLINE)
    assert (image.job_id, image.seed, image.model) == (job.id, ended.pictures[0].seed, "test-model")
    assert image.original_blob.endswith(f"{image.id}.png")
    assert (await world.catalog.usage.get("2026-11-23")).images == 1


async def test_seeds_count_up_from_the_one_asked_for(world):
    """So that variants can be named and painted again."""
    await ask(world, OWLS.evolve(options=PaintOptions(seed=41)), count=3)

    await deliver(world)

    assert [request.seed for request in world.painter.calls] == [41, 42, 43]


async def test_a_prompt_by_a_person_is_painted_as_it_stands(world):
    """Nothing is written, and the source says so."""
    prompt = WrittenPrompt(prompt="a red fox", negative_prompt="snow", tags=("fox",))

    await ask(world, OWLS.evolve(prompt=prompt))
    await deliver(world)

    (image,) = await images(world)
    assert (image.prompt, image.negative_prompt, image.prompt_source) == ("a red fox", "snow", PromptSource.USER)
    assert world.writer.calls == []


async def test_the_same_key_makes_one_job(world):
    """Sent twice, it is one; with another body it is refused."""
    first = await ask(world, key="k")

    assert (await ask(world, key="k")).id == first.id
    with pytest.raises(Conflict):
        await ask(world, GenerationRequest(theme="foxes"), key="k")


async def test_two_callers_may_use_the_same_key(world):
    """A key is the caller's own."""
    mine = await ask(world, key="k")

    theirs = await submit(world, OWLS, caller=Person(name="bert", role="editor"), idempotency_key="k")

    assert mine.id != theirs.id


async def test_a_submit_with_the_queue_down_is_not_lost(world, clock):
    """The sweep sends the message."""
    world.generation_queue.fail(Unavailable())
    job = await ask(world)

    clock.advance(121)
    await sweep(world)
    await deliver(world)

    assert (await latest(world, job)).status == Status.SUCCEEDED


async def test_over_the_budget_is_refused_with_the_numbers(world):
    """Waiting jobs count too."""
    settings = await library.settings(world)
    await world.catalog.settings.replace(settings.evolve(limits=Limits(images_per_day=3)))
    await ask(world, count=2)

    with pytest.raises(TooMany) as caught:
        await ask(world, count=2)

    assert (caught.value.details["limit"], caught.value.details["waiting"]) == (3, 2)


@pytest.mark.parametrize("error", [Unavailable("down"), Unavailable("garbage")])
async def test_a_painter_that_fails_is_tried_five_times(world, clock, error):
    """Then the job fails with the last reason; nothing is half stored."""
    world.painter.fail(error, times=99)
    job = await ask(world)

    for _ in range(6):
        await deliver(world)
        clock.advance(200)

    ended = await latest(world, job)
    assert (ended.status, ended.failures, ended.reason.message) == (Status.FAILED, 5, error.message)
    assert (await images(world), world.blobs.stored) == ([], {})


async def test_a_painter_that_recovers_costs_one_retry(world, clock):
    """The prompt is written once."""
    world.painter.fail(Unavailable())
    job = await ask(world)

    await deliver(world)
    waiting = await latest(world, job)
    clock.advance(10)
    await deliver(world)

    assert (waiting.status, waiting.attempt, waiting.lease) == (Status.QUEUED, 2, None)
    assert (await latest(world, job)).status == Status.SUCCEEDED
    assert len(world.writer.calls) == 1


async def test_a_sleeping_painter_uses_up_the_deadline_and_nothing_else(world, clock):
    """No failure is counted while it wakes; after 30 minutes the job ends with a reason."""
    world.painter.awake = False
    job = await ask(world)

    await deliver(world)
    assert (await latest(world, job)).failures == 0
    for _ in range(800):
        clock.advance(5)
        await deliver(world)

    ended = await latest(world, job)
    assert (ended.status, ended.reason.code) == (Status.FAILED, "deadline")


async def test_a_full_painter_says_when_to_return(world):
    """Its Retry-After becomes the message's delay."""
    world.painter.fail(Busy(retry_after_s=17))
    job = await ask(world)

    await deliver(world)

    (sent,) = world.generation_queue.sent
    assert (sent.visible_at - sent.inserted_at).total_seconds() == 17
    assert (await latest(world, job)).not_before == sent.visible_at


async def test_a_long_pause_is_left_to_the_sweep(world, clock):
    """No message lies about that would keep the GPU awake."""
    world.painter.fail(Unavailable(retry_after_s=900))
    job = await ask(world)

    await deliver(world)
    assert world.generation_queue.sent == []
    clock.advance(899)
    await sweep(world)
    assert world.generation_queue.sent == []
    clock.advance(1)
    await sweep(world)
    await deliver(world)

    assert (await latest(world, job)).status == Status.SUCCEEDED


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (ContentBlocked("The theme was refused."), Status.BLOCKED, "content_blocked"),
        (QuotaExhausted(), Status.FAILED, "quota_exhausted"),
        (Permanent("OPENAI_API_KEY is not accepted."), Status.FAILED, "permanent"),
    ],
)
async def test_a_writer_that_refuses_ends_the_job_with_its_reason(world, error, status, code):
    """At once: trying again would change nothing."""
    world.writer.fail(error)
    job = await ask(world)

    await deliver(world)

    ended = await latest(world, job)
    assert (ended.status, ended.reason.code, ended.reason.message) == (status, code, error.message)
    assert world.generation_queue.sent == []


async def test_a_blocked_picture_is_passed_over(world):
    """The others are painted, and the job says what is missing."""
    world.painter.fail(ContentBlocked("Not this one."))
    job = await ask(world, count=2)

    await deliver(world)

    ended = await latest(world, job)
    assert [picture.state for picture in ended.pictures] == ["blocked", "stored"]
    assert (ended.status, ended.reason.code) == (Status.SUCCEEDED, "partly_blocked")


async def test_a_bug_inside_is_a_failure_like_any_other(world, clock):
    """Counted, retried, and at last told in words; no message goes to poison."""
    world.painter.fail(ZeroDivisionError(), times=5)
    job = await ask(world)

    for _ in range(5):
        await deliver(world)
        clock.advance(200)

    assert (await latest(world, job)).reason.message == "Something unexpected went wrong inside; the log has the place."


async def test_storage_that_is_full_keeps_the_picture_for_the_next_try(world, clock):
    """The upload fails, the job waits, the same seed is painted again."""
    world.blobs.fail(Unavailable("The disk is full."))
    job = await ask(world)

    await deliver(world)
    assert (await latest(world, job)).reason.message == "The disk is full."
    clock.advance(10)
    await deliver(world)

    assert (await latest(world, job)).status == Status.SUCCEEDED
    assert len(await images(world)) == 1


async def test_a_stale_message_is_ignored(world):
    """The fence has moved on."""
    job = await ask(world)

    await run_job(world, Message(job_id=job.id, attempt=0))

    assert (await latest(world, job)).status == Status.QUEUED


async def test_a_message_of_no_job_is_ignored(world):
    """A job that is gone needs no retries."""
    await run_job(world, Message(job_id="nothing", attempt=1))


async def until(condition) -> None:
    async with asyncio.timeout(5):
        while not await condition():  # noqa: ASYNC110 - nothing announces what the tests wait for
            await asyncio.sleep(0.01)


async def held_run(world: World, clock: Clock, *, count: int = 2) -> tuple[Job, asyncio.Task[None]]:
    """A job whose painting stands still after its first step."""
    world.painter.hold = asyncio.Event()
    job = await ask(world, count=count)
    task = asyncio.create_task(deliver(world))
    await until(lambda: asyncio.sleep(0, bool(world.painter.calls)))
    return job, task


async def test_a_job_at_work_is_left_alone(world, clock):
    """A doubled message meets the live lease."""
    job, task = await held_run(world, clock)

    await run_job(world, Message(job_id=job.id, attempt=1))

    assert len(world.painter.calls) == 1
    world.painter.hold.set()
    await task
    assert len(await images(world)) == 2


async def test_cancel_stops_a_running_job_at_its_next_step(world, clock):
    """The painter is told, nothing is stored, and a second cancel has nothing left."""
    job, task = await held_run(world, clock)

    asked = await jobs.cancel(world, job.id)
    clock.advance(3)
    world.painter.hold.set()
    await task

    ended = await latest(world, job)
    assert asked.cancel_requested
    assert (ended.status, await images(world)) == (Status.CANCELLED, [])
    assert world.painter.cancelled == [world.painter.calls[0].id]
    with pytest.raises(Conflict):
        await jobs.cancel(world, job.id)


async def test_cancel_ends_a_waiting_job_at_once(world):
    """Its message then finds a finished job."""
    job = await ask(world)

    assert (await jobs.cancel(world, job.id)).status == Status.CANCELLED
    await deliver(world)

    assert world.painter.calls == []


async def test_progress_is_told_while_painting(world, clock):
    """Saved every two seconds: the step, and the percent of the whole job, which only rises."""
    told: list[Job] = []

    class SlowPainter(FakePainter):
        """One second a step."""

        async def paint(self, request, on_progress):
            async def step(progress):
                clock.advance(1)
                await on_progress(progress)
                told.append(await latest(world, job))

            return await super().paint(request, step)

    job = await ask(world, count=2)
    await deliver(replace(world, painter=SlowPainter()))

    assert [seen.progress.step for seen in told] == [0, 2, 2, 4, 0, 2, 2, 4]
    assert [seen.progress.picture for seen in told] == [1, 1, 1, 1, 2, 2, 2, 2]
    percents = [seen.progress.percent for seen in told]
    assert percents == sorted(percents)


async def test_a_lost_lease_stops_the_run_without_a_save(world, clock):
    """Another process took the job over: this one stores nothing more."""
    fast = replace(world, lease_s=0.06)
    fast.painter.hold = asyncio.Event()
    job = await ask(fast)
    task = asyncio.create_task(deliver(fast))
    await until(lambda: asyncio.sleep(0, bool(fast.painter.calls)))
    current = await latest(fast, job)
    clock.advance(100)
    await fast.catalog.jobs.replace(current.claimed("thief", now=clock(), seconds=1000))

    await asyncio.wait_for(task, 5)

    assert (await latest(fast, job)).held_by("thief")
    assert await images(fast) == []


async def test_a_run_out_of_time_goes_on_where_it_was(world, clock):
    """With a picture stored, nothing is counted; without one it is a failure."""
    world.painter.hold = asyncio.Event()
    world.painter.hold.set()
    short = replace(world, paint_timeout_s=0.5)
    job = await ask(short, count=2)
    task = asyncio.create_task(deliver(short))
    await until(lambda: asyncio.sleep(0, len(short.painter.calls) == 1))
    short.painter.hold.clear()
    await task

    waiting = await latest(short, job)
    assert (waiting.status, waiting.attempt) == (Status.QUEUED, 2)
    assert waiting.failures == (0 if waiting.stored else 1)


async def test_retry_makes_one_new_job_for_what_is_missing(world):
    """It names the old one, keeps its prompt, and asked twice is still one."""
    world.painter.fail(Permanent("No such model."))
    job = await ask(world, count=2)
    await deliver(world)

    again = await jobs.retry(world, job.id, caller=ANNA)
    twice = await jobs.retry(world, job.id, caller=ANNA)
    await deliver(world)

    assert (again.id, again.retry_of) == (twice.id, job.id)
    assert (await latest(world, again)).status == Status.SUCCEEDED
    assert len(world.writer.calls) == 1


async def test_retry_is_refused_while_a_job_runs_or_has_succeeded(world):
    """There is nothing to retry."""
    job = await ask(world)

    with pytest.raises(Conflict):
        await jobs.retry(world, job.id, caller=ANNA)


async def test_a_poisoned_message_fails_its_job(world):
    """Only while it is that attempt."""
    job = await ask(world)

    await fail_poisoned(world, Message(job_id=job.id, attempt=7))
    assert (await latest(world, job)).status == Status.QUEUED
    await fail_poisoned(world, Message(job_id=job.id, attempt=1))

    assert (await latest(world, job)).reason.code == "poisoned"


async def test_jobs_of_one_schedule_never_take_the_same_prompt(world):
    """Written side by side, the second to save writes anew."""

    class Parrot:
        """Writes the same until it is told to avoid that."""

        async def write(self, request, profile):
            await asyncio.sleep(0.01)
            return WrittenPrompt(prompt=f"owl {len(request.avoid)}", source=PromptSource.OFFLINE)

    world = replace(world, writer=Parrot())
    draft = ScheduleDraft(name="Owls", theme="owls", timing=CronTiming(cron="0 9 * * *", timezone="UTC"))
    schedule = await schedules.create(world, draft, caller=ANNA)
    for number in range(4):
        await schedules.run_now(world, schedule.id, caller=ANNA, idempotency_key=str(number))

    messages = [world.generation_queue.take() for _ in range(4)]
    await asyncio.gather(*(run_job(world, message) for message in messages))

    prompts = [image.prompt for image in await images(world)]
    assert len(set(prompts)) == 4
    assert set((await schedules.get(world, schedule.id)).recent_prompts) == set(prompts)


@pytest.mark.parametrize("job_id", ["nothing", "job-0"])
async def test_unknown_jobs_are_not_found(world, job_id):
    """Cancel and retry say so."""
    with pytest.raises(NotFound):
        await jobs.cancel(world, job_id)
    with pytest.raises(NotFound):
        await jobs.retry(world, job_id, caller=ANNA)


async def test_a_bad_option_is_refused_before_anything_is_saved(world):
    """With its field."""
    with pytest.raises(BadRequest) as caught:
        await ask(world, OWLS.evolve(options=PaintOptions(steps=500)))

    assert caught.value.details["field"] == "options.steps"
    assert await world.catalog.jobs.open() == []
