"""Exif data of WebP and JPEG files, as the readers of other programs see it."""

from __future__ import annotations

import importlib
import importlib.util
import io
import re
import struct
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image

from inference_service.files.exif import exif_data
from inference_service.files.metadata import parameters
from tests.inference.files.test_metadata import LOSSY, METADATA, SPEC, file_of
from tests.requirements_met import require

UNDEFINED = 7
# How A1111 finds the settings in the last line.
A1111_SETTING = re.compile(r'\s*([\w ]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)')


def tags_of(exif: bytes) -> dict[int, tuple[int, bytes]]:
    """Return type and value of every tag, read from the bytes as the TIFF specification says."""
    tiff = exif.removeprefix(b"Exif\0\0")
    assert tiff[:4] == b"MM\0\x2a"
    found: dict[int, tuple[int, bytes]] = {}
    ahead = [struct.unpack_from(">I", tiff, 4)[0]]
    while ahead:
        at = ahead.pop()
        assert at % 2 == 0
        (count,) = struct.unpack_from(">H", tiff, at)
        for number in range(count):
            tag, kind, length = struct.unpack_from(">HHI", tiff, at + 2 + 12 * number)
            place = at + 2 + 12 * number + 8
            size = length * {2: 1, 4: 4, UNDEFINED: 1}[kind]
            start = place if size <= 4 else struct.unpack_from(">I", tiff, place)[0]
            assert start + size <= len(tiff)
            found[tag] = (kind, tiff[start : start + size])
            if tag == 0x8769:
                ahead.append(struct.unpack(">I", found[tag][1])[0])
    return found


@pytest.mark.parametrize("output_format", LOSSY)
def test_the_user_comment_has_type_undefined(output_format: Any) -> None:
    """The comment has the type that the Exif standard prescribes, and its text is UTF-16 in the file's byte order."""
    exif = Image.open(io.BytesIO(file_of(output_format))).info["exif"]

    kind, value = tags_of(exif)[0x9286]

    assert kind == UNDEFINED
    assert value[:8] == b"UNICODE\0"
    assert (
        value[8:].decode("utf-16-be").startswith("a fox, at “night” & <snow>\nNegative prompt: blurry text\nSteps: 20,")
    )


@pytest.mark.parametrize("output_format", LOSSY)
def test_piexif_reads_the_user_comment(output_format: Any) -> None:
    """The library that A1111 reads files with gives the parameters back."""
    require(importlib.util.find_spec("piexif"), "piexif", "run `make test`, which installs it")
    piexif, texts = importlib.import_module("piexif"), importlib.import_module("piexif.helper")
    data = file_of(output_format)

    read = piexif.load(Image.open(io.BytesIO(data)).info["exif"])

    comment = texts.UserComment.load(read["Exif"][piexif.ExifIFD.UserComment])
    assert comment.split("\n")[0] == "a fox, at “night” & <snow>"
    assert "Seed: 1234" in comment
    assert read["0th"][piexif.ImageIFD.Software].startswith(b"auto-image-gen ")
    assert read["Exif"][piexif.ExifIFD.ExifVersion] == b"0232"


@pytest.mark.parametrize("length", range(5))
def test_values_of_any_length_are_read_back(length: int) -> None:
    """Short values are inside the directory, and odd lengths don't move the following ones."""
    tags = tags_of(exif_data(software="x" * length, comment="é" * length))

    assert tags[0x0131] == (2, b"x" * length + b"\0")
    assert tags[0x9286] == (UNDEFINED, b"UNICODE\0" + ("é" * length).encode("utf-16-be"))


@pytest.mark.parametrize(
    ("prompt", "shown"),
    [
        ("Negative prompt: a sign that says so", "Negative prompt a sign that says so"),
        ("a fox, negative  prompt : blur", "a fox, negative prompt blur"),
        ("a fox\nNegative prompt: blur\nSteps: 5, Seed: 1", "a fox Negative prompt blur Steps 5, Seed: 1"),
        ("a poster: footsteps: 3", "a poster: footsteps: 3"),
    ],
)
def test_labels_inside_a_prompt_lose_their_colon(prompt: str, shown: str) -> None:
    """A prompt that contains a label of the format is still read as one prompt, like the negative prompt."""
    lines = parameters(replace(METADATA, spec=replace(SPEC, prompt=prompt, negative_prompt=prompt))).split("\n")

    assert lines[:2] == [shown, f"Negative prompt: {shown}"]
    assert len(lines) == 3
    assert dict(A1111_SETTING.findall(lines[2]))["Steps"] == "20"
