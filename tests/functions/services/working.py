"""Steps that tests of jobs share: create, deliver, read, and pause a job."""

from __future__ import annotations

import asyncio
from typing import Any

from functions.models.caller import Caller
from functions.models.job import GenerationRequest, Job
from functions.models.prompt import ModelProfile, WritingRequest, WrittenPrompt
from functions.search.query import ImageQuery
from functions.services.generation.run import run_job
from functions.services.jobs.submit import submit
from tests.fakes import Clock, FakeDependencies, FakePromptWriter

ANNA = Caller.of_key("anna", role="editor")

OWLS = GenerationRequest(theme="owls")
PROMPT_USD = 0.25


class PaidWriter(FakePromptWriter):
    """Writes prompts that cost PROMPT_USD each."""

    async def write(self, request: WritingRequest, profile: ModelProfile) -> WrittenPrompt:
        return (await super().write(request, profile)).evolve(cost_usd=PROMPT_USD)


async def ask(
    deps: FakeDependencies, request: GenerationRequest = OWLS, *, count: int = 1, key: str | None = None
) -> Job:
    wanted = request.evolve(options=request.options.evolve(count=count))
    return await submit(deps, wanted, caller=ANNA, idempotency_key=key)


async def deliver(deps: FakeDependencies) -> None:
    """Process every visible message once."""
    for _ in range(len(deps.generation_queue.messages)):
        message = deps.generation_queue.take()
        if message is not None:
            await run_job(deps, message)


async def latest(deps: FakeDependencies, job: Job) -> Job:
    return await deps.catalog.jobs.get(job.id)


async def images(deps: FakeDependencies) -> Any:
    return await deps.catalog.images.search(ImageQuery())


async def until(condition: Any) -> None:
    async with asyncio.timeout(60):
        while not await condition():  # noqa: ASYNC110 - nothing announces what the tests wait for
            await asyncio.sleep(0.01)


async def held_run(deps: FakeDependencies, clock: Clock, *, count: int = 2) -> tuple[Job, asyncio.Task[None]]:
    """Return a job whose generation is paused after its first step."""
    deps.image_generator.hold = asyncio.Event()
    job = await ask(deps, count=count)
    task = asyncio.create_task(deliver(deps))
    await until(lambda: asyncio.sleep(0, bool(deps.image_generator.calls)))
    return job, task
