"""The sweep finds files that the storage has lost, and repairs what it can."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from functions.errors import NotFound, Permanent, Unavailable
from functions.models.identity import blob_names, new_image_id
from functions.models.image import Image
from functions.policy.image_files import Repair
from functions.rebuild.rebuild import rebuild
from functions.search.query import ImageQuery
from functions.services import library_settings
from functions.services.images import images
from functions.services.images.original_files import set_mark
from functions.services.images.purge import purge
from functions.services.maintenance.file_check import CHUNKS_AT_A_SWEEP, check_files
from functions.services.maintenance.sweep import sweep
from functions.services.reports.stats import stats
from tests.fake_blobs import FakeBlobs
from tests.fakes import Clock, FakeDependencies, png
from tests.functions.services.working import ask, deliver
from tests.image_samples import an_image

Stored = list[Image]


class UnlistedBlobs(FakeBlobs):
    """A storage whose lists fail."""

    async def names(self, container: str, prefix: str = "") -> Sequence[str]:
        raise Unavailable


class OvertakenBlobs(FakeBlobs):
    """A storage where a permanent deletion takes place before each upload."""

    def __init__(self, stored: dict[tuple[str, str], tuple[bytes, str]], delete: Callable[[], Awaitable[None]]):
        super().__init__()
        self.stored, self._delete = stored, delete

    async def upload(
        self, container: str, name: str, data: bytes, *, content_type: str, overwrite: bool = False
    ) -> None:
        await self._delete()
        await super().upload(container, name, data, content_type=content_type, overwrite=overwrite)


@pytest.fixture
async def stored(deps: FakeDependencies, clock: Clock) -> Stored:
    """Five generated images, newest first."""
    for _ in range(5):
        await ask(deps)
        clock.advance(1)
    await deliver(deps)
    return list(await deps.catalog.images.search(ImageQuery()))


def lose(deps: FakeDependencies, image: Image, *containers: str) -> None:
    """Lose files of an image, as a storage that was killed does."""
    names = blob_names(image.id)
    names_by_container = {"originals": names.original, "thumbnails": names.thumbnail, "sidecars": names.sidecar}
    for container in containers:
        del deps.blobs.stored[container, names_by_container[container]]


async def marked(deps: FakeDependencies) -> set[str]:
    return {image.id for image in await deps.catalog.images.search(ImageQuery(missing=True))}


async def test_a_lost_original_is_marked_and_counted(deps: FakeDependencies, stored: Stored) -> None:
    """The next sweep marks the image with the time, without counting as a change by a user."""
    lose(deps, stored[1], "originals")

    await sweep(deps)

    image = await images.get(deps, stored[1].id)
    assert image.original_missing_at == deps.clock()
    assert image.updated_at == image.created_at
    assert await marked(deps) == {image.id}
    assert (await stats(deps)).missing == 1


async def test_a_lost_thumbnail_is_created_again(deps: FakeDependencies, stored: Stored) -> None:
    """The new thumbnail has the same content as before, and the image isn't marked."""
    before = deps.blobs.stored["thumbnails", stored[0].thumbnail_blob]
    lose(deps, stored[0], "thumbnails")

    done = await check_files(deps)

    assert deps.blobs.stored["thumbnails", stored[0].thumbnail_blob] == before
    assert done == {Repair.THUMBNAIL: 1}
    assert await marked(deps) == set()


@pytest.mark.parametrize("complete", [True, False])
async def test_an_image_deleted_in_the_meantime_gets_no_thumbnail(
    deps: FakeDependencies, stored: Stored, complete: bool
) -> None:
    """A thumbnail that is uploaded during a permanent deletion is deleted again, and isn't counted."""
    lose(deps, stored[0], "thumbnails")

    async def delete() -> None:
        if complete:
            await purge(deps, stored[0].id)
        else:
            await deps.catalog.images.replace(stored[0].evolve(purging=True))

    done = await check_files(replace(deps, blobs=OvertakenBlobs(deps.blobs.stored, delete)))

    assert ("thumbnails", stored[0].thumbnail_blob) not in deps.blobs.stored
    assert done.total() == 0


async def test_a_lost_sidecar_is_written_again(deps: FakeDependencies, stored: Stored) -> None:
    """The new sidecars contain all changes by users that a rebuild needs, also for images in trash."""
    deps.clock.advance(1)
    rated = await images.change(deps, stored[0].id, {"rating": 4}, etag=stored[0].etag or "")
    trashed = await images.trash(deps, stored[1].id)
    files = dict(deps.blobs.stored)
    lose(deps, rated, "sidecars")
    lose(deps, trashed, "sidecars")

    assert await check_files(deps) == {Repair.SIDECAR: 2}
    assert deps.blobs.stored == files


