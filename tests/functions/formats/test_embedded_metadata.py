"""The metadata embedded in a PNG, and the copy without it."""

from __future__ import annotations

import io
import json
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pillow
from PIL import PngImagePlugin
from PIL.PngImagePlugin import PngImageFile

from functions.errors import Permanent
from functions.formats import embedded_metadata, png
from tests.image_samples import ID, an_image


def generated(*, compressed: bool = False, source_type: str = "trainedAlgorithmicMedia") -> bytes:
    """Return an image from the inference service that also has texts of other tools."""
    info = PngImagePlugin.PngInfo()
    info.add_text("parameters", "a red fox, in the snow\nSteps: 20, Seed: 7")
    xmp = f"""<rdf:Description xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">
    <Iptc4xmpExt:DigitalSourceType>http://cv.iptc.org/newscodes/digitalsourcetype/{source_type}</Iptc4xmpExt:DigitalSourceType>
    <Iptc4xmpExt:AIPromptInformation>a red fox, in the snow</Iptc4xmpExt:AIPromptInformation></rdf:Description>"""
    info.add_itxt("XML:com.adobe.xmp", xmp, zip=compressed)
    info.add_text("Comment", "a red fox, in the snow", zip=True)
    file = io.BytesIO()
    image = Pillow.effect_mandelbrot((64, 48), (-2, -1.5, 1, 1.5), 20).convert("RGB")
    image.save(file, "PNG", pnginfo=info, dpi=(72, 72), exif=b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0")
    return file.getvalue()


def pixels(data: bytes) -> list[bytes]:
    """Return the pixel chunks of the image."""
    return [chunk.packed() for chunk in png.split(data) if chunk.kind in (b"IHDR", b"IDAT", b"IEND")]


def texts(data: bytes) -> dict[str, str]:
    with Pillow.open(io.BytesIO(data)) as opened:
        assert isinstance(opened, PngImageFile)
        opened.load()
        return dict(opened.text)


def test_a_record_comes_back_as_it_went_in() -> None:
    """The file contains the document as generated, without file details and fields set by users."""
    image = an_image(favourite=True, rating=4)

    original = embedded_metadata.insert(generated(), embedded_metadata.metadata_of(image))
    found = embedded_metadata.image_from_metadata(original)

    assert found.bytes == len(original)
    assert found == an_image(terms=(), bytes=found.bytes, sha256=found.sha256)


def test_inserting_changes_nothing_else() -> None:
    """Pixels and texts of other tools are unchanged, and the metadata precedes the pixels."""
    before = generated()

    after = embedded_metadata.insert(before, {"id": ID})

    kinds = [chunk.kind for chunk in png.split(after)]
    assert pixels(after) == pixels(before)
    assert [chunk for chunk in png.split(after) if chunk in png.split(before)] == png.split(before)
    assert kinds[kinds.index(b"IDAT") - 1] == b"iTXt"
    assert json.loads(texts(after)["auto-image-gen"]) == {"id": ID}


def test_inserting_twice_keeps_one_record() -> None:
    """A second insertion gives the same file."""
    once = embedded_metadata.insert(generated(), {"id": ID})

    again = embedded_metadata.insert(once, {"id": ID})

    assert again == once


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.none() | st.lists(st.text(), max_size=3), max_size=5))
def test_any_words_survive(record: Any) -> None:
    """Every script, quote, and newline of a theme is preserved."""
    assert embedded_metadata.read(embedded_metadata.insert(PLAIN, record)) == record


PLAIN = generated()


def test_a_file_without_metadata() -> None:
    """An image from another program has no metadata of this product."""
    assert embedded_metadata.read(PLAIN) is None

    with pytest.raises(Permanent, match="has no embedded metadata"):
        embedded_metadata.image_from_metadata(PLAIN)


