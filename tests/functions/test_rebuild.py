"""The catalog made again from the blobs."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from functions.adapters.azure_storage.blobs import AzureBlobs
from functions.errors import NotFound, Unavailable
from functions.formats.embedded_metadata import image_of
from functions.formats.thumbnail import thumbnail
from functions.models.identity import blob_names, new_image_id, new_image_ids
from functions.models.image import Image
from functions.rebuild.rebuild import Report, rebuild
from functions.search.query import ImageQuery
from functions.search.terms import terms
from functions.services import library_settings
from functions.services.dependencies import World
from functions.services.images.sidecars import write_sidecar
from tests.fakes import START, close_world, make_world, png
from tests.pictures import an_image, an_original

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    opened = await make_world(tmp_path)
    yield opened
    await close_world(opened)


async def stored(world: World, **changes: Any) -> Image:
    """A picture with original, thumbnail and document, as a job leaves it."""
    world.clock.advance(1)
    image = an_image(new_image_id(world.clock()), **changes)
    original = an_original(image)
    made = thumbnail(original)
    await world.blobs.upload("originals", image.original_blob, original, content_type="image/png")
    await world.blobs.upload("thumbnails", image.thumbnail_blob, made.webp, content_type="image/webp")
    born = image_of(original)
    return await world.catalog.images.create(born.evolve(terms=image.terms))


async def edited(world: World, image: Image, **changes: Any) -> Image:
    world.clock.advance(1)
    saved = await world.catalog.images.replace(image.evolve(updated_at=world.clock(), **changes))
    await write_sidecar(world, saved)
    return saved


async def lose_catalog(world: World) -> None:
    for trash in ("out", "only"):
        for image in await world.catalog.images.search(ImageQuery(trash=trash)):
            await world.catalog.images.delete(image.id)


async def documents(world: World) -> list[Image]:
    found = [
        *await world.catalog.images.search(ImageQuery()),
        *await world.catalog.images.search(ImageQuery(trash="only")),
    ]
    return [image.evolve(etag=None) for image in found]


def counts(report: Report) -> tuple[int, int, int]:
    return report.created, report.updated, report.kept


async def test_a_lost_catalog_comes_back_whole(world):
    """
    Every document is as it was: what was painted, what people added, and what is in the trash.
    """
    await stored(world, seed=1)
    await edited(world, await stored(world, seed=2), rating=4, favourite=True, approved_at=world.clock())
    await edited(world, await stored(world, seed=3), deleted_at=world.clock())
    before = await documents(world)
    await lose_catalog(world)

    report = await rebuild(world)

    assert await documents(world) == before
    assert len(before) == 3
    assert counts(report) == (3, 0, 0)
    assert (report.thumbnails, report.broken) == (0, [])


async def test_words_that_people_added_are_found_again(world):
    """
    Search terms are those of the edited texts.
    """
    image = await edited(world, await stored(world), title="Lighthouse", tags=("seaside",))
    await lose_catalog(world)

    await rebuild(world)

    for word in ("lighthouse", "seaside", "fox"):
        found = await world.catalog.images.search(ImageQuery(terms=terms(word)))
        assert [hit.id for hit in found] == [image.id]
    assert await world.catalog.images.search(ImageQuery(terms=terms("snow"), tags=("snow",))) == []


async def test_a_second_rebuild_changes_nothing(world):
    """
    Run it as often as you like.
    """
    await edited(world, await stored(world), rating=2)
    await stored(world)
    await lose_catalog(world)
    await rebuild(world)
    after_first = [image.etag for image in await world.catalog.images.search(ImageQuery())]

    report = await rebuild(world)

    assert counts(report) == (0, 0, 2)
    assert [image.etag for image in await world.catalog.images.search(ImageQuery())] == after_first


async def test_a_document_that_is_newer_than_its_sidecar_stays(world):
    """
    A sidecar that the sweep has not mended yet undoes no change.
    """
    image = await edited(world, await stored(world), rating=2)
    world.clock.advance(1)
    await world.catalog.images.replace(image.evolve(rating=5, updated_at=world.clock()))

    report = await rebuild(world)

    assert counts(report) == (0, 0, 1)
    assert (await world.catalog.images.get(image.id)).rating == 5


async def test_a_catalog_from_an_older_backup_catches_up(world):
    """
    A sidecar that is newer than the document wins.
    """
    old = await stored(world)
    await edited(world, old, rating=5, tags=("later",))
    await world.catalog.images.delete(old.id)
    await world.catalog.images.create(old)

    report = await rebuild(world)

    found = await world.catalog.images.get(old.id)
    assert counts(report) == (0, 1, 0)
    assert (found.rating, found.tags) == (5, ("later",))
    assert set(terms("later")) <= set(found.terms)


@pytest.mark.parametrize("lost", [True, False])
async def test_a_missing_thumbnail_is_made_again(world, lost):
    """
    With and without the document.
    """
    image = await stored(world)
    made = world.blobs.stored.pop(("thumbnails", image.thumbnail_blob))
    if lost:
        await lose_catalog(world)

    report = await rebuild(world)

    assert report.thumbnails == 1
    assert world.blobs.stored["thumbnails", image.thumbnail_blob] == made
    assert (await world.catalog.images.get(image.id)).thumbhash


async def test_days_are_those_of_the_library(world):
    """
    A timezone that was set after the picture was painted counts, as it did before the loss.
    """
    world.clock.now = world.clock.now.replace(hour=23)
    image = await stored(world)
    settings = await library_settings.settings(world)
    await world.catalog.settings.replace(settings.evolve(timezone="Asia/Tokyo"))
    await lose_catalog(world)

    await rebuild(world)

    assert (await world.catalog.images.get(image.id)).day == "2026-11-24"


async def test_broken_blobs_are_reported_and_passed_over(world):
    """
    One bad file does not keep the other pictures away; each is named with its reason.
    """
    whole = await stored(world)
    cut_off, foreign, swapped, rated = [blob_names(new_image_id(world.clock())) for _ in range(4)]
    rated_id = rated.original[8:34]
    files = {
        cut_off.original: an_original(an_image())[:100],
        foreign.original: png(),
        swapped.original: an_original(an_image()),
        rated.original: an_original(an_image(rated_id)),
        "2026/11/readme.txt": b"hello",
        f"2020/01/{whole.id}.png": an_original(whole),
    }
    for name, data in files.items():
        await world.blobs.upload("originals", name, data, content_type="image/png")
    await world.blobs.upload("sidecars", rated.sidecar, b"{", content_type="application/json")
    await lose_catalog(world)

    report = await rebuild(world)

    reasons = dict(report.broken)
    assert {image.id for image in await documents(world)} == {whole.id, rated_id}
    assert set(reasons) == {f"originals/{name}" for name in files if name != rated.original} | {
        f"sidecars/{rated.sidecar}"
    }
    assert "cut off" in reasons[f"originals/{cut_off.original}"]
    assert "no birth record" in reasons[f"originals/{foreign.original}"]
    assert "another picture" in reasons[f"originals/{swapped.original}"]
    assert "No picture lies under such a name" in reasons["originals/2026/11/readme.txt"]
    assert "is damaged" in reasons[f"sidecars/{rated.sidecar}"]


async def test_a_picture_that_is_being_removed_is_left_alone(world):
    """
    A purge that a crash interrupted is the sweep's to finish.
    """
    image = await stored(world)
    await world.catalog.images.replace(image.evolve(purging=True, deleted_at=world.clock()))
    world.blobs.stored.pop(("thumbnails", image.thumbnail_blob))

    report = await rebuild(world)

    assert counts(report) == (0, 0, 1)
    assert ("thumbnails", image.thumbnail_blob) not in world.blobs.stored


async def test_a_storage_that_goes_away_stops_the_rebuild(world):
    """
    The next run goes on where this one was.
    """
    await stored(world)
    await lose_catalog(world)
    world.blobs.fail(Unavailable("The blob storage is away."))

    with pytest.raises(Unavailable, match="is away"):
        await rebuild(world)

    assert counts(await rebuild(world)) == (1, 0, 0)


async def test_months_that_came_back_are_counted_anew(world):
    """
    Timeline and tags must not show what they knew before.
    """
    image = await stored(world)
    await lose_catalog(world)
    with pytest.raises(NotFound):
        await world.catalog.summaries.get(image.month)

    await rebuild(world)

    assert (await world.catalog.summaries.get(image.month)).dirty


async def test_progress_is_told_after_every_picture(world):
    """
    Whoever waits sees how far it is.
    """
    for _ in range(3):
        await stored(world)
    await lose_catalog(world)
    told: list[tuple[int, int]] = []

    await rebuild(world, on_progress=lambda report: told.append((report.done, report.total)))

    assert told == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.azurite
async def test_the_command_rebuilds_a_library_on_azurite(storage: str, tmp_path: Path):
    """
    `python -m functions.rebuild` in a process of its own: brings back, says so, and tells a broken file by exit 1.
    """
    images = [an_image(id, seed=n) for n, id in enumerate(new_image_ids(START, 3))]
    blobs = AzureBlobs(connection_string=storage)
    for image in images:
        await blobs.upload("originals", image.original_blob, an_original(image), content_type="image/png")

    async def command() -> subprocess.CompletedProcess[str]:
        env = os.environ | {"AzureWebJobsStorage": storage, "SQLITE_PATH": str(tmp_path / "catalog.sqlite")}
        return await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", "functions.rebuild"],
            cwd=ROOT,
            env=env,
            capture_output=True,
            text=True,
            timeout=60,
        )

    first = await command()
    await blobs.upload("originals", "2026/11/broken.png", b"", content_type="image/png")
    second = await command()
    await blobs.close()

    assert first.stderr == ""
    assert first.returncode == 0
    # On a slow machine it has told of its progress before.
    assert first.stdout.splitlines()[-1] == (
        "3 originals: 3 pictures brought back, 0 brought up to date, 0 as they were, 3 thumbnails made, 0 broken."
    )
    assert second.returncode == 1
    assert "3 as they were, 0 thumbnails made, 1 broken" in second.stdout
    assert "originals/2026/11/broken.png: No picture lies under such a name." in second.stderr
    with sqlite3.connect(tmp_path / "catalog.sqlite") as connection:
        assert connection.execute("SELECT count(*) FROM images").fetchone() == (3,)
    connection.close()


def test_the_command_without_settings_says_what_to_set():
    """
    One sentence and exit 1, no traceback.
    """
    env = {name: value for name, value in os.environ.items() if not name.startswith("AzureWebJobsStorage")}

    ended = subprocess.run(
        [sys.executable, "-m", "functions.rebuild"], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60
    )

    assert ended.returncode == 1
    assert ended.stderr.startswith("The rebuild stopped: Set AzureWebJobsStorage")
    assert "Traceback" not in ended.stderr
