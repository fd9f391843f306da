"""Encoding of images: lossless PNG files and small previews."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngImageFile

from inference_service.files.encoding import PREVIEW_BYTES, preview_file
from inference_service.files.png import international_chunk, png, text_chunk


def noise(width: Any, height: Any, seed: Any = 0) -> Any:
    """Return an image that compresses badly."""
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8))


def chunks_of(data: Any) -> Any:
    """Return type and data of all chunks, and check their checksums."""
    at, found = 8, []
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        assert struct.unpack_from(">I", data, at + 8 + length)[0] == zlib.crc32(kind + body)
        found.append((kind, body))
        at += 12 + length
    return found


@given(width=st.integers(1, 70), height=st.integers(1, 70), seed=st.integers(0, 9))
def test_a_png_is_lossless(width: Any, height: Any, seed: Any) -> None:
    """Another decoder reads the same image for any size and content."""
    image = noise(width, height, seed)

    read = Image.open(io.BytesIO(png(image)))

    assert (read.mode, read.size) == ("RGB", image.size)
    assert np.array_equal(np.asarray(read), np.asarray(image))


def test_a_png_has_valid_chunks() -> None:
    """The file has header, texts, pixels, and end, and zlib decompresses the pixels with their filter bytes."""
    image = noise(5, 4)

    kinds, bodies = zip(*chunks_of(png(image, [text_chunk("a", "é"), text_chunk("b", "🦊")])), strict=True)

    lines = zlib.decompress(bodies[3])
    assert kinds == (b"IHDR", b"tEXt", b"iTXt", b"IDAT", b"IEND")
    assert [lines[at] for at in range(0, len(lines), 16)] == [2, 2, 2, 2]
    assert lines[1:16] == np.asarray(image)[0].tobytes()


def test_texts_are_read_back() -> None:
    """Another decoder reads the same Latin-1 and other texts."""
    texts = [text_chunk("plain", "é\n2"), text_chunk("other", "狐 🦊"), international_chunk("always", "x")]

    read = Image.open(io.BytesIO(png(noise(2, 2), texts)))

    assert isinstance(read, PngImageFile)
    assert read.text == {"plain": "é\n2", "other": "狐 🦊", "always": "x"}


@pytest.mark.parametrize("mode", ["L", "RGBA", "P"])
def test_other_modes_become_rgb(mode: str) -> None:
    """Grayscale, transparent, and indexed images are converted to RGB."""
    image = noise(8, 8).convert(mode)

    read = Image.open(io.BytesIO(png(image)))

    assert np.array_equal(np.asarray(read), np.asarray(image.convert("RGB")))


@pytest.mark.parametrize("size", [(16, 16), (64, 96), (128, 128), (1024, 640)])
def test_a_preview_is_a_small_webp(size: Any) -> None:
    """Even noise is compressed to 8 KB, with the image's proportions."""
    data = preview_file(noise(*size))

    read = Image.open(io.BytesIO(data))
    assert len(data) <= PREVIEW_BYTES
    assert read.format == "WEBP"
    assert read.width <= 256
    assert read.height <= 256
    assert abs(read.width / read.height - size[0] / size[1]) < 0.05


def test_an_easy_preview_keeps_its_size() -> None:
    """A smooth preview of 128 pixels keeps its size."""
    data = preview_file(Image.linear_gradient("L").resize((128, 128)))

    assert Image.open(io.BytesIO(data)).size == (128, 128)