@pytest.mark.parametrize("text", ["", "{", "[1]", "null", '"words"'])
def test_a_record_that_is_no_json_object_is_named(text: str) -> None:
    """Damaged metadata is distinguished from missing metadata."""
    broken = png.join(png.with_text(png.split(PLAIN), png.international_text("auto-image-gen", text)))

    with pytest.raises(Permanent, match="embedded metadata in this PNG file is invalid"):
        embedded_metadata.read(broken)


def test_a_record_that_lacks_a_field_names_it() -> None:
    """The error names the missing field."""
    record = embedded_metadata.metadata_of(an_image()) | {"seed": "seven"}
    del record["theme"]

    with pytest.raises(Permanent, match="can't read seed, theme"):
        embedded_metadata.image_from_metadata(embedded_metadata.insert(PLAIN, record))


@pytest.mark.parametrize("compressed", [False, True])
def test_a_clean_copy_has_no_metadata_and_the_same_pixels(compressed: bool) -> None:
    """The copy has the same pixels and the AI-generated mark, without prompt, ids, and dates."""
    original = embedded_metadata.insert(generated(compressed=compressed), embedded_metadata.metadata_of(an_image()))

    copy = embedded_metadata.strip_metadata(original)

    assert pixels(copy) == pixels(original)
    assert {chunk.kind for chunk in png.split(copy)} == {b"IHDR", b"pHYs", b"iTXt", b"IDAT", b"IEND"}
    assert list(texts(copy)) == ["XML:com.adobe.xmp"]
    assert "digitalsourcetype/trainedAlgorithmicMedia" in texts(copy)["XML:com.adobe.xmp"]
    assert not any(secret in copy for secret in (b"fox", b"Seed", ID.encode(), b"a-job", b"ada", b"Exif"))


def test_a_clean_copy_keeps_the_source_type_it_found() -> None:
    """A composite image keeps its source type."""
    copy = embedded_metadata.strip_metadata(generated(source_type="compositeWithTrainedAlgorithmicMedia"))

    assert "digitalsourcetype/compositeWithTrainedAlgorithmicMedia" in texts(copy)["XML:com.adobe.xmp"]


def test_a_clean_copy_of_a_bare_image_is_marked_too() -> None:
    """An image without XMP is marked as AI-generated too."""
    file = io.BytesIO()
    Pillow.new("RGB", (4, 4)).save(file, "PNG")

    assert b"trainedAlgorithmicMedia" in embedded_metadata.strip_metadata(file.getvalue())


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda data: b"", "isn't a PNG file"),
        (lambda data: b"\xff\xd8\xff" + data, "isn't a PNG file"),
        (lambda data: data[:20], "truncated in the IHDR"),
        (lambda data: data[: data.index(b"IDAT") + 30], "truncated in the IDAT"),
        (lambda data: data[:-12], "is truncated after"),
        (lambda data: data.replace(b"IDAT", b"\0\0\0\0", 1), "invalid chunk type"),
        (lambda data: data.replace(b"fox", b"cat", 1), "checksum of the tEXt chunk"),
        (lambda data: data[:8] + data[-12:], "contains no image"),
        (lambda data: data[:8] + b"\xff\xff\xff\xff" + data[12:], "truncated in the IHDR"),
    ],
)
def test_an_invalid_png_is_named(spoil: Any, says: str) -> None:
    """The error names what is invalid in the file."""
    for work in (
        embedded_metadata.read,
        embedded_metadata.strip_metadata,
        lambda data: embedded_metadata.insert(data, {}),
    ):
        with pytest.raises(Permanent, match=says):
            work(spoil(PLAIN))


def test_a_text_that_unpacks_to_gigabytes_is_left_packed() -> None:
    """Decompression of XMP is limited to four megabytes."""
    bomb = zlib.compress(bytes(64 * 1024 * 1024))
    chunk = png.Chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + bomb)

    copy = embedded_metadata.strip_metadata(png.join(png.with_text(png.split(PLAIN), chunk)))

    assert len(copy) < len(bomb)
