"""Jobs from request to end, with the real catalog and fakes for the rest."""

from __future__ import annotations

from typing import Any

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
from functions.models.caller import Caller
from functions.models.job import GenerationRequest, Message, Status
from functions.models.library import Limits
from functions.models.prompt import PromptSource, WrittenPrompt
from functions.models.schedule import GenerationOptions
from functions.services import library_settings
from functions.services.generation.run import run_job
from functions.services.jobs.submit import submit
from functions.services.maintenance.sweep import sweep
from tests.fakes import Clock, FakeDependencies
from tests.functions.services.working import OWLS, ask, deliver, images, latest
from tests.present import present


async def test_a_theme_becomes_an_image_with_its_whole_metadata(deps: FakeDependencies) -> None:
    """Prompt, original, thumbnail, image document, usage, and job agree."""
    job = await ask(deps)

    await deliver(deps)

    ended = await latest(deps, job)
    (image,) = await images(deps)
    assert (ended.status, ended.progress.percent) == (Status.SUCCEEDED, 100)
    assert (image.theme, image.prompt, image.prompt_source) == ("owls", "owls, number 1", PromptSource.OFFLINE)
    assert (image.job_id, image.seed, image.model) == (job.id, ended.pictures[0].seed, "test-model")
    assert image.original_blob.endswith(f"{image.id}.png")
    assert (await deps.catalog.usage.get("2026-11-23")).images == 1


async def test_seeds_count_up_from_the_one_requested(deps: FakeDependencies) -> None:
    """The seeds of a job increase by one from the given seed."""
    await ask(deps, OWLS.evolve(options=GenerationOptions(seed=41)), count=3)

    await deliver(deps)

    assert [request.seed for request in deps.image_generator.calls] == [41, 42, 43]


async def test_a_given_prompt_is_generated_unchanged(deps: FakeDependencies) -> None:
    """A given prompt is generated unchanged, and the source is the user."""
    prompt = WrittenPrompt(prompt="a red fox", negative_prompt="snow", tags=("fox",))

    await ask(deps, OWLS.evolve(prompt=prompt))
    await deliver(deps)

    (image,) = await images(deps)
    assert (image.prompt, image.negative_prompt, image.prompt_source) == ("a red fox", "snow", PromptSource.USER)
    assert deps.prompt_writer.calls == []


async def test_the_same_key_makes_one_job(deps: FakeDependencies) -> None:
    """A repeated Idempotency-Key returns the same job, and another body is rejected."""
    first = await ask(deps, key="k")

    assert (await ask(deps, key="k")).id == first.id
    with pytest.raises(Conflict):
        await ask(deps, GenerationRequest(theme="foxes"), key="k")


async def test_two_callers_may_use_the_same_key(deps: FakeDependencies) -> None:
    """The Idempotency-Keys of two callers are independent."""
    mine = await ask(deps, key="k")

    theirs = await submit(deps, OWLS, caller=Caller.of_key("bert", role="editor"), idempotency_key="k")

    assert mine.id != theirs.id


async def test_a_submit_with_the_queue_down_is_not_lost(deps: FakeDependencies, clock: Clock) -> None:
    """The sweep sends a message that could not be sent."""
    deps.generation_queue.fail(Unavailable())
    job = await ask(deps)

    clock.advance(121)
    await sweep(deps)
    await deliver(deps)

    assert (await latest(deps, job)).status == Status.SUCCEEDED


async def test_over_the_limit_is_rejected_with_the_numbers(deps: FakeDependencies) -> None:
    """Pending jobs count against the limit."""
    settings = await library_settings.settings(deps)
    await deps.catalog.settings.replace(settings.evolve(limits=Limits(images_per_day=3)))
    await ask(deps, count=2)

    with pytest.raises(TooMany) as caught:
        await ask(deps, count=2)

    assert (caught.value.details["limit"], caught.value.details["waiting"]) == (3, 2)


@pytest.mark.parametrize("error", [Unavailable("down"), Unavailable("garbage")])
async def test_an_inference_service_that_fails_is_tried_five_times(
    deps: FakeDependencies, clock: Clock, error: Any
) -> None:
    """After five attempts the job fails with the last reason, and nothing is partly stored."""
    deps.image_generator.fail(error, times=99)
    job = await ask(deps)

    for _ in range(6):
        await deliver(deps)
        clock.advance(200)

    ended = await latest(deps, job)
    assert (ended.status, ended.failures, present(ended.reason).message) == (Status.FAILED, 5, error.message)
    assert (await images(deps), deps.blobs.stored) == ([], {})


async def test_an_inference_service_that_recovers_costs_one_retry(deps: FakeDependencies, clock: Clock) -> None:
    """A retry uses the prompt that is already written."""
    deps.image_generator.fail(Unavailable())
    job = await ask(deps)

    await deliver(deps)
    waiting = await latest(deps, job)
    clock.advance(10)
    await deliver(deps)

    assert (waiting.status, waiting.attempt, waiting.lease) == (Status.QUEUED, 2, None)
    assert (await latest(deps, job)).status == Status.SUCCEEDED
    assert len(deps.prompt_writer.calls) == 1


