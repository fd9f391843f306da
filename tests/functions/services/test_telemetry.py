"""The end of a job is logged once, with the fields that the alerts and the workbook of infra/ use."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest

from functions.errors import Permanent
from functions.models.job import MAX_INTERRUPTIONS, Message
from functions.services.generation import cancel_retry
from functions.services.generation.run import Generation
from functions.services.jobs.worker import recover_poisoned
from tests.fakes import FakeDependencies
from tests.functions.services.working import ask, deliver


@pytest.fixture
def ends(caplog: pytest.LogCaptureFixture) -> Callable[[], list[dict[str, Any]]]:
    """Return the fields of every logged end."""
    caplog.set_level(logging.INFO)

    def reported() -> list[dict[str, Any]]:
        return [json.loads(line.partition(" ")[2]) for line in caplog.messages if line.startswith("job.ended ")]

    return reported


async def test_a_success_is_reported_with_images_times_and_cost(deps: FakeDependencies, ends: Any) -> None:
    """A success is logged once, after earlier saves."""
    job = await ask(deps, count=2)

    await deliver(deps)

    (reported,) = ends()
    assert (reported["job_id"], reported["status"], reported["pictures"], reported["reason"]) == (
        job.id,
        "succeeded",
        2,
        None,
    )
    assert {"writing_ms", "waiting_ms", "painting_ms", "storing_ms", "cost_usd"} <= reported.keys()


async def test_a_failure_is_reported_with_its_reason(deps: FakeDependencies, ends: Any) -> None:
    """A failure is logged by code, without its message, which may contain user input."""
    deps.image_generator.fail(Permanent("No such model: the blue heron."))
    await ask(deps)

    await deliver(deps)

    (reported,) = ends()
    assert (reported["status"], reported["reason"]) == ("failed", "permanent")
    assert "heron" not in json.dumps(reported)


async def test_a_poisoned_message_is_reported_as_a_failure(deps: FakeDependencies, ends: Any) -> None:
    """A job whose worker stopped repeatedly is logged as failed."""
    job = await ask(deps)
    job = await deps.catalog.jobs.replace(job.evolve(interruptions=MAX_INTERRUPTIONS - 1))

    await recover_poisoned(deps, Message(job_id=job.id, attempt=job.attempt), Generation)

    (reported,) = ends()
    assert (reported["status"], reported["reason"]) == ("failed", "interrupted")


async def test_a_canceled_job_is_reported_as_such(deps: FakeDependencies, ends: Any) -> None:
    """A canceled job is logged even if no message of it was processed."""
    job = await ask(deps)

    await cancel_retry.cancel(deps, job.id)

    (reported,) = ends()
    assert reported["status"] == "cancelled"
