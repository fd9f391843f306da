"""Images in the formats in which they are published."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from functions.errors import Permanent
from functions.formats.web_rendition import rendition
from tests.fakes import png
from tests.image_samples import an_image, an_original

SOURCE_TYPE = b"trainedAlgorithmicMedia"


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def pixel(image: Image.Image, at: tuple[int, int]) -> tuple[int, ...]:
    found = image.getpixel(at)
    assert isinstance(found, tuple)
    return found


def test_both_formats_show_the_image() -> None:
    """The rendition keeps size and colors."""
    original = png(96, 64, seed=3)

    made = rendition(original)

    wanted = pixel(opened(original).convert("RGB"), (40, 30))
    for data, format_ in ((made.webp, "WEBP"), (made.jpeg, "JPEG")):
        image = opened(data)
        assert (image.format, image.size) == (format_, (96, 64))
        found = pixel(image.convert("RGB"), (40, 30))
        assert all(abs(a - b) <= 8 for a, b in zip(found, wanted, strict=True))


def test_neither_prompt_nor_ids_are_inside() -> None:
    """Of the metadata, only the mark as AI-generated remains."""
    image = an_image(theme="secret theme", prompt="secret prompt")

    made = rendition(an_original(image))

    for data in (made.webp, made.jpeg):
        assert b"secret" not in data
        assert image.id.encode() not in data
        assert SOURCE_TYPE in data


def test_comments_are_removed() -> None:
    """A comment of the original isn't copied."""
    from PIL.PngImagePlugin import PngInfo

    info, buffer = PngInfo(), io.BytesIO()
    info.add_text("comment", "secret prompt")
    Image.new("RGB", (16, 16)).save(buffer, "PNG", pnginfo=info)

    made = rendition(buffer.getvalue())

    assert b"secret" in buffer.getvalue()
    assert b"secret" not in made.jpeg + made.webp


def test_transparency() -> None:
    """WebP keeps transparency, and JPEG gets a white background."""
    buffer = io.BytesIO()
    Image.new("RGBA", (16, 16), (255, 0, 0, 0)).save(buffer, "PNG")

    made = rendition(buffer.getvalue())

    assert pixel(opened(made.webp).convert("RGBA"), (8, 8))[3] == 0
    assert pixel(opened(made.jpeg), (8, 8)) == (255, 255, 255)


@pytest.mark.parametrize("data", [b"", b"webp", png()[:60], png()[:40] + b"x" * 50])
def test_what_is_no_image(data: Any) -> None:
    """An invalid file is rejected in one sentence."""
    with pytest.raises(Permanent):
        rendition(data)
