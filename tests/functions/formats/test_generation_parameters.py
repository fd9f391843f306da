"""Generation parameters in files of Auto-Image-Gen and of other programs."""

from __future__ import annotations

import io
import json
import struct
import zlib
from datetime import UTC, datetime

import pytest
from PIL import Image

from functions.errors import Permanent
from functions.formats.generation_parameters.file_texts import MAX_PIXELS
from functions.formats.generation_parameters.reader import read_file, read_text
from functions.models.generation_parameters import GenerationParameters, Program
from tests.fakes import png
from tests.image_samples import an_image, an_original
from tests.parameter_files import INFOTEXT, SWARMUI, png_with, program_files, with_comment, with_exif

FILES = program_files()


def read(file: bytes) -> GenerationParameters:
    found = read_file(file).parameters
    assert found is not None
    return found


def unknown(found: GenerationParameters) -> set[str]:
    return {f"{one.name}: {one.value}" for one in found.others}


@pytest.mark.parametrize("name", FILES)
def test_files_of_every_program(name: str) -> None:
    """A file of each program, in each form that it writes, gives program, texts, options, model, and sampler."""
    found = read(FILES[name])

    assert found.program == Program(name.partition(".")[0].partition("-")[0])
    assert (found.prompt, found.negative_prompt) == ("a red fox, in the snow", "blurry, text")
    assert (found.width, found.height, found.steps, found.guidance, found.seed) == (512, 768, 20, 7.5, 1234)
    assert found.sampler.lower() == "euler"
    assert found.model.removesuffix(".safetensors").removeprefix("sd/") == "test-model"


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("a1111.png", {"LoRA: ink:0.8", "Schedule type: Karras", "Clip skip: 2"}),
        ("comfyui.png", {"LoRA: ink.safetensors:0.8", "scheduler: karras", "Node: FaceDetailer"}),
        ("invokeai.png", {"LoRA: ink:0.8", "clip_skip: 0", "cfg_rescale_multiplier: 0.0"}),
        ("swarmui.png", {"LoRA: ink:0.8", "scheduler: karras"}),
        ("fooocus.png", {"styles: ['Fooocus V2']", "performance: Speed", "scheduler: karras"}),
        ("fooocus-a1111.png", {"Sharpness: 2.0", "Raw prompt: a fox"}),
    ],
)
def test_other_settings_are_named(name: str, named: set[str]) -> None:
    """Settings without a counterpart are named as the program names them."""
    assert named <= unknown(read(FILES[name]))


def test_files_of_our_own() -> None:
    """An original gives everything that its document contains, and its time."""
    image = an_image(negative_prompt="fog", alt_text="A fox.")

    found = read_file(an_original(image))

    assert found.created_at == image.created_at
    assert found.parameters == GenerationParameters(
        program=Program.AUTO_IMAGE_GEN,
        **image.model_dump(include={"prompt", "negative_prompt", "theme", "title", "alt_text", "tags", "model"}),
        **image.model_dump(include={"width", "height", "steps", "guidance", "seed", "sampler"}),
    )


def test_times_of_files() -> None:
    """The time comes from Exif data or from SwarmUI's date."""
    taken = read_file(with_comment(INFOTEXT, taken="2025:03:09 11:12:13")).created_at
    dated = read_file(FILES["swarmui.png"]).created_at

    assert taken == datetime(2025, 3, 9, 11, 12, 13)
    assert dated == datetime(2025, 3, 9, 12)
    assert read_file(FILES["a1111.png"]).created_at is None
    assert read_file(with_comment(INFOTEXT, taken="0000:00:00 00:00:00")).created_at is None


def test_a_time_with_an_offset() -> None:
    """An offset in the Exif data is part of the time."""
    file = with_exif({0x9286: INFOTEXT, 0x0132: "2025:03:09 11:12:13", 0x9010: "+01:00"}, "JPEG")

    assert read_file(file).created_at == datetime(2025, 3, 9, 10, 12, 13, tzinfo=UTC)


@pytest.mark.parametrize("order", ["utf-16-be", "utf-16-le"])
def test_user_comments_in_either_byte_order(order: str) -> None:
    """A Unicode comment is read in either byte order, also with other scripts."""
    exif, file = Image.Exif(), io.BytesIO()
    exif[0x9286] = b"UNICODE\0" + INFOTEXT.replace("fox", "狐").encode(order)
    Image.new("RGB", (8, 8)).save(file, "JPEG", exif=exif)

    assert read(file.getvalue()).prompt == "a red 狐, in the snow"


