"""Thumbnails, their hash, and their average color."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from functions.errors import Permanent
from functions.formats.thumbhash import thumbhash
from functions.formats.thumbnail import thumbnail

# Made with `rgbaToThumbHash` of the npm package thumbhash 0.1.1.
VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "thumbhash.json").read_text())


def encoded(image: Image.Image, kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_the_hash_is_that_of_the_reference(vector: Any) -> None:
    """The hash equals that of the reference implementation, which the dashboard uses."""
    rgba = base64.b64decode(vector["rgba"])

    made = thumbhash(vector["width"], vector["height"], rgba)

    assert base64.b64encode(made).decode() == vector["thumbhash"]


@pytest.mark.parametrize(("width", "height", "length"), [(101, 1, 404), (0, 1, 0), (2, 2, 15)])
def test_pixels_of_another_shape_are_rejected(width: int, height: int, length: int) -> None:
    """Pixels of a wrong length are rejected."""
    with pytest.raises(ValueError, match="ThumbHash requires RGBA pixels"):
        thumbhash(width, height, bytes(length))


@pytest.mark.parametrize(
    ("size", "small"),
    [((1024, 768), (512, 384)), ((300, 2048), (75, 512)), ((256, 256), (256, 256)), ((4000, 1), (512, 1))],
)
def test_a_thumbnail_fits_and_keeps_the_shape(size: Any, small: Any) -> None:
    """The longest side is at most 512 px, never enlarged, and the original size is returned."""
    made = thumbnail(encoded(Image.new("RGB", size, "teal")))

    with Image.open(io.BytesIO(made.webp)) as opened:
        assert opened.format == "WEBP"
        assert opened.size == small
    assert (made.width, made.height) == size


@pytest.mark.parametrize(
    ("image", "color"),
    [
        (Image.new("RGB", (40, 30), (200, 40, 10)), "#c8280a"),
        (Image.new("L", (5, 5), 128), "#808080"),
        (Image.new("P", (5, 5), 0), "#000000"),
        (Image.new("RGBA", (8, 8), (0, 255, 0, 0)), "#000000"),
    ],
)
def test_the_color_is_the_average(image: Any, color: str) -> None:
    """The color is the average of all pixels that are not transparent."""
    assert thumbnail(encoded(image)).average_colour == color


def test_only_visible_pixels_give_the_color() -> None:
    """A half transparent red image has the color red."""
    image = Image.new("RGBA", (64, 64), (0, 0, 255, 0))
    image.paste((255, 0, 0, 255), (0, 0, 64, 32))

    made = thumbnail(encoded(image))

    assert made.average_colour == "#ff0000"


def test_the_same_image_gives_the_same_thumbnail() -> None:
    """The same image always gives the same bytes."""
    png = encoded(Image.effect_mandelbrot((300, 200), (-2, -1.5, 1, 1.5), 20).convert("RGB"))

    assert thumbnail(png) == thumbnail(png)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda png: b"",
        lambda png: b"<svg/>",
        lambda png: png[: len(png) // 2],
        lambda png: png[:200] + bytes(50) + png[250:],
        lambda png: b"GIF89a" + png,
    ],
)
def test_a_broken_image_is_named(spoil: Any) -> None:
    """An invalid file is reported in one sentence."""
    png = encoded(Image.effect_mandelbrot((300, 200), (-2, -1.5, 1, 1.5), 20))

    with pytest.raises(Permanent, match="Couldn't read the image"):
        thumbnail(spoil(png))
