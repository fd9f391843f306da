"""An image whose original is missing is generated again under the same ID."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace

import pytest

from functions.errors import BadRequest, Conflict, NotFound, Permanent, TooMany
from functions.models.caller import Caller
from functions.models.image import Image
from functions.models.job import GenerationRequest, Job, Status
from functions.models.library import Limits
from functions.models.library_work import BulkChange, BulkWork
from functions.rebuild.rebuild import rebuild
from functions.search.query import ImageQuery
from functions.services import library_settings
from functions.services.generation import cancel_retry, regenerate
from functions.services.images import images
from functions.services.images.purge import purge
from functions.services.library_jobs import bulk_change, undo
from functions.services.library_jobs.worker import run_library_job
from functions.services.maintenance import follow_up
from functions.services.maintenance.file_check import check_files
from functions.services.prompts import prompts
from tests.fakes import PROFILE, FakeDependencies, close_dependencies, make_dependencies
from tests.functions.services.working import ANNA, ask, deliver, latest, until

BERT = Caller.of_key("bert", role="editor")


@pytest.fixture
async def lost(deps: FakeDependencies) -> Image:
    """An image that a user has changed, and whose files are all lost."""
    await ask(deps, GenerationRequest(theme="owls"))
    await deliver(deps)
    (image,) = await deps.catalog.images.search(ImageQuery())
    deps.clock.advance(60)
    changes = {"rating": 4, "favourite": True, "tags": ("kept",), "title": "My owl", "approved": True}
    image = await images.change(deps, image.id, changes, etag=image.etag or "")
    deps.clock.advance(60)
    lose(deps)
    await check_files(deps)
    deps.blobs.stored.pop(("sidecars", image.original_blob.replace("png", "json")))
    return await images.get(deps, image.id)


def lose(deps: FakeDependencies) -> None:
    """Lose all originals and thumbnails."""
    for key in [key for key in deps.blobs.stored if key[0] in ("originals", "thumbnails")]:
        del deps.blobs.stored[key]


async def finished(deps: FakeDependencies, job: Job) -> Job:
    await deliver(deps)
    return await latest(deps, job)


async def test_everything_but_the_file_stays(deps: FakeDependencies, lost: Image) -> None:
    """The same seed and options are used in a new request, and only the facts of the file differ from before."""
    first = deps.image_generator.calls[-1]

    job = await finished(deps, await regenerate.start(deps, lost.id, caller=BERT))

    image = await images.get(deps, lost.id)
    original, _ = deps.blobs.stored["originals", image.original_blob]
    assert (job.status, [one.id for one in job.stored]) == (Status.SUCCEEDED, [lost.id])
    assert deps.image_generator.calls[-1] == replace(first, id=job.id)
    assert len(deps.prompt_writer.calls) == 1
    facts = {"bytes": len(original), "sha256": hashlib.sha256(original).hexdigest(), "original_missing_at": None}
    assert image.body() == lost.body() | facts
    assert {container for container, _ in deps.blobs.stored} == {"originals", "thumbnails", "sidecars"}
    assert [one.id for one in await deps.catalog.images.search(ImageQuery())] == [lost.id]


async def test_the_new_file_is_enough_to_rebuild_the_library(deps: FakeDependencies, lost: Image) -> None:
    """The embedded metadata and the sidecar give the same image in an empty catalog."""
    await finished(deps, await regenerate.start(deps, lost.id, caller=BERT))
    empty = await make_dependencies(deps.clock)

    report = await rebuild(replace(deps, catalog=empty.catalog))

    assert (report.created, report.broken) == (1, [])
    rebuilt = await empty.catalog.images.get(lost.id)
    assert rebuilt.body() == (await images.get(deps, lost.id)).evolve(added_at=None).body()
    await close_dependencies(empty)


async def test_it_counts_like_any_job(deps: FakeDependencies, lost: Image) -> None:
    """The job is counted in the usage of its day, and refused over the limit with the numbers."""
    day = f"{deps.clock():%Y-%m-%d}"
    job = await regenerate.start(deps, lost.id, caller=BERT)
    await finished(deps, job)
    assert (await deps.catalog.usage.get(day)).jobs[job.id][0] == 1
    lose(deps)
    settings = await library_settings.settings(deps)
    await deps.catalog.settings.replace(settings.evolve(limits=Limits(images_per_day=2)))

    with pytest.raises(TooMany, match="today's limit of 2 images"):
        await regenerate.start(deps, lost.id, caller=BERT)


async def test_an_open_job_is_returned(deps: FakeDependencies, lost: Image) -> None:
    """Two users who request the same image get one job; after that job failed, a request creates a new one."""
    first = await regenerate.start(deps, lost.id, caller=BERT)
    assert (await regenerate.start(deps, lost.id, caller=ANNA)).id == first.id
    await cancel_retry.cancel(deps, first.id)

    second = await cancel_retry.retry(deps, first.id, caller=ANNA)

    assert second.id != first.id
    assert (second.retry_of, second.generation_request.regenerates) == (first.id, lost.id)
    assert (await regenerate.start(deps, lost.id, caller=BERT)).id == second.id


async def test_an_existing_file_is_not_generated_again(deps: FakeDependencies, lost: Image) -> None:
    """If a backup was restored in the meantime, the image takes over the file, and no job is created."""
    await finished(deps, await regenerate.start(deps, lost.id, caller=BERT))
    backup = dict(deps.blobs.stored)
    lose(deps)
    deps.clock.advance(60)
    await check_files(deps)
    assert (await images.get(deps, lost.id)).original_missing_at is not None
    deps.blobs.stored.update(backup)

    with pytest.raises(Conflict, match="The file of this image exists"):
        await regenerate.start(deps, lost.id, caller=BERT)

    assert (await images.get(deps, lost.id)).original_missing_at is None


async def test_denied_access_says_nothing_about_the_file(deps: FakeDependencies) -> None:
    """If the storage denies access, an intact image isn't marked, and no job is created."""
    await ask(deps)
    await deliver(deps)
    (image,) = await deps.catalog.images.search(ImageQuery())
    deps.blobs.fail(Permanent("The storage denied access."))

    with pytest.raises(Permanent, match="denied access"):
        await regenerate.start(deps, image.id, caller=BERT)

    assert await images.get(deps, image.id) == image
    assert (await deps.catalog.jobs.open()).items == []


