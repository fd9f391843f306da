"""A repeated request is recognized on another day and after an update, and a retry survives its schedule."""

from __future__ import annotations

import pytest

from functions.errors import Permanent
from functions.models.caller import Caller
from functions.models.job import GenerationRequest, Status
from functions.models.prompt import WrittenPrompt
from functions.models.schedule import CronTiming, ScheduleDraft
from functions.services.generation import cancel_retry
from functions.services.jobs.submit import hash_of
from functions.services.schedules import schedules
from tests.fakes import Clock, FakeDependencies
from tests.functions.services.working import deliver

ANNA = Caller.of_key("anna", role="editor")
DATED = ScheduleDraft(name="Dated", theme="{weekday}, run {n}", timing=CronTiming(cron="0 9 * * *", timezone="UTC"))


async def test_a_run_that_is_requested_again_the_next_day_is_the_same(deps: FakeDependencies, clock: Clock) -> None:
    """The variables of the first request stay in the theme of the only job."""
    schedule = await schedules.create(deps, DATED, caller=ANNA)
    first = await schedules.run_now(deps, schedule.id, caller=ANNA, idempotency_key="k")
    clock.advance(days=1)

    again = await schedules.run_now(deps, schedule.id, caller=ANNA, idempotency_key="k")

    assert again.id == first.id
    assert again.generation_request.theme == "Monday, run 1"


async def test_a_failed_run_of_a_deleted_schedule_can_be_retried(deps: FakeDependencies) -> None:
    """A user who retries the run wants its images, unlike a run that was created while the schedule was deleted."""
    schedule = await schedules.create(deps, DATED, caller=ANNA)
    deps.prompt_writer.fail(Permanent("no"))
    failed = await schedules.run_now(deps, schedule.id, caller=ANNA, idempotency_key="k", count=1)
    await deliver(deps)
    await schedules.delete(deps, schedule.id)

    again = await cancel_retry.retry(deps, failed.id, caller=ANNA)
    await deliver(deps)

    assert (await deps.catalog.jobs.get(failed.id)).status == Status.FAILED
    assert (await deps.catalog.jobs.get(again.id)).status == Status.SUCCEEDED


@pytest.mark.parametrize(
    ("request_", "stored"),
    [
        (GenerationRequest(theme="owls"), "dae064d462fa3ebfb01053fe472f83c3a17cce1524bb2579be7a1fbc6f3032e6"),
        (
            GenerationRequest(theme="owls", prompt=WrittenPrompt(prompt="an owl", left_out=("two",), not_new=True)),
            "d5001afc82ab3684afbf11c41314d36e86632ee5c1add344628c2434ba798975",
        ),
    ],
)
def test_a_request_has_the_hash_that_version_0_1_0_stored(request_: GenerationRequest, stored: str) -> None:
    """Fields that version 0.1.0 doesn't have don't count unless they are set."""
    assert hash_of(request_) == stored
    assert hash_of(request_.evolve(text_language="de")) != stored
