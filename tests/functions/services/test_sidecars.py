"""Sidecars are written after a change, repaired after a crash, and absent for unchanged images."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from functions.errors import Permanent, Unavailable
from functions.models.album import Place
from functions.models.identity import blob_names, new_image_id
from functions.models.image import Image
from functions.models.sidecar import Sidecar
from functions.services import library_settings
from functions.services.images.sidecars import read_sidecar, repair, write_sidecar
from tests.fake_blobs import FakeBlobs
from tests.fakes import FakeDependencies, close_dependencies, make_dependencies
from tests.image_samples import an_image
from tests.present import present


@pytest.fixture
async def deps() -> AsyncIterator[FakeDependencies]:
    opened = await make_dependencies()
    yield opened
    await close_dependencies(opened)


async def stored_image(deps: FakeDependencies, **changes: Any) -> Image:
    return await deps.catalog.images.create(an_image(new_image_id(deps.clock()), **changes))


async def edited(deps: FakeDependencies, image: Image, **changes: Any) -> Image:
    """Return the image after a change whose sidecar is not yet written."""
    deps.clock.advance(1)
    return await deps.catalog.images.replace(image.evolve(updated_at=deps.clock(), **changes))


def sidecars(deps: FakeDependencies) -> set[str]:
    return {name for container, name in deps.blobs.stored if container == "sidecars"}


async def test_a_sidecar_contains_all_fields_set_by_users(deps: FakeDependencies) -> None:
    """A sidecar is readable text with rating, favorite, tags, texts, approval, trash, and albums."""
    image = await edited(
        deps,
        await stored_image(deps),
        title="Fox & hare",
        alt_text="Two animals",
        tags=("fox", "hare"),
        favourite=True,
        rating=4,
        approved_at=deps.clock(),
        deleted_at=deps.clock(),
        places=(Place(album="01M83ALBUM", position="01M83V"),),
    )

    await write_sidecar(deps, image)

    body, content_type = deps.blobs.stored["sidecars", blob_names(image.id).sidecar]
    assert content_type == "application/json"
    assert json.loads(body) == {
        "id": image.id,
        "schema_version": 1,
        "updated_at": "2026-11-23T09:00:01Z",
        "title": "Fox & hare",
        "alt_text": "Two animals",
        "tags": ["fox", "hare"],
        "favourite": True,
        "rating": 4,
        "approved_at": "2026-11-23T09:00:00Z",
        "deleted_at": "2026-11-23T09:00:00Z",
        "places": [{"album": "01M83ALBUM", "position": "01M83V"}],
    }


async def test_what_was_written_comes_back_onto_the_image(deps: FakeDependencies) -> None:
    """The embedded metadata with the sidecar applied gives the current image."""
    born = await stored_image(deps)
    image = await edited(deps, born, rating=5, tags=(), deleted_at=deps.clock())
    await write_sidecar(deps, image)

    sidecar = await read_sidecar(deps, image.id)

    assert sidecar is not None
    assert sidecar.applied_to(born) == image.evolve(etag=born.etag)


async def test_an_unchanged_image_has_none(deps: FakeDependencies) -> None:
    """An image without changes has no sidecar."""
    image = await stored_image(deps)

    repaired = await repair(deps)

    assert repaired == 0
    assert await read_sidecar(deps, image.id) is None


async def test_the_sweep_writes_what_a_crash_left_out(deps: FakeDependencies) -> None:
    """After a crash between document and sidecar, the next sweep writes the sidecar."""
    await repair(deps)
    image = await edited(deps, await stored_image(deps), rating=3)

    repaired = [await repair(deps), await repair(deps)]

    assert repaired == [1, 0]
    assert await read_sidecar(deps, image.id) == Sidecar.of(image)


async def test_the_first_sweep_of_a_library_looks_back(deps: FakeDependencies) -> None:
    """A crash before the first sweep is repaired, in the library and in trash."""
    saved = await edited(deps, await stored_image(deps), favourite=True)
    trashed = await edited(deps, await stored_image(deps), deleted_at=deps.clock())

    await repair(deps)

    assert sidecars(deps) == {blob_names(saved.id).sidecar, blob_names(trashed.id).sidecar}


async def test_an_older_or_damaged_sidecar_is_replaced(deps: FakeDependencies) -> None:
    """The document has precedence over the sidecar."""
    await repair(deps)
    image = await edited(deps, await stored_image(deps), rating=3)
    await write_sidecar(deps, image)
    image = await edited(deps, image, rating=4)
    other = await edited(deps, await stored_image(deps), rating=1)
    await deps.blobs.upload("sidecars", blob_names(other.id).sidecar, b"{", content_type="application/json")

    await repair(deps)

    assert present(await read_sidecar(deps, image.id)).rating == 4
    assert present(await read_sidecar(deps, other.id)).rating == 1


async def test_a_sweep_without_changes_saves_nothing(deps: FakeDependencies) -> None:
    """A sweep without changes adds nothing to the change feed."""
    await edited(deps, await stored_image(deps), rating=3)
    await repair(deps)
    before = await library_settings.settings(deps)

    await repair(deps)

    assert await library_settings.settings(deps) == before


async def test_the_next_sweep_retries_an_unavailable_storage(deps: FakeDependencies) -> None:
    """A sidecar that could not be written is written by the next sweep."""
    await repair(deps)
    image = await edited(deps, await stored_image(deps), rating=3)
    deps.blobs.fail(Unavailable())
    with pytest.raises(Unavailable):
        await repair(deps)

    await repair(deps)

    assert await read_sidecar(deps, image.id) == Sidecar.of(image)


class SlowBlobs(FakeBlobs):
    """A blob store that writes the first sidecar only when released."""

    def __init__(self) -> None:
        super().__init__()
        self.reached = asyncio.Event()
        self.go_on = asyncio.Event()

    async def upload(self, container: str, name: str, data: bytes, **more: Any) -> None:
        if container == "sidecars" and not self.reached.is_set():
            self.reached.set()
            await self.go_on.wait()
        await super().upload(container, name, data, **more)


async def test_of_two_changes_at_once_the_newer_one_stays() -> None:
    """An older sidecar that is written last is replaced by the newer one."""
    blobs = SlowBlobs()
    deps = await make_dependencies(blobs=blobs)
    image = await edited(deps, await stored_image(deps), rating=1)
    slow = asyncio.create_task(write_sidecar(deps, image))
    await blobs.reached.wait()
    newer = await edited(deps, image, rating=2)
    await write_sidecar(deps, newer)

    blobs.go_on.set()
    await slow

    assert present(await read_sidecar(deps, image.id)).rating == 2
    await close_dependencies(deps)


async def test_an_image_removed_meanwhile_leaves_no_sidecar(deps: FakeDependencies) -> None:
    """An image purged between document and sidecar has no sidecar."""
    gone = await edited(deps, await stored_image(deps), rating=1)
    going = await edited(deps, await stored_image(deps), rating=1)
    await deps.catalog.images.delete(gone.id)
    await deps.catalog.images.replace(going.evolve(purging=True))

    await write_sidecar(deps, gone)
    await write_sidecar(deps, going)

    assert sidecars(deps) == set()


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("", "can't read the file"),
        ("[]", "can't read the file"),
        ('{"id": "x"}', "can't read alt_text, approved_at, deleted_at, favourite, rating, tags, title, updated_at"),
    ],
)
async def test_a_damaged_sidecar_says_what_is_wrong(deps: FakeDependencies, body: str, says: str) -> None:
    """The error names the image and the fields."""
    image = an_image()
    await deps.blobs.upload("sidecars", blob_names(image.id).sidecar, body.encode(), content_type="application/json")

    with pytest.raises(Permanent, match=f"{image.id} is corrupted: {says}"):
        await read_sidecar(deps, image.id)


async def test_a_sidecar_under_a_wrong_name_is_rejected(deps: FakeDependencies) -> None:
    """A copied sidecar does not rate another image."""
    image, other = await stored_image(deps), await stored_image(deps)
    body = Sidecar.of(other).model_dump_json().encode()
    await deps.blobs.upload("sidecars", blob_names(image.id).sidecar, body, content_type="application/json")

    with pytest.raises(Permanent, match=f"belongs to another image, {other.id}"):
        await read_sidecar(deps, image.id)
