"""Jobs, from their submission to their end, over the real catalog and fakes of everything else."""

from __future__ import annotations

import pytest

from functions.errors import (
    BadRequest,
    Busy,
    Conflict,
    ContentBlocked,
    Permanent,
    QuotaExhausted,
    TooMany,
    Unavailable,
)
from functions.models.job import GenerationRequest, Message, Status
from functions.models.library import Limits, Person
from functions.models.prompt import PromptSource, WrittenPrompt
from functions.models.schedule import PaintOptions
from functions.services import library_settings
from functions.services.generation.worker import run_job
from functions.services.jobs.submit import submit
from functions.services.maintenance.sweep import sweep
from tests.functions.services.working import OWLS, ask, deliver, images, latest


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
    settings = await library_settings.settings(world)
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


async def test_a_bad_option_is_refused_before_anything_is_saved(world):
    """With its field."""
    with pytest.raises(BadRequest) as caught:
        await ask(world, OWLS.evolve(options=PaintOptions(steps=500)))

    assert caught.value.details["field"] == "options.steps"
    assert await world.catalog.jobs.open() == []
