"""Documents of a newer version: what is known of them is read, the rest is kept, and what can't be read is left out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from functions.errors import Unreadable
from functions.models.job import Job, Progress
from functions.models.schedule import GenerationOptions
from functions.ports import Catalog
from functions.search.query import ImageQuery
from tests.catalogs import a_job, a_schedule, an_image
from tests.fakes import START


def of_newer_version(job: Job) -> Job:
    """Return the job as a newer version would save it, of a kind that this version doesn't know."""
    return job.evolve(kind="video", schema_version=2)


async def test_an_unreadable_job_is_left_out_of_lists(catalog: Catalog) -> None:
    """Lists, changes, and pages go on without the job of a newer version, across page borders too."""
    _, token = await catalog.jobs.changed(None)
    for number in range(5):
        job = a_job(f"job-{number}", at=START + timedelta(minutes=number))
        await catalog.jobs.create(of_newer_version(job) if number in (2, 4) else job)

    first = await catalog.jobs.page(limit=3)
    second = await catalog.jobs.page(limit=3, cursor=first.next_cursor)

    assert [job.id for job in (await catalog.jobs.open()).items] == ["job-0", "job-1", "job-3"]
    assert [job.id for job in first.items] == ["job-3"]
    assert [job.id for job in second.items] == ["job-1", "job-0"]
    assert second.next_cursor is None
    assert {job.id for job in (await catalog.jobs.changed(token))[0]} == {"job-0", "job-1", "job-3"}


async def test_an_unreadable_document_says_what_to_do(catalog: Catalog) -> None:
    """Read by its ID, the job of a newer version is an error that names it and the remedy."""
    await catalog.jobs.create(of_newer_version(a_job("job-1")))

    with pytest.raises(
        Unreadable, match=r"Job job-1 was saved by a newer version of Auto-Image-Gen\. Update the app\."
    ):
        await catalog.jobs.get("job-1")


async def test_a_damaged_document_names_its_fields(catalog: Catalog) -> None:
    """A document of this version with a wrong field is said to be damaged, with the remedy."""
    await catalog.schedules.create(a_schedule("one", "One").evolve(theme=None))
    await catalog.schedules.create(a_schedule("two", "Two"))

    with pytest.raises(
        Unreadable,
        match=r"^Schedule one is damaged or was saved by a newer version: can't read theme\. Update the app, or ",
    ):
        await catalog.schedules.get("one")
    assert [schedule.id for schedule in await catalog.schedules.all()] == ["two"]


async def test_a_page_of_images_is_full_without_the_unreadable_ones(catalog: Catalog) -> None:
    """A search goes on behind images that can't be read, so that no page ends early."""
    images = [an_image(at=START + timedelta(minutes=number)) for number in range(6)]
    for number, image in enumerate(images):
        await catalog.images.create(image.evolve(sha256=None) if number in (2, 3, 5) else image)

    newest = await catalog.images.search(ImageQuery(), limit=2)
    oldest = await catalog.images.search(ImageQuery(), after=images[0].id, limit=2)

    assert [image.id for image in newest] == [images[4].id, images[1].id]
    assert [image.id for image in oldest] == [images[4].id, images[1].id]


async def test_unknown_fields_survive_a_save(catalog: Catalog) -> None:
    """A version that doesn't know a field, or one of a part of the document, saves it unchanged."""
    options = GenerationOptions(count=2).evolve(upscale=4)
    job = a_job("one", progress=Progress().evolve(tiles=9), options=options).evolve(budget={"usd": 3})
    await catalog.jobs.create(job)

    await catalog.jobs.replace((await catalog.jobs.get("one")).evolve(failures=1))

    saved = (await catalog.jobs.get("one")).body()
    assert (saved["failures"], saved["budget"], saved["options"]["upscale"]) == (1, {"usd": 3}, 4)
    assert saved["progress"]["tiles"] == 9


async def test_what_lists_left_out_is_known(catalog: Catalog) -> None:
    """The catalog knows the documents that its lists left out, until they can be read or are deleted."""
    image = await catalog.images.create(an_image().evolve(sha256=None))
    job = await catalog.jobs.create(of_newer_version(a_job("job-1")))
    await catalog.schedules.create(a_schedule("one", "One").evolve(theme=None))
    before = catalog.left_out.ids

    await catalog.images.search(ImageQuery(), limit=2)
    await catalog.jobs.open()
    await catalog.jobs.page()
    await catalog.schedules.all()
    found = catalog.left_out.ids
    await catalog.jobs.replace(a_job("job-1").evolve(etag=job.etag))
    await catalog.jobs.page()
    await catalog.schedules.delete("one")

    assert (before, set(found)) == ((), {image.id, "job-1", "one"})
    assert catalog.left_out.ids == (image.id,)
