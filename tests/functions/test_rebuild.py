"""The catalog made again from the blobs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from functions.errors import NotFound, Unavailable
from functions.formats.embedded_metadata import image_from_metadata
from functions.formats.thumbnail import thumbnail
from functions.models.album import Album, Place
from functions.models.identity import blob_names, new_image_id
from functions.models.image import Image
from functions.rebuild.rebuild import Report, rebuild
from functions.search.query import ImageQuery
from functions.search.terms import terms
from functions.services import library_backup, library_settings
from functions.services.images.sidecars import write_sidecar
from tests.fakes import FakeDependencies, close_dependencies, make_dependencies, png
from tests.image_samples import an_image, an_original


@pytest.fixture
async def deps() -> AsyncIterator[FakeDependencies]:
    opened = await make_dependencies()
    yield opened
    await close_dependencies(opened)


async def stored(deps: FakeDependencies, **changes: Any) -> Image:
    """An image with original, thumbnail and document, as a job leaves it."""
    deps.clock.advance(1)
    image = an_image(new_image_id(deps.clock()), **changes)
    original = an_original(image)
    made = thumbnail(original)
    await deps.blobs.upload("originals", image.original_blob, original, content_type="image/png")
    await deps.blobs.upload("thumbnails", image.thumbnail_blob, made.webp, content_type="image/webp")
    born = image_from_metadata(original)
    return await deps.catalog.images.create(born.evolve(terms=image.terms))


async def edited(deps: FakeDependencies, image: Image, **changes: Any) -> Image:
    deps.clock.advance(1)
    saved = await deps.catalog.images.replace(image.evolve(updated_at=deps.clock(), **changes))
    await write_sidecar(deps, saved)
    return saved


async def lose_catalog(deps: FakeDependencies) -> None:
    for trash in ("out", "only"):
        for image in await deps.catalog.images.search(ImageQuery(trash=trash)):
            await deps.catalog.images.delete(image.id)


async def documents(deps: FakeDependencies) -> list[Image]:
    found = [
        *await deps.catalog.images.search(ImageQuery()),
        *await deps.catalog.images.search(ImageQuery(trash="only")),
    ]
    return [image.evolve(etag=None) for image in found]


def counts(report: Report) -> tuple[int, int, int]:
    return report.created, report.updated, report.kept


async def test_a_lost_catalog_comes_back_whole(deps: FakeDependencies) -> None:
    """Every document is restored: generated fields, fields set by users, and images in trash."""
    await stored(deps, seed=1)
    await edited(deps, await stored(deps, seed=2), rating=4, favourite=True, approved_at=deps.clock())
    await edited(deps, await stored(deps, seed=3), deleted_at=deps.clock())
    before = await documents(deps)
    await lose_catalog(deps)

    report = await rebuild(deps)

    assert await documents(deps) == before
    assert len(before) == 3
    assert counts(report) == (3, 0, 0)
    assert (report.thumbnails, report.broken) == (0, [])


async def test_words_added_by_users_are_found(deps: FakeDependencies) -> None:
    """Search terms are those of the edited texts."""
    image = await edited(deps, await stored(deps), title="Lighthouse", tags=("seaside",))
    await lose_catalog(deps)

    await rebuild(deps)

    for word in ("lighthouse", "seaside", "fox"):
        found = await deps.catalog.images.search(ImageQuery(terms=terms(word)))
        assert [hit.id for hit in found] == [image.id]
    assert await deps.catalog.images.search(ImageQuery(terms=terms("snow"), tags=("snow",))) == []


async def test_a_second_rebuild_changes_nothing(deps: FakeDependencies) -> None:
    """Run it as often as you like."""
    await edited(deps, await stored(deps), rating=2)
    await stored(deps)
    await lose_catalog(deps)
    await rebuild(deps)
    after_first = [image.etag for image in await deps.catalog.images.search(ImageQuery())]

    report = await rebuild(deps)

    assert counts(report) == (0, 0, 2)
    assert [image.etag for image in await deps.catalog.images.search(ImageQuery())] == after_first


async def test_a_document_that_is_newer_than_its_sidecar_stays(deps: FakeDependencies) -> None:
    """A sidecar that the sweep has not mended yet undoes no change."""
    image = await edited(deps, await stored(deps), rating=2)
    deps.clock.advance(1)
    await deps.catalog.images.replace(image.evolve(rating=5, updated_at=deps.clock()))

    report = await rebuild(deps)

    assert counts(report) == (0, 0, 1)
    assert (await deps.catalog.images.get(image.id)).rating == 5


async def test_a_catalog_from_an_older_backup_catches_up(deps: FakeDependencies) -> None:
    """A sidecar that is newer than the document wins."""
    old = await stored(deps)
    await edited(deps, old, rating=5, tags=("later",))
    await deps.catalog.images.delete(old.id)
    await deps.catalog.images.create(old)

    report = await rebuild(deps)

    found = await deps.catalog.images.get(old.id)
    assert counts(report) == (0, 1, 0)
    assert (found.rating, found.tags) == (5, ("later",))
    assert set(terms("later")) <= set(found.terms)


@pytest.mark.parametrize("lost", [True, False])
async def test_a_missing_thumbnail_is_made_again(deps: FakeDependencies, lost: bool) -> None:
    """With and without the document."""
    image = await stored(deps)
    made = deps.blobs.stored.pop(("thumbnails", image.thumbnail_blob))
    if lost:
        await lose_catalog(deps)

    report = await rebuild(deps)

    assert report.thumbnails == 1
    assert deps.blobs.stored["thumbnails", image.thumbnail_blob] == made
    assert (await deps.catalog.images.get(image.id)).thumbhash


async def test_days_are_those_of_the_library(deps: FakeDependencies) -> None:
    """A timezone that was set after the image was generated counts, as it did before the loss."""
    deps.clock.now = deps.clock.now.replace(hour=23)
    image = await stored(deps)
    settings = await library_settings.settings(deps)
    await deps.catalog.settings.replace(settings.evolve(timezone="Asia/Tokyo"))
    await lose_catalog(deps)

    await rebuild(deps)

    assert (await deps.catalog.images.get(image.id)).day == "2026-11-24"


async def test_broken_blobs_are_reported_and_passed_over(deps: FakeDependencies) -> None:
    """One bad file does not keep the other images away; each is named with its reason."""
    whole = await stored(deps)
    cut_off, foreign, swapped, rated = [blob_names(new_image_id(deps.clock())) for _ in range(4)]
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
        await deps.blobs.upload("originals", name, data, content_type="image/png")
    await deps.blobs.upload("sidecars", rated.sidecar, b"{", content_type="application/json")
    await lose_catalog(deps)

    report = await rebuild(deps)

    reasons = dict(report.broken)
    assert {image.id for image in await documents(deps)} == {whole.id, rated_id}
    assert set(reasons) == {f"originals/{name}" for name in files if name != rated.original} | {
        f"sidecars/{rated.sidecar}"
    }
    assert "truncated" in reasons[f"originals/{cut_off.original}"]
    assert "no embedded metadata" in reasons[f"originals/{foreign.original}"]
    assert "another image" in reasons[f"originals/{swapped.original}"]
    assert "The file name isn't a valid image name" in reasons["originals/2026/11/readme.txt"]
    assert "is corrupted" in reasons[f"sidecars/{rated.sidecar}"]


async def test_an_image_that_is_being_removed_is_left_alone(deps: FakeDependencies) -> None:
    """A purge that a crash interrupted is the sweep's to finish."""
    image = await stored(deps)
    await deps.catalog.images.replace(image.evolve(purging=True, deleted_at=deps.clock()))
    deps.blobs.stored.pop(("thumbnails", image.thumbnail_blob))

    report = await rebuild(deps)

    assert counts(report) == (0, 0, 1)
    assert ("thumbnails", image.thumbnail_blob) not in deps.blobs.stored