async def test_a_damaged_file_is_replaced(deps: FakeDependencies, lost: Image) -> None:
    """A file that can't be read doesn't keep an image from being generated again."""
    deps.blobs.stored["originals", lost.original_blob] = (b"half a file", "image/png")

    job = await finished(deps, await regenerate.start(deps, lost.id, caller=BERT))

    assert job.status == Status.SUCCEEDED
    assert (await images.get(deps, lost.id)).original_missing_at is None
    assert deps.blobs.stored["originals", lost.original_blob][0].startswith(b"\x89PNG")


async def test_a_model_that_is_gone(deps: FakeDependencies, lost: Image) -> None:
    """The error names both models."""
    settings = await library_settings.settings(deps)
    await deps.catalog.settings.replace(settings.evolve(profile=PROFILE.evolve(model="other-model")))

    with pytest.raises(Conflict, match="“test-model”, but the inference service provides “other-model”"):
        await regenerate.start(deps, lost.id, caller=BERT)


async def test_options_over_a_lowered_limit(deps: FakeDependencies, lost: Image) -> None:
    """An image that today's limits don't allow is refused, with the limit."""
    settings = await library_settings.settings(deps)
    await deps.catalog.settings.replace(settings.evolve(limits=Limits(max_steps=2)))

    with pytest.raises(BadRequest, match="steps must be between 1 and 2"):
        await regenerate.start(deps, lost.id, caller=BERT)


async def test_a_failure_keeps_the_mark(deps: FakeDependencies, lost: Image) -> None:
    """A job that fails permanently doesn't change the image."""
    deps.image_generator.fail(Permanent("The model can't generate this."))

    job = await finished(deps, await regenerate.start(deps, lost.id, caller=BERT))

    assert job.status == Status.FAILED
    assert (await images.get(deps, lost.id)).body() == lost.body()


async def test_an_image_deleted_in_the_meantime_stays_deleted(deps: FakeDependencies, lost: Image) -> None:
    """The job of an image that is deleted permanently while it is generated fails, and leaves no files."""
    deps.image_generator.hold = held = asyncio.Event()
    job = await regenerate.start(deps, lost.id, caller=BERT)
    calls = len(deps.image_generator.calls)
    task = asyncio.create_task(deliver(deps))
    await until(lambda: asyncio.sleep(0, len(deps.image_generator.calls) > calls))
    await purge(deps, lost.id)
    held.set()
    await task

    ended = await latest(deps, job)
    assert ended.status == Status.FAILED
    assert ended.reason is not None
    assert ended.reason.message == "The image was permanently deleted before it was generated again."
    assert not [key for key in deps.blobs.stored if key[0] in ("originals", "thumbnails", "sidecars")]
    with pytest.raises(NotFound):
        await deps.catalog.images.get(lost.id)


async def test_the_prompt_is_not_new_to_the_history(deps: FakeDependencies, lost: Image) -> None:
    """The prompt of someone else's image doesn't appear in the history of the user who generates the image again."""
    await regenerate.start(deps, lost.id, caller=BERT)
    message = deps.generation_queue.take_one()

    await follow_up.work(deps, message)

    assert (await prompts.history(deps, caller=BERT, cursor=None, limit=10)).items == []


async def test_all_missing_images_at_once(deps: FakeDependencies, lost: Image) -> None:
    """A bulk job creates one job for each image of its search that is missing, also if a chunk is repeated."""
    await ask(deps, GenerationRequest(theme="foxes"))
    await deliver(deps)
    change = BulkChange(action="regenerate", at=deps.clock(), by=BERT)
    bulk = await bulk_change.start(deps, await bulk_change.planned(deps, change, ""), caller=BERT)
    assert isinstance(bulk.work, BulkWork)
    assert bulk.work.total == 1
    await bulk_change.step(deps, bulk.work)  # the process stops before this is saved

    await run_library_job(deps, deps.library_queue.take_one())

    ended = await deps.catalog.jobs.get(bulk.id)
    (job,) = [job for job in (await deps.catalog.jobs.open()).items if job.kind == "generation"]
    assert ended.work == bulk.work.evolve(cursor=lost.id, done=1)
    assert (job.created_by, job.generation_request.regenerates) == (BERT.id, lost.id)
    with pytest.raises(Conflict, match="can't be undone"):
        await undo.start(deps, bulk.id, caller=BERT)
