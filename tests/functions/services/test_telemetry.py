"""How a job ended is told once, in facts that the alerts and the workbook of infra/ read."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest

from functions.errors import Permanent
from functions.models.job import Message
from functions.services.generation import cancel_retry
from functions.services.jobs.worker import fail_poisoned
from tests.fakes import FakeDependencies
from tests.functions.services.working import ask, deliver


@pytest.fixture
def ends(caplog: pytest.LogCaptureFixture) -> Callable[[], list[dict[str, Any]]]:
    """The facts of every end that was logged."""
    caplog.set_level(logging.INFO)

    def told() -> list[dict[str, Any]]:
        return [json.loads(line.partition(" ")[2]) for line in caplog.messages if line.startswith("job.ended ")]

    return told


async def test_a_success_is_told_with_pictures_times_and_cost(deps: FakeDependencies, ends: Any) -> None:
    """Once, whatever was saved before."""
    job = await ask(deps, count=2)

    await deliver(deps)

    (told,) = ends()
    assert (told["job_id"], told["status"], told["pictures"], told["reason"]) == (job.id, "succeeded", 2, None)
    assert {"writing_ms", "waiting_ms", "painting_ms", "storing_ms", "cost_usd"} <= told.keys()


async def test_a_failure_is_told_with_its_reason(deps: FakeDependencies, ends: Any) -> None:
    """By its code; its words may quote what a person wrote."""
    deps.image_generator.fail(Permanent("No such model: the blue heron."))
    await ask(deps)

    await deliver(deps)

    (told,) = ends()
    assert (told["status"], told["reason"]) == ("failed", "permanent")
    assert "heron" not in json.dumps(told)


async def test_a_poisoned_message_is_told_as_a_failure(deps: FakeDependencies, ends: Any) -> None:
    """Its worker stopped again and again, and could tell nothing."""
    job = await ask(deps)

    await fail_poisoned(deps, Message(job_id=job.id, attempt=job.attempt))

    (told,) = ends()
    assert (told["status"], told["reason"]) == ("failed", "poisoned")


async def test_a_cancelled_job_is_told_as_such(deps: FakeDependencies, ends: Any) -> None:
    """Though no message of it was ever worked on."""
    job = await ask(deps)

    await cancel_retry.cancel(deps, job.id)

    (told,) = ends()
    assert told["status"] == "cancelled"
