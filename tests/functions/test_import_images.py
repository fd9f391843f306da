"""A folder of image files of other programs becomes part of the library."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from functions.errors import Unavailable
from functions.formats import png as container
from functions.formats.embedded_metadata import KEYWORD, image_from_metadata, insert, read
from functions.formats.generation_parameters.reader import read_file
from functions.import_images.import_images import Report, files_in, import_images
from functions.models.image import Image
from functions.rebuild.rebuild import rebuild
from functions.search.query import ImageQuery
from functions.search.terms import terms
from functions.services import library_settings
from functions.services.images.purge import purge
from tests.fake_blobs import FakeBlobs
from tests.fakes import START, FakeDependencies, close_dependencies, make_dependencies, png
from tests.image_samples import an_image, an_original
from tests.parameter_files import INFOTEXT, png_with, program_files, with_comment

FILES = program_files()
MODIFIED = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)


class StoppingBlobs(FakeBlobs):
    """The blobs of another store, with an outage after this number of uploads."""

    def __init__(self, blobs: FakeBlobs, uploads: int) -> None:
        super().__init__()
        self.stored, self._left = blobs.stored, uploads

    async def upload(
        self, container: str, name: str, data: bytes, *, content_type: str, overwrite: bool = False
    ) -> None:
        if self._left == 0:
            raise Unavailable("The storage is down.")
        self._left -= 1
        await super().upload(container, name, data, content_type=content_type, overwrite=overwrite)


@pytest.fixture
async def deps() -> AsyncIterator[FakeDependencies]:
    opened = await make_dependencies()
    yield opened
    await close_dependencies(opened)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "library"


def add(folder: Path, name: str, file: bytes, *, modified_at: datetime = MODIFIED) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(file)
    os.utime(path, (modified_at.timestamp(), modified_at.timestamp()))


def variant(number: int) -> bytes:
    return png_with({"parameters": INFOTEXT.replace("1234", str(number))}, color=f"#0000{number:02x}")


async def documents(deps: FakeDependencies) -> list[Image]:
    return [
        image.evolve(etag=None, added_at=None) for image in await deps.catalog.images.search(ImageQuery(), limit=200)
    ]


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.imported, report.already_there, len(report.without_parameters), len(report.unreadable)


async def test_files_of_every_program(deps: FakeDependencies, folder: Path) -> None:
    """Each file becomes an image with parameters, original, thumbnail, and search terms, and stays as it was."""
    for name, file in FILES.items():
        add(folder, f"some/{name}", file)

    report = await import_images(deps, folder)

    assert (counts(report), report.total, report.done) == ((len(FILES), 0, 0, 0), len(FILES), len(FILES))
    found = await documents(deps)
    assert len(found) == len(FILES)
    for image in found:
        assert (image.prompt, image.negative_prompt) == ("a red fox, in the snow", "blurry, text")
        assert (image.steps, image.guidance, image.seed, image.sampler.lower()) == (20, 7.5, 1234, "euler")
        assert (image.width, image.height) == (64, 96)
        assert (image.title, image.theme) == ("a red fox", "a red fox")
        assert set(terms("fox snow")) <= set(image.terms)
        original = await deps.blobs.download("originals", image.original_blob)
        assert image_from_metadata(original) == image.evolve(terms=())
        assert (await deps.blobs.download("thumbnails", image.thumbnail_blob))[:4] == b"RIFF"
    assert {image.created_by_name for image in found} == {"A1111", "ComfyUI", "InvokeAI", "SwarmUI", "Fooocus"}
    assert {path.name: path.read_bytes() for path in files_in(folder)} == FILES


async def test_importing_again_adds_nothing(deps: FakeDependencies, folder: Path) -> None:
    """A second import adds nothing, also of copies with another name and time, or of an image in trash."""
    add(folder, "a.png", variant(1))
    add(folder, "b.png", variant(2))
    add(folder, "copy/a.png", variant(1), modified_at=START)
    first = await import_images(deps, folder)
    before = await documents(deps)
    trashed = await deps.catalog.images.get(before[0].id)
    await deps.catalog.images.replace(trashed.evolve(deleted_at=deps.clock()))
    shutil.move(folder / "b.png", folder / "renamed.png")
    os.utime(folder / "renamed.png")

    second = await import_images(deps, folder)

    assert (counts(first), counts(second)) == ((2, 1, 0, 0), (0, 3, 0, 0))
    assert len(before) == 2
    assert len(await documents(deps)) == 1


async def test_an_image_that_was_deleted_permanently_can_be_imported(deps: FakeDependencies, folder: Path) -> None:
    """After an image was deleted permanently, its file can be imported again."""
    add(folder, "a.png", variant(1))
    await import_images(deps, folder)
    (image,) = await documents(deps)
    await purge(deps, image.id)

    assert counts(await import_images(deps, folder)) == (1, 0, 0, 0)
    assert await documents(deps) == [image]


@pytest.mark.parametrize("uploads", range(4))
async def test_a_stopped_import_continues(deps: FakeDependencies, folder: Path, uploads: int) -> None:
    """An import that stopped after any upload is completed by the next one, also if a file's time has changed."""
    add(folder, "a.png", variant(1))
    add(folder, "b.jpg", with_comment(INFOTEXT))
    with pytest.raises(Unavailable):
        await import_images(replace(deps, blobs=StoppingBlobs(deps.blobs, uploads)), folder)
    os.utime(folder / "a.png")

    report = await import_images(deps, folder)

    assert report.imported + report.already_there == 2
    assert report.imported > 0
    assert len(await documents(deps)) == len(await deps.blobs.names("originals")) == 2
    assert len(await deps.blobs.names("thumbnails")) == 2