async def test_a_storage_outage_stops_the_rebuild(deps: FakeDependencies) -> None:
    """After an outage, the next rebuild continues where this one stopped."""
    await stored(deps)
    await lose_catalog(deps)
    deps.blobs.fail(Unavailable("The blob storage is away."))

    with pytest.raises(Unavailable, match="is away"):
        await rebuild(deps)

    assert counts(await rebuild(deps)) == (1, 0, 0)


async def test_restored_months_are_counted_again(deps: FakeDependencies) -> None:
    """Timeline and tags must not show what they knew before."""
    image = await stored(deps)
    await lose_catalog(deps)
    with pytest.raises(NotFound):
        await deps.catalog.summaries.get(image.month)

    await rebuild(deps)

    assert (await deps.catalog.summaries.get(image.month)).dirty


async def test_progress_is_reported_after_every_image(deps: FakeDependencies) -> None:
    """The progress is reported while the rebuild runs."""
    for _ in range(3):
        await stored(deps)
    await lose_catalog(deps)
    reported: list[tuple[int, int]] = []

    await rebuild(deps, on_progress=lambda report: reported.append((report.done, report.total)))

    assert reported == [(1, 3), (2, 3), (3, 3)]


async def test_albums_come_back_with_their_images(deps: FakeDependencies) -> None:
    """Albums are restored from the backup, places from the metadata of files and from sidecars."""
    now = deps.clock()
    album = Album(id=new_image_id(now), name="Best", created_by="ada", created_at=now, updated_at=now)
    await deps.catalog.albums.create(album)
    await library_backup.write(deps)
    places = (Place(album=album.id, position="1V"),)
    await stored(deps, seed=1, places=places)
    await edited(deps, await stored(deps, seed=2), places=(Place(album=album.id, position="0V"),))
    await edited(deps, await stored(deps, seed=3, places=places), places=())
    before = await documents(deps)
    await lose_catalog(deps)
    await deps.catalog.albums.delete(album.id)

    await rebuild(deps)

    assert await documents(deps) == before
    assert [one.name for one in await deps.catalog.albums.all()] == ["Best"]
    found = await deps.catalog.images.in_album(ImageQuery(albums=(album.id,)), album=album.id)
    assert [image.seed for image in found] == [2, 1]
