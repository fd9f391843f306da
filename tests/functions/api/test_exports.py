"""Exports of images as a ZIP file, made by a job and deleted after a day."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest

from functions.formats.embedded_metadata import insert, metadata_of, read
from functions.services.dependencies import Sizes
from functions.services.maintenance.sweep import sweep
from tests.fakes import Clock, FakeDependencies, png
from tests.functions.api.conftest import Answer, Api, Gallery
from tests.functions.api.delivery import deliver

MISSING = "01KASAR8M0ABCDEFGHJKMNPQRS"


@pytest.fixture
def overrides() -> dict[str, Any]:
    """Make chunks small enough that a few images need several."""
    return {"sizes": Sizes(job_chunk=2)}


def opened(deps: FakeDependencies, job_id: str) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(deps.blobs.stored["exports", f"{job_id}.zip"][0]))


async def export(api: Api, deps: FakeDependencies, **body: object) -> Answer:
    """Return the job of an export after it has ended."""
    answer = await api.post("images/export", body)
    assert answer.status == 202, answer.body
    await deliver(deps)
    return await api.get(f"jobs/{answer.json['id']}")


async def test_a_search_becomes_a_zip(api: Api, gallery: Gallery, deps: FakeDependencies) -> None:
    """The ZIP file contains every match with its metadata, named by day and title, and the job returns its URL."""
    foxes = [await gallery.add("a fox", title="Red fox") for _ in range(5)]
    await gallery.add("a castle")

    done = (await export(api, deps, q="fox")).json

    with opened(deps, done["id"]) as packed:
        names = packed.namelist()
        metadata = json.loads(packed.read(names[1]))
        assert packed.testzip() is None
    wanted = {f"2026-11-23/red-fox-{fox.id}" for fox in foxes}
    assert {name.rpartition(".")[0] for name in names} == wanted
    assert len(names) == 10
    assert (metadata["prompt"], metadata["id"]) == ("a fox", foxes[-1].id)
    assert "terms" not in metadata
    assert (done["status"], done["work"]["done"], done["percent"]) == ("succeeded", 5, 100)
    assert done["file"]["filename"] == "pictures-2026-11-23.zip"
    assert done["file"]["bytes"] == len(deps.blobs.stored["exports", f"{done['id']}.zip"][0])
    assert f"exports/{done['id']}.zip" in done["file"]["url"]


async def test_named_images(api: Api, gallery: Gallery, deps: FakeDependencies) -> None:
    """Each id is exported once, also from trash, and missing images are counted and reported."""
    images = await gallery.several(3)
    await api.delete(f"images/{images[0].id}")
    ids = [image.id for image in images[:2]]

    done = (await export(api, deps, ids=[*ids, ids[0], MISSING])).json

    with opened(deps, done["id"]) as packed:
        assert {name[-30:-4] for name in packed.namelist() if name.endswith(".png")} == set(ids)
    assert (done["work"]["done"], done["work"]["failed"]) == (2, 1)
    assert done["reason"]["message"] == "1 image was skipped because its file is missing or corrupted."


async def test_clean_images_contain_no_prompts(api: Api, gallery: Gallery, deps: FakeDependencies) -> None:
    """File names and files without metadata contain neither prompts nor ids."""
    images = await gallery.several(3)
    for image in images:
        file = insert(png(), metadata_of(image))
        await deps.blobs.upload("originals", image.original_blob, file, content_type="image/png", overwrite=True)

    done = (await export(api, deps, q="", variant="clean")).json

    with opened(deps, done["id"]) as packed:
        assert packed.namelist() == ["00001.png", "00002.png", "00003.png"]
        files = [packed.read(name) for name in packed.namelist()]
    assert [read(file) for file in files] == [None] * 3
    assert not any(image.id.encode() in file for image in images for file in files)


async def test_a_missing_file_is_left_out(api: Api, gallery: Gallery, deps: FakeDependencies) -> None:
    """The other images are exported, even if a whole chunk is missing."""
    images = await gallery.several(5)
    for image in images[1:4]:
        await deps.blobs.delete("originals", image.original_blob)

    done = (await export(api, deps, q="")).json

    with opened(deps, done["id"]) as packed:
        assert len(packed.namelist()) == 4
        assert packed.testzip() is None
    assert (done["status"], done["work"]["done"], done["work"]["failed"]) == ("succeeded", 2, 3)


async def test_nothing_that_matches(api: Api, deps: FakeDependencies) -> None:
    """A search without matches gives an empty ZIP file."""
    done = (await export(api, deps, q="unicorn")).json

    with opened(deps, done["id"]) as packed:
        assert packed.namelist() == []
    assert done["status"] == "succeeded"


@pytest.mark.parametrize("overrides", [{"sizes": Sizes(export_chunk_bytes=1000)}], ids=["1000 bytes"])
async def test_large_images_are_packed_in_smaller_blocks(api: Api, gallery: Gallery, deps: FakeDependencies) -> None:
    """Memory use is limited by bytes, not only by the number of images."""
    images = [await gallery.add(bytes=size) for size in (700, 700, 300, 2000, 10)]

    done = (await export(api, deps, ids=[image.id for image in images])).json

    with opened(deps, done["id"]) as packed:
        assert len(packed.namelist()) == 10
    assert done["work"]["blocks"] == 4


@pytest.mark.parametrize("overrides", [{"sizes": Sizes(export_images=2)}], ids=["2 images"])
async def test_too_many_for_one_zip(api: Api, gallery: Gallery, deps: FakeDependencies) -> None:
    """Too many images are rejected with the number before the job starts."""
    await gallery.several(3)

    answer = await api.post("images/export", {"q": ""})

    assert (answer.status, answer.field, answer.error["details"]["limit"]) == (429, "q", 2)
    assert deps.library_queue.messages == []


@pytest.mark.parametrize("body", [{}, {"q": "", "ids": [MISSING]}, {"q": "", "variant": "thumbnail"}])
async def test_invalid_fields_are_named(api: Api, body: dict[str, object]) -> None:
    """Both ids and a search, or an unknown variant, are rejected."""
    answer = await api.post("images/export", body)

    assert answer.status == 400
    assert answer.field in ("ids", "variant")


async def test_it_is_deleted_after_a_day(api: Api, gallery: Gallery, deps: FakeDependencies, clock: Clock) -> None:
    """After a day the sweep deletes the file and the job has no URL; running jobs keep their files."""
    await gallery.several(2)
    done = (await export(api, deps, q="")).json
    clock.advance(hours=23)
    await sweep(deps)
    saved = (await api.get(f"jobs/{done['id']}")).json["file"]
    clock.advance(hours=2)
    gone = (await api.get(f"jobs/{done['id']}")).json["file"]
    await sweep(deps)

    assert saved is not None
    assert gone is None
    assert [name for container, name in deps.blobs.stored if container == "exports"] == []


async def test_one_that_was_canceled_begins_again(api: Api, gallery: Gallery, deps: FakeDependencies) -> None:
    """A retry is a new job with the same selection, and a repeated retry returns the same job."""
    await gallery.several(3)
    job = (await api.post("images/export", {"q": ""})).json
    await api.post(f"jobs/{job['id']}/cancel")

    again = (await api.post(f"jobs/{job['id']}/retry")).json
    twice = (await api.post(f"jobs/{job['id']}/retry")).json
    await deliver(deps)

    done = (await api.get(f"jobs/{again['id']}")).json
    assert again["id"] == twice["id"] != job["id"]
    assert (done["status"], done["work"]["done"], done["retry_of"]) == ("succeeded", 3, job["id"])
    with opened(deps, done["id"]) as packed:
        assert len(packed.namelist()) == 6
