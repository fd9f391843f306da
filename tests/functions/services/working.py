"""What the tests of jobs have in common: asking, delivering, looking, and standing still in the middle."""

from __future__ import annotations

import asyncio

from functions.models.job import GenerationRequest, Job
from functions.models.library import Person
from functions.search.query import ImageQuery
from functions.services.dependencies import World
from functions.services.generation.worker import run_job
from functions.services.jobs.submit import submit
from tests.fakes import Clock

ANNA = Person(name="anna", role="editor")

OWLS = GenerationRequest(theme="owls")


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


async def until(condition) -> None:
    async with asyncio.timeout(60):
        while not await condition():  # noqa: ASYNC110 - nothing announces what the tests wait for
            await asyncio.sleep(0.01)


async def held_run(world: World, clock: Clock, *, count: int = 2) -> tuple[Job, asyncio.Task[None]]:
    """A job whose painting stands still after its first step."""
    world.painter.hold = asyncio.Event()
    job = await ask(world, count=count)
    task = asyncio.create_task(deliver(world))
    await until(lambda: asyncio.sleep(0, bool(world.painter.calls)))
    return job, task