async def test_a_rebuild_restores_imported_images(deps: FakeDependencies, folder: Path) -> None:
    """A rebuild creates the same documents, and doesn't count imported images in the usage."""
    for name, file in FILES.items():
        add(folder, name, file, modified_at=START)
    await import_images(deps, folder)
    before = await documents(deps)
    for image in before:
        await deps.catalog.images.delete(image.id)

    report = await rebuild(deps)

    assert report.broken == []
    assert await documents(deps) == before
    assert await deps.catalog.usage.get_many([f"{START:%Y-%m-%d}"]) == []


async def test_times_are_kept(deps: FakeDependencies, folder: Path) -> None:
    """Images have the time in their metadata, in the library's time zone, or that of the file, never a future one."""
    settings = await library_settings.settings(deps)
    await deps.catalog.settings.replace(settings.evolve(timezone="Asia/Tokyo"))
    add(folder, "file.png", variant(1), modified_at=datetime(2024, 5, 6, 20, 0, tzinfo=UTC))
    add(folder, "exif.jpg", with_comment(INFOTEXT, taken="2025:03:09 07:00:00"))
    add(folder, "future.png", variant(2), modified_at=datetime(2040, 1, 1, tzinfo=UTC))
    add(folder, "epoch.png", variant(3), modified_at=datetime(1970, 1, 1, tzinfo=UTC))

    await import_images(deps, folder)

    found = sorted((image.created_at, image.day) for image in await documents(deps))
    assert found == [
        (datetime(1980, 1, 1, tzinfo=UTC), "1980-01-01"),
        (datetime(2024, 5, 6, 20, 0, tzinfo=UTC), "2024-05-07"),
        (datetime(2025, 3, 8, 22, 0, tzinfo=UTC), "2025-03-09"),
        (START, f"{START:%Y-%m-%d}"),
    ]


