"""A job whose saved progress is lost runs again, and finds the images that it has already stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from functions.errors import Unavailable
from functions.models.image import Image
from functions.models.inference import InferenceRequest, InferenceResult
from functions.models.job import Job, Message, Status
from functions.ports import OnProgress
from functions.rebuild.rebuild import rebuild
from functions.search.query import ImageQuery
from functions.services.generation.run import run_job
from functions.services.images import images as use_cases
from functions.services.images.purge import purge
from functions.services.usage import ledger
from tests.fakes import Clock, FakeDependencies, FakeImageGenerator, close_dependencies, make_dependencies
from tests.functions.services.working import PROMPT_USD, PaidWriter, ask, deliver, images, latest


class StopsAfterOne(FakeImageGenerator):
    """Generates one image, and then fails once."""

    async def generate(self, request: InferenceRequest, on_progress: OnProgress) -> InferenceResult:
        if len(self.calls) == 1:
            self.fail(Unavailable("away"))
        return await super().generate(request, on_progress)


async def lose_progress(deps: FakeDependencies, job: Job) -> None:
    """Put back the document as it was when the job was created."""
    stored = await latest(deps, job)
    await deps.catalog.jobs.replace(job.evolve(etag=stored.etag))


async def run_again(deps: FakeDependencies, clock: Clock, job: Job) -> Job:
    """Run the job after its progress was lost, an hour later."""
    await lose_progress(deps, job)
    clock.advance(hours=1)
    await run_job(deps, Message(job_id=job.id, attempt=1))
    return await latest(deps, job)


async def test_a_job_that_runs_again_stores_and_generates_nothing_twice(deps: FakeDependencies, clock: Clock) -> None:
    """Each image exists once, with the same document, and neither a prompt nor an image is paid for again."""
    paid = replace(deps, prompt_writer=PaidWriter())
    job = await ask(paid, count=3)
    await deliver(paid)
    before, first = await images(paid), await latest(paid, job)
    files = dict(deps.blobs.stored)

    again = await run_again(paid, clock, job)

    assert again.status == Status.SUCCEEDED
    assert await images(paid) == before
    assert len(before) == 3
    assert deps.blobs.stored == files
    assert len(deps.image_generator.calls) == 3
    assert len(paid.prompt_writer.calls) == 1
    assert [(one.id, one.seed) for one in again.pictures] == [(one.id, one.seed) for one in first.pictures]
    assert (await ledger.month_so_far(paid, clock()))[0].jobs == {job.id: (3, PROMPT_USD)}


async def test_the_rest_of_a_job_gets_the_prompt_of_what_is_stored(deps: FakeDependencies, clock: Clock) -> None:
    """All images of the job have the same prompt, although its progress was lost after the first one."""
    failing = replace(deps, image_generator=StopsAfterOne())
    job = await ask(failing, count=2)
    await deliver(failing)
    (stored,) = await images(deps)

    again = await run_again(failing, clock, job)

    found = await images(deps)
    assert [image.id for image in reversed(found)] == [one.id for one in again.stored]
    assert {image.prompt for image in found} == {stored.prompt}
    assert (again.prompt and again.prompt.prompt, len(found)) == (stored.prompt, 2)
    assert len(deps.prompt_writer.calls) == 1


async def test_images_in_trash_stay_there(deps: FakeDependencies, clock: Clock) -> None:
    """A job that runs again doesn't restore what a user moved to trash."""
    job = await ask(deps, count=2)
    await deliver(deps)
    trashed, kept = await images(deps)
    await use_cases.trash(deps, trashed.id)

    again = await run_again(deps, clock, job)

    assert [image.id for image in await images(deps)] == [kept.id]
    assert [image.id for image in await deps.catalog.images.search(ImageQuery(trash="only"))] == [trashed.id]
    assert again.status == Status.SUCCEEDED
    assert len(deps.image_generator.calls) == 2


async def test_permanently_deleted_images_do_not_come_back(deps: FakeDependencies, clock: Clock) -> None:
    """A job that runs again generates none of the images that it had stored, although their files are gone."""
    for gone in (1, 2, 3):
        job = await ask(deps, count=3)
        await deliver(deps)
        of_job = [image for image in await images(deps) if image.job_id == job.id]
        for image in of_job[:gone]:
            await purge(deps, image.id)
        before = await everything(deps)
        calls = len(deps.image_generator.calls)

        again = await run_again(deps, clock, job)

        assert (again.status, len(again.stored)) == (Status.SUCCEEDED, 3)
        assert await everything(deps) == before
        assert len(deps.image_generator.calls) == calls


async def test_an_image_generated_after_midnight_counts_on_the_day_of_its_job(clock: Clock) -> None:
    """Month, day, and usage of an image agree with the reservation of its job, also after a rebuild."""
    clock.now = datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC)
    deps = await make_dependencies(clock)
    job = await ask(deps)
    clock.advance(hours=2)
    await deliver(deps)
    (image,) = await images(deps)
    lost = replace(deps, catalog=(await make_dependencies(clock)).catalog)

    await rebuild(lost)

    assert (image.month, image.created_at) == ("2026-11", job.created_at)
    days = await deps.catalog.usage.get_many(["2026-11-30", "2026-12-01"])
    assert [(day.id, dict(day.jobs)) for day in days if day.jobs] == [("2026-11-30", {job.id: (1, 0.0)})]
    assert await lost.catalog.usage.get_many(["2026-12-01"]) == []
    await close_dependencies(deps)


async def everything(deps: FakeDependencies) -> dict[str, Any]:
    """Return images and files."""
    found: list[Image] = [*await images(deps), *await deps.catalog.images.search(ImageQuery(trash="only"))]
    return {"images": {image.id: image for image in found}, "files": dict(deps.blobs.stored)}