async def test_startup_uses_up_the_deadline_and_no_attempts(deps: FakeDependencies, clock: Clock) -> None:
    """Startup counts no failed attempts; after 30 minutes the job ends with a reason."""
    deps.image_generator.available = False
    job = await ask(deps)

    await deliver(deps)
    assert (await latest(deps, job)).failures == 0
    for _ in range(800):
        clock.advance(5)
        await deliver(deps)

    ended = await latest(deps, job)
    assert (ended.status, present(ended.reason).code) == (Status.FAILED, "deadline")


async def test_a_full_inference_service_says_when_to_return(deps: FakeDependencies) -> None:
    """Retry-After is the least delay of the message."""
    deps.image_generator.fail(Busy(retry_after_s=17))
    job = await ask(deps)

    await deliver(deps)

    (sent,) = deps.generation_queue.sent
    assert 17 <= (sent.visible_at - sent.inserted_at).total_seconds() <= 19.5
    assert (await latest(deps, job)).not_before == sent.visible_at


async def test_a_long_pause_is_left_to_the_sweep(deps: FakeDependencies, clock: Clock) -> None:
    """No message remains that would prevent scaling to zero."""
    deps.image_generator.fail(Unavailable(retry_after_s=900))
    job = await ask(deps)

    await deliver(deps)
    assert deps.generation_queue.sent == []
    clock.advance(899)
    await sweep(deps)
    assert deps.generation_queue.sent == []
    clock.advance(1 + 2.5)
    await sweep(deps)
    await deliver(deps)

    assert (await latest(deps, job)).status == Status.SUCCEEDED


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (ContentBlocked("The theme was refused."), Status.BLOCKED, "content_blocked"),
        (QuotaExhausted(), Status.FAILED, "quota_exhausted"),
        (Permanent("OPENAI_API_KEY is not accepted."), Status.FAILED, "permanent"),
    ],
)
async def test_a_permanent_error_of_the_writer_ends_the_job(
    deps: FakeDependencies, error: Any, status: Any, code: str
) -> None:
    """A permanent error of the prompt writer fails the job without a retry."""
    deps.prompt_writer.fail(error)
    job = await ask(deps)

    await deliver(deps)

    ended = await latest(deps, job)
    assert (ended.status, present(ended.reason).code, present(ended.reason).message) == (status, code, error.message)
    assert deps.generation_queue.sent == []


async def test_a_blocked_image_is_passed_over(deps: FakeDependencies) -> None:
    """The other images are generated, and the job reports the blocked one."""
    deps.image_generator.fail(ContentBlocked("Not this one."))
    job = await ask(deps, count=2)

    await deliver(deps)

    ended = await latest(deps, job)
    assert [stored_image.state for stored_image in ended.pictures] == ["blocked", "stored"]
    assert (ended.status, present(ended.reason).code) == (Status.SUCCEEDED, "partly_blocked")


async def test_a_bug_inside_is_a_failure_like_any_other(deps: FakeDependencies, clock: Clock) -> None:
    """An unexpected error is counted, retried, and reported, and no message is poisoned."""
    deps.image_generator.fail(ZeroDivisionError(), times=5)
    job = await ask(deps)

    for _ in range(5):
        await deliver(deps)
        clock.advance(200)

    ended = await latest(deps, job)
    assert present(ended.reason).message == "An unexpected error occurred."
    assert present(ended.reason).code == "unexpected"
    assert [one.stage for one in ended.failed_attempts] == ["painting"] * 5
    assert "ZeroDivisionError" in ended.failed_attempts[-1].detail


async def test_storage_that_is_full_keeps_the_image_for_the_next_try(deps: FakeDependencies, clock: Clock) -> None:
    """After a failed upload the job waits, and the same seed is generated again."""
    deps.blobs.fail(Unavailable("The disk is full."))
    job = await ask(deps)

    await deliver(deps)
    assert present((await latest(deps, job)).reason).message == "The disk is full."
    clock.advance(10)
    await deliver(deps)

    assert (await latest(deps, job)).status == Status.SUCCEEDED
    assert len(await images(deps)) == 1


async def test_a_stale_message_is_ignored(deps: FakeDependencies) -> None:
    """A message of an earlier attempt is ignored."""
    job = await ask(deps)

    await run_job(deps, Message(job_id=job.id, attempt=0))

    assert (await latest(deps, job)).status == Status.QUEUED


async def test_a_message_of_no_job_is_ignored(deps: FakeDependencies) -> None:
    """A message without a job is not retried."""
    await run_job(deps, Message(job_id="nothing", attempt=1))


async def test_a_bad_option_is_rejected_before_anything_is_saved(deps: FakeDependencies) -> None:
    """The error names the field, and nothing is saved."""
    with pytest.raises(BadRequest) as caught:
        await ask(deps, OWLS.evolve(options=GenerationOptions(steps=500)))

    assert caught.value.details["field"] == "options.steps"
    assert (await deps.catalog.jobs.open()).items == []
