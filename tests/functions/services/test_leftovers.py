"""A worker that lost its job to another one leaves no part of an image that was deleted in the meantime."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from functions.models.job import Message, Status
from functions.services.generation.leftovers import remove_leftovers
from functions.services.generation.run import run_job
from functions.services.images import images as image_service
from functions.services.images.purge import purge
from tests.fake_blobs import FakeBlobs
from tests.fakes import Clock, FakeDependencies
from tests.functions.services.working import ask, deliver, images, latest

SHORT_LEASE_S = 0.3  # renewed every 0.1 s


class LateBlobs(FakeBlobs):
    """An upload gets no response. It is stored after it was canceled, once `arrives` is set."""

    def __init__(self, shared: FakeBlobs) -> None:
        super().__init__()
        self.stored = shared.stored
        self.began, self.arrives = asyncio.Event(), asyncio.Event()

    async def upload(
        self, container: str, name: str, data: bytes, *, content_type: str, overwrite: bool = False
    ) -> None:
        self.began.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await self.arrives.wait()
            await super().upload(container, name, data, content_type=content_type, overwrite=overwrite)
            raise


async def test_an_upload_that_is_canceled_with_its_lease_leaves_no_original(
    deps: FakeDependencies, clock: Clock
) -> None:
    """The renewal of a lost lease cancels the worker, whose upload is stored after the image was deleted."""
    job = await ask(deps)
    blobs = LateBlobs(deps.blobs)
    stopped = replace(deps, blobs=blobs, lease_s=SHORT_LEASE_S)
    worker = asyncio.create_task(run_job(stopped, deps.generation_queue.take_one()))
    await blobs.began.wait()
    while (await latest(deps, job)).attempt == 1:  # a renewal can come between the two calls
        clock.advance(10)
        await run_job(deps, Message(job_id=job.id, attempt=1))
    clock.advance(60)
    await deliver(deps)
    (image,) = await images(deps)
    await image_service.trash(deps, image.id)
    await purge(deps, image.id)

    blobs.arrives.set()
    await worker

    assert (await latest(deps, job)).status == Status.SUCCEEDED
    assert await images(deps) == []
    assert deps.blobs.stored == {}


async def test_files_stored_during_a_purge_are_removed(deps: FakeDependencies) -> None:
    """An original that is stored again during a permanent deletion is removed with its document."""
    job = await ask(deps)
    await deliver(deps)
    (image,) = await images(deps)
    await deps.catalog.images.replace(image.evolve(purging=True))

    await remove_leftovers(deps, job, image.id)

    assert await images(deps) == []
    assert deps.blobs.stored == {}
