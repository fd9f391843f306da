"""Reading the generation parameters of an image file."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from functions.api.schemas.files import MAX_FILE_BYTES
from tests.fakes import FakeDependencies, png
from tests.functions.api.conftest import Api
from tests.image_samples import an_image, an_original
from tests.parameter_files import INFOTEXT, png_with, program_files

FILES = program_files()
TEXT = {"Content-Type": "text/plain; charset=utf-8"}
OPTIONS = {"model": "test-model", "width": 512, "height": 768, "steps": 20, "guidance": 7.5, "sampler": "euler"}


def sent_options(answer: Any) -> dict[str, Any]:
    return {name: value for name, value in answer["options"].items() if value is not None}


@pytest.mark.parametrize("name", FILES)
async def test_files_of_other_programs(api: Api, name: str) -> None:
    """A reader gets program, texts, and options of a file of each program, and the names of all other settings."""
    answer = await api.post("images/parameters", FILES[name], key="reader")

    assert answer.status == 200
    assert answer.json["program"] == name.partition(".")[0].partition("-")[0]
    assert (answer.json["prompt"], answer.json["negative_prompt"]) == ("a red fox, in the snow", "blurry, text")
    assert sent_options(answer.json) == {**OPTIONS, "seed": 1234, "count": 1}
    assert all(one.keys() == {"name", "value"} for one in answer.json["unused"])
    assert "model" not in {one["name"].lower() for one in answer.json["unused"]}


async def test_files_of_our_own(api: Api) -> None:
    """An original of another library gives its texts, too; a model that isn't available is named."""
    answer = await api.post("images/parameters", an_original(an_image(alt_text="A fox.")))

    sent = answer.json
    assert (sent["program"], sent["title"], sent["alt_text"]) == ("auto-image-gen", "Fox", "A fox.")
    assert (sent["theme"], sent["tags"]) == ("Füchse im Schnee 狐", ["fox", "snow"])
    assert sent_options(sent) == {
        **{"width": 64, "height": 64, "steps": 20, "guidance": 5.0, "seed": 7, "sampler": "ddim", "count": 1}
    }
    assert sent["unused"] == [{"name": "Model", "value": "starter"}]


async def test_copied_texts(api: Api) -> None:
    """A text with settings is read like a file, and a prompt without settings has none."""
    found = await api.post("images/parameters", INFOTEXT.encode(), headers=TEXT)
    prompt = await api.post("images/parameters", b"a red fox", headers=TEXT)

    assert (found.json["program"], found.json["options"]["seed"]) == ("a1111", 1234)
    named = await api.post("images/parameters", b"My nice WEBP of a fox", headers=TEXT)

    assert (prompt.status, prompt.json["program"]) == (200, None)
    assert (named.status, named.json["program"]) == (200, None)


async def test_texts_fit_into_a_job(api: Api) -> None:
    """A prompt that is longer than the limit is cut."""
    long = f"{'fox ' * 900}\nNegative prompt: {'fog ' * 900}\nSteps: 20, Seed: 1, Size: 64x64"

    answer = await api.post("images/parameters", long.encode(), headers=TEXT)

    assert (len(answer.json["prompt"]), len(answer.json["negative_prompt"])) == (2000, 1000)


async def test_a_file_without_parameters(api: Api) -> None:
    """An image without parameters isn't an error, and names no program."""
    answer = await api.post("images/parameters", png())

    assert (answer.status, answer.json["program"], answer.json["prompt"]) == (200, None, "")


@pytest.mark.parametrize(
    ("body", "headers", "status", "text"),
    [
        (b"", {}, 400, "PNG, JPEG, or WebP"),
        (b"GIF89a", {"Content-Type": "image/gif"}, 400, "PNG, JPEG, or WebP"),
        (png()[:60], {}, 400, "truncated"),
        (b"\xff\xd8\xff" + bytes(100), {"Content-Type": "image/jpeg"}, 400, "Choose another file"),
        (b"x" * 300_000, TEXT, 413, "262,144 bytes"),
        (png() + bytes(MAX_FILE_BYTES), {}, 413, "33,554,432 bytes"),
    ],
    ids=["nothing", "gif", "truncated", "corrupted", "long text", "large file"],
)
async def test_wrong_files(api: Api, body: bytes, headers: dict[str, str], status: int, text: str) -> None:
    """A file that can't be read is an error that names the body and says what to do."""
    answer = await api.post("images/parameters", body, headers=headers)

    assert (answer.status, answer.field) == (status, "body")
    assert text in answer.error["message"]


async def test_nothing_is_stored_or_logged(api: Api, deps: FakeDependencies, caplog: pytest.LogCaptureFixture) -> None:
    """The file isn't stored, and its prompt isn't logged."""
    with caplog.at_level(logging.DEBUG):
        await api.post("images/parameters", png_with({"parameters": INFOTEXT.replace("fox", "lynx")}))

    assert "http.answered" in caplog.text
    assert "lynx" not in caplog.text
    for container in ("originals", "thumbnails", "sidecars"):
        assert list(await deps.blobs.names(container)) == []