async def test_a_restored_original_removes_the_mark(deps: FakeDependencies, stored: Stored) -> None:
    """The check of the next day finds the file from the backup and removes the mark."""
    key = ("originals", stored[0].original_blob)
    backup = deps.blobs.stored[key]
    lose(deps, stored[0], "originals")
    await check_files(deps)
    assert await marked(deps) == {stored[0].id}
    deps.blobs.stored[key] = backup

    deps.clock.advance(days=1)
    await check_files(deps)

    assert (await images.get(deps, stored[0].id)).body() == stored[0].body()


async def test_a_damaged_original_without_thumbnail_is_marked(deps: FakeDependencies, stored: Stored) -> None:
    """An image stays marked if no thumbnail can be created from its file."""
    lose(deps, stored[0], "thumbnails")
    deps.blobs.stored["originals", stored[0].original_blob] = (b"half a file", "image/png")

    for _ in range(2):
        await check_files(deps)
        assert await marked(deps) == {stored[0].id}
        deps.clock.advance(days=1)


async def test_an_original_without_metadata_is_good_enough(deps: FakeDependencies, stored: Stored) -> None:
    """A file that another program has saved is shown, gets a thumbnail, and isn't marked."""
    lose(deps, stored[0], "thumbnails")
    deps.blobs.stored["originals", stored[0].original_blob] = (png(), "image/png")

    assert await check_files(deps) == {Repair.THUMBNAIL: 1}
    assert await marked(deps) == set()


async def test_a_round_continues_where_it_stopped(deps: FakeDependencies) -> None:
    """Each sweep checks a bounded number of images, newest first, and all of them in the end."""
    moments = [deps.clock() - timedelta(days=days) for days in range(2, 10)]
    lost = [(await deps.catalog.images.create(an_image(new_image_id(moment)))).id for moment in moments]
    found: list[set[str]] = []

    for _ in range(3):
        await check_files(deps, chunk=1)
        found.append(await marked(deps))

    assert found == [set(lost[:CHUNKS_AT_A_SWEEP]), set(lost), set(lost)]
    settings = await library_settings.settings(deps)
    assert settings.files_checked is not None
    assert settings.files_checked.complete


async def test_the_newest_images_are_checked_at_every_sweep(deps: FakeDependencies, stored: Stored) -> None:
    """The sweep finds a file that was lost after the round began without waiting for the next round."""
    await check_files(deps)
    lose(deps, stored[0], "originals")
    deps.clock.advance(minutes=5)

    await check_files(deps)

    assert await marked(deps) == {stored[0].id}


async def test_an_idle_library_is_left_alone(deps: FakeDependencies, stored: Stored) -> None:
    """Once a round is complete and no image is new, a sweep lists no files and saves nothing until the next day."""
    deps.clock.advance(hours=4)
    await check_files(deps)
    before = await library_settings.settings(deps)
    deps.clock.advance(hours=1)

    await check_files(replace(deps, blobs=UnlistedBlobs()))

    assert await library_settings.settings(deps) == before


async def test_an_image_stored_again_in_the_meantime_is_not_marked(deps: FakeDependencies, stored: Stored) -> None:
    """The check marks only the version of the image whose file it looked for."""
    await deps.catalog.images.replace(stored[0].evolve(timings=stored[0].timings.evolve(painting_ms=7)))

    assert not await set_mark(deps, stored[0])
    assert await marked(deps) == set()


async def test_an_outage_marks_nothing(deps: FakeDependencies, stored: Stored) -> None:
    """While the storage doesn't respond, no file counts as missing, and the position is kept."""
    lose(deps, stored[0], "originals")
    down = replace(deps, blobs=UnlistedBlobs())

    with pytest.raises(Unavailable):
        await check_files(down)

    assert await marked(deps) == set()
    assert (await library_settings.settings(deps)).files_checked is None


async def test_denied_access_marks_nothing(deps: FakeDependencies, stored: Stored) -> None:
    """An original that can't be downloaded because the storage denies access isn't marked as damaged."""
    lose(deps, stored[0], "thumbnails")
    deps.blobs.fail(Permanent("The storage denied access."))

    with pytest.raises(Permanent, match="denied access"):
        await check_files(deps)

    assert await marked(deps) == set()


@pytest.mark.parametrize("variant", ["original", "clean"])
async def test_a_reader_who_wants_a_lost_original_is_told(deps: FakeDependencies, stored: Stored, variant: str) -> None:
    """The error says what to do, and the image is marked at once."""
    lose(deps, stored[0], "originals")

    with pytest.raises(NotFound, match=r"The file of this image is missing. Generate the image again"):
        await images.file(deps, stored[0].id, "clean" if variant == "clean" else "original")

    assert await marked(deps) == {stored[0].id}


async def test_a_rebuild_keeps_marked_images(deps: FakeDependencies, stored: Stored) -> None:
    """A rebuild keeps the documents of marked images, because their originals are lost."""
    lose(deps, stored[0], "originals", "thumbnails")
    await check_files(deps)

    report = await rebuild(deps)

    assert (report.total, report.kept, report.broken) == (4, 4, [])
    assert await marked(deps) == {stored[0].id}