async def test_files_of_another_library(deps: FakeDependencies, folder: Path) -> None:
    """An original of Auto-Image-Gen keeps its ID and document; its day is the one in this library's time zone."""
    image = an_image(day="2020-01-01", schedule_id=None)
    add(folder, "fox.png", an_original(image))

    report = await import_images(deps, folder)
    again = await import_images(deps, folder)

    (found,) = await documents(deps)
    assert (counts(report), counts(again)) == ((1, 0, 0, 0), (0, 1, 0, 0))
    assert (found.id, found.created_at, found.prompt, found.tags) == (
        *(image.id, image.created_at, image.prompt, image.tags),
    )
    assert found.day == f"{image.created_at:%Y-%m-%d}"


@pytest.mark.parametrize(
    "changes",
    [{"original_blob": "2020/01/other.png"}, {"thumbnail_blob": "x.webp"}, {"month": "2020-01"}, {"created_at": START}],
    ids=lambda changes: next(iter(changes)),
)
async def test_a_document_that_contradicts_its_id(
    deps: FakeDependencies, folder: Path, changes: dict[str, Any]
) -> None:
    """A file whose document would use files of another image is refused."""
    add(folder, "fox.png", an_original(an_image(**changes)))

    report = await import_images(deps, folder)

    assert counts(report) == (0, 0, 0, 1)
    assert await deps.blobs.names("originals") == []


async def test_files_that_cannot_be_imported(deps: FakeDependencies, folder: Path) -> None:
    """Files without parameters, damaged files, and files that can't be opened are reported with their names."""
    add(folder, "a.png", variant(1))
    add(folder, "plain.png", png())
    add(folder, "damaged.png", variant(2)[:-30])
    add(folder, "text.jpg", b"a red fox")
    add(folder, "notes.txt", b"a red fox")
    add(folder, ".hidden/b.png", variant(3))
    (folder / "gone.webp").symlink_to(folder / "nowhere.webp")

    report = await import_images(deps, folder)

    assert counts(report) == (1, 0, 1, 3)
    assert report.without_parameters == ["plain.png"]
    reasons = dict(report.unreadable)
    assert "truncated" in reasons["damaged.png"]
    assert reasons["text.jpg"].startswith("The file isn't a PNG, JPEG, or WebP image.")
    assert reasons["gone.webp"] == "Couldn't read the file: No such file or directory."


async def test_a_file_that_breaks_the_rules_stops_no_other(deps: FakeDependencies, folder: Path) -> None:
    """An invalid ID, deeply nested metadata, and a time that no calendar has concern only their file."""
    own = an_original(an_image())
    add(folder, "a.png", insert(own, (read(own) or {}) | {"id": "x"}))
    nested = container.international_text(KEYWORD, "[" * 200_000)
    add(folder, "b.png", container.join(container.with_text(container.split(variant(1)), nested)))
    add(folder, "c.png", variant(2))
    os.utime(folder / "c.png", (1e12, 1e12))

    report = await import_images(deps, folder)

    assert dict(report.unreadable)["a.png"] == "The embedded metadata in this PNG file has an invalid image ID."
    assert counts(report)[0] == 2


async def test_programs_still_find_their_metadata(deps: FakeDependencies, folder: Path) -> None:
    """The original of an import contains the metadata of the program too, and is found as the library's own file."""
    add(folder, "a.jpg", FILES["a1111.jpg"])
    add(folder, "c.png", FILES["comfyui.png"])
    await import_images(deps, folder)

    for image in await documents(deps):
        original = await deps.blobs.download("originals", image.original_blob)
        found = read_file(original).parameters
        assert found is not None
        assert (found.prompt, found.title) == (image.prompt, image.title)
        assert (b"parameters" in original, b"eXIf" in original, b"workflow" in original) == (
            *(False, image.created_by_name == "A1111", image.created_by_name == "ComfyUI"),
        )


async def test_progress(deps: FakeDependencies, folder: Path) -> None:
    """Progress is reported after each file."""
    for number in range(3):
        add(folder, f"{number}.png", variant(number))
    seen: list[int] = []

    await import_images(deps, folder, on_progress=lambda report: seen.append(report.done))

    assert sorted(seen)[-1] == 3
    assert len(seen) == 3