def test_texts_in_utf8() -> None:
    """A text chunk in UTF-8, which the PNG standard doesn't allow but programs write, is read as such."""
    file = png_with({"parameters": INFOTEXT.replace("fox", "Füchse".encode().decode("latin-1"))})

    assert read(file).prompt == "a red Füchse, in the snow"


def test_a_file_without_parameters() -> None:
    """An image without metadata, or with that of a camera, has no parameters."""
    assert read_file(png()).parameters is None
    assert read_file(with_exif({0x010F: "Canon", 0x010E: "Holiday"}, "JPEG")).parameters is None
    assert read_file(png_with({"Comment": "{}", "prompt": "a fox", "workflow": "[]"})).parameters is None


@pytest.mark.parametrize(
    "texts",
    [
        {"prompt": "[" * 100_000},
        {"prompt": "{" + '"a":{' * 100_000},
        {"prompt": json.dumps({"1": 3, "2": {"inputs": 4}, "3": {"inputs": {"a": ["1", 0]}}})},
        {"workflow": json.dumps({"nodes": [1, {"id": {}}, {"inputs": 3}], "links": [3, [[], 1, 2]]})},
        {"parameters": json.dumps({"sui_image_params": 3})},
        {"invokeai_metadata": json.dumps({"model": 3, "loras": [None, {"model": 3}], "seed": "x", "steps": True})},
        {"auto-image-gen": json.dumps({"prompt": 3, "tags": "x", "guidance": 1e999, "seed": -1, "created_at": 5})},
    ],
    ids=["deep list", "deep object", "graph", "workflow", "swarm", "invoke", "own"],
)
def test_invalid_metadata_is_ignored(texts: dict[str, str]) -> None:
    """Metadata of another shape than documented gives empty parameters or none, and no error."""
    found = read_file(png_with(texts)).parameters

    assert found is None or (found.prompt, found.seed, found.steps, found.guidance) == ("", None, None, None)


def test_unprintable_characters() -> None:
    """Characters that a response or file can't contain are left out of texts and settings."""
    record = {"positive_prompt": "a\0 \ud800fox\x1b", "note": "\udfff!", "n\0ame": 1}

    found = read(png_with({"invokeai_metadata": json.dumps(record)}))

    assert found.prompt == "a fox"
    assert unknown(found) == {"note: !", "n ame: 1"}
    assert found.model_dump_json()


def test_a_long_text_is_read_in_time() -> None:
    """A text that makes a pattern search slow is read or refused within seconds."""
    for text in ("a " * 130_000, "Steps: 1" + " a" * 100_000, 'Steps: 1, a:"' * 20_000, "<lora:" * 40_000):
        found = read_text(text + "\nSteps: 20, Seed: 1, Size: 64x64")

        assert found is None or found.seed == 1


@pytest.mark.parametrize("name", ["a1111.png", "a1111.jpg", "a1111.webp"])
def test_damaged_files(name: str) -> None:
    """A file that ends too early is an error that names the cause, or is read as far as it goes."""
    whole = FILES[name]
    errors, found = [], []

    for length in (12, 40, len(whole) // 2):
        try:
            found.append(read_file(whole[:length]).parameters)
        except Permanent as exc:
            errors.append(exc.message)

    assert errors
    assert all("truncated" in error or "corrupted" in error for error in errors)
    assert all(one is None or one.seed == 1234 for one in found)


def test_other_files() -> None:
    """A file of another type is an error that says which types are read."""
    for file in (b"", b"GIF89a" + bytes(50), b"a red fox"):
        with pytest.raises(Permanent, match="isn't a PNG, JPEG, or WebP image"):
            read_file(file)


def test_too_many_pixels() -> None:
    """A small file with a huge image is refused without decoding it."""
    file = bytearray(png())
    struct.pack_into(">II", file, 16, 60_000, 60_000)
    struct.pack_into(">I", file, 29, zlib.crc32(file[12:29]))
    jpeg = bytearray(with_exif({}, "JPEG"))
    struct.pack_into(">HH", jpeg, jpeg.index(b"\xff\xc0") + 5, 60_000, 60_000)

    for bomb in (bytes(file), bytes(jpeg)):
        with pytest.raises(Permanent, match=f"more than {MAX_PIXELS:,} pixels"):
            read_file(bomb)


def test_json_text_of_swarmui() -> None:
    """A copied JSON text is read like the one in a file."""
    found = read_text(json.dumps(SWARMUI))

    assert found is not None
    assert (found.program, found.seed) == (Program.SWARMUI, 1234)
