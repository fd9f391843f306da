"""A process may die at any call while it works on a library job: the next one finishes it, once."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest

from functions.models.caller import Caller
from functions.models.job import Status
from functions.models.library_work import BulkChange
from functions.search.query import ImageQuery
from functions.services.dependencies import Sizes
from functions.services.library_jobs import bulk_change, exports, undo
from tests.fakes import Clock, FakeDependencies, close_dependencies, make_dependencies
from tests.functions.crash.dying import Death, Host, Killed, mortal
from tests.image_samples import an_image, an_original

pytestmark = pytest.mark.slow

ANNA = Caller.of_key("anna", role="editor")
IDS = [f"01KAV0Q1J8ZZZZZZZZZZZZZZZ{digit}" for digit in "12345"]
MAX_CALLS = 200

Ask = Callable[[FakeDependencies], Awaitable[str]]
Look = Callable[[FakeDependencies, str], Awaitable[None]]


async def deps_with_images(clock: Clock) -> FakeDependencies:
    deps = await make_dependencies(clock, sizes=Sizes(job_chunk=2))
    for id in IDS:
        image = an_image(id, favourite=id == IDS[0])
        await deps.catalog.images.create(image)
        await deps.blobs.upload("originals", image.original_blob, an_original(image), content_type="image/png")
    return deps


async def request_export(deps: FakeDependencies) -> str:
    return (await exports.start(deps, q="", ids=None, variant="original", caller=ANNA)).id


async def check_export(deps: FakeDependencies, job_id: str) -> None:
    with zipfile.ZipFile(io.BytesIO(deps.blobs.stored["exports", f"{job_id}.zip"][0])) as packed:
        assert packed.testzip() is None
        names = packed.namelist()
    assert sorted(name[-30:-4] for name in names if name.endswith(".png")) == IDS
    assert len(names) == 2 * len(IDS)


async def request_favorites(deps: FakeDependencies) -> str:
    change = BulkChange(action="favourite", at=deps.clock())
    return (await bulk_change.start(deps, await bulk_change.planned(deps, change, ""), caller=ANNA)).id


async def check_favorites(deps: FakeDependencies, job_id: str) -> None:
    found = await deps.catalog.images.search(ImageQuery(favourite=True))
    assert len(found) == len(IDS)
    await undo.start(deps, job_id, caller=ANNA)
    await Host(deps, deps.clock).settle()
    found = await deps.catalog.images.search(ImageQuery(favourite=True))
    assert [image.id for image in found] == IDS[:1]


async def request_undo(deps: FakeDependencies) -> str:
    job_id = await request_favorites(deps)
    await Host(deps, deps.clock).settle()
    return (await undo.start(deps, job_id, caller=ANNA)).id


async def check_undone(deps: FakeDependencies, job_id: str) -> None:
    found = await deps.catalog.images.search(ImageQuery(favourite=True))
    assert [image.id for image in found] == IDS[:1]


@pytest.mark.parametrize("before", [True, False], ids=["before the call", "after the call"])
@pytest.mark.parametrize(
    ("ask", "look"),
    [(request_export, check_export), (request_favorites, check_favorites), (request_undo, check_undone)],
    ids=["export", "bulk", "undo"],
)
async def test_it_is_done_once_wherever_its_process_died(ask: Ask, look: Look, before: bool) -> None:
    """Killed at each call in turn: the job succeeds, and what it leaves is what an undisturbed one leaves."""
    for at in range(1, MAX_CALLS):
        clock = Clock()
        deps = await deps_with_images(clock)
        host = Host(deps, clock)
        death = Death(at, before=before)
        job_id = await ask(deps)

        with suppress(Killed):
            await host.deliver(mortal(deps, death))
        await host.settle()

        job = await deps.catalog.jobs.get(job_id)
        where = f"call {at}: {death.calls[min(at, len(death.calls)) - 1]}"
        assert job.status == Status.SUCCEEDED, (where, job.reason)
        await look(deps, job_id)
        await close_dependencies(deps)
        if not death.dead:
            return
    pytest.fail("The job never ran to its end.")
