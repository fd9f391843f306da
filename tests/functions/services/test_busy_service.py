"""A schedule is paused if the inference service doesn't start, but not if the service is full or limits the rate."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx2
import pytest

from functions.adapters.http.inference_client import InferenceClient
from functions.models.job import DEADLINE_SECONDS, Status
from functions.models.schedule import CronTiming, ScheduleDraft
from functions.services.maintenance import follow_up
from functions.services.schedules import schedules
from functions.services.schedules.planner import plan_due_work
from tests.fakes import Clock, FakeDependencies, close_dependencies, make_dependencies
from tests.functions.services.working import ANNA
from tests.present import present

Answer = Callable[[], httpx2.Response]


def refused(status: int, code: str | None = None, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = {"error": {"code": code, "message": "Try again later.", "type": "server_error", "param": None}}
    return lambda: httpx2.Response(status, json=body if code else None, headers=named)


@asynccontextmanager
async def dependencies_with(ready: int, answer: Answer, clock: Clock) -> AsyncIterator[FakeDependencies]:
    """Dependencies whose inference service answers `GET readyz` with this status, and everything else like this."""

    def handle(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(ready) if request.url.path == "/readyz" else answer()

    http = httpx2.AsyncClient(transport=httpx2.MockTransport(handle))
    client = InferenceClient(url="http://inference.test", key="test-key", http_client=http)
    deps = await make_dependencies(clock, image_generator=client)
    try:
        yield deps
    finally:
        await client.close()
        await close_dependencies(deps)


@pytest.mark.parametrize(
    ("ready", "answer", "code", "pauses"),
    [
        (200, refused(429, "queue_full", Retry_After="60"), "rate_limited", False),
        (200, refused(429), "rate_limited", False),
        (200, refused(503, Retry_After="60"), "rate_limited", False),
        (200, refused(503, "model_failed", Retry_After="60"), "deadline", True),
        (503, refused(503, "starting", Retry_After="60"), "deadline", True),
    ],
)
async def test_only_a_service_that_does_not_start_pauses(
    ready: int, answer: Answer, code: str, pauses: bool, clock: Clock
) -> None:
    """A scheduled run that waited until its deadline counts as a failed run only if the service didn't start."""
    draft = ScheduleDraft(
        name="Owls", theme="owls", timing=CronTiming(cron="0 0 * * *", timezone="UTC"), pause_after_failures=1
    )
    async with dependencies_with(ready, answer, clock) as deps:
        schedule = await schedules.create(deps, draft, caller=ANNA)
        clock.advance(hours=24)
        await plan_due_work(deps)
        for _ in range(DEADLINE_SECONDS):
            if message := deps.generation_queue.take():
                await follow_up.work(deps, message)
            clock.advance(5)

        (job,) = (await deps.catalog.jobs.page(schedule_id=schedule.id, limit=1)).items
        assert (job.status, present(job.reason).code) == (Status.FAILED, code)
        assert (await deps.catalog.schedules.get(schedule.id)).paused == pauses
