"""Texts in image files: text chunks of PNG files, and the Exif data of PNG, JPEG, and WebP files.

No pixel is decoded, so a small file with a huge image takes no memory.
"""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from functions.errors import Permanent
from functions.formats import png as container
from functions.models.media_type import image_type_of

if TYPE_CHECKING:
    from PIL import Image

USER_COMMENT = "UserComment"
MAX_PIXELS = 128 * 1024 * 1024  # of an image that is read

_EXIF_IFD = 0x8769
_USER_COMMENT = 0x9286
_TEXT_TAGS = {0x010E: "ImageDescription", 0x010F: "Make", 0x0110: "Model", 0x0131: "Software", 0x927C: "MakerNote"}
_TIME_TAGS = ((0x9003, 0x9011), (0x9004, 0x9012), (0x0132, 0x9010))  # time and offset: original, digitized, changed
_TIME = re.compile(r"(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)", re.ASCII)
_HIGHEST_EXIF_BYTES = 4 * 1024 * 1024

WRONG_FILE = "The file isn't a PNG, JPEG, or WebP image. Choose another file."


@dataclass(frozen=True, kw_only=True)
class FileTexts:
    """The texts of a file by keyword, and when the image was created if the file says so."""

    texts: Mapping[str, str]
    created_at: datetime | None  # without a time zone if the file has none


def texts_of(file: bytes, keywords: Collection[str]) -> FileTexts:
    """Return the texts of an image file with these keywords: of a PNG file's texts, the first of each keyword.

    Raises `Permanent` if it is corrupted, isn't a PNG, JPEG, or WebP file, or has too many pixels.
    """
    media_type = image_type_of(file)
    if media_type is None:
        raise Permanent(WRONG_FILE)
    if media_type == "image/png":
        return _of_png(file, keywords)
    return _of_exif(_exif_of(file))


def _of_png(file: bytes, keywords: Collection[str]) -> FileTexts:
    chunks = container.split(file)
    _check_pixels(*struct.unpack_from(">II", chunks[0].data.ljust(8, b"\0")))
    texts: dict[str, str] = {}
    seen: set[str] = set()
    created_at: datetime | None = None
    for chunk in chunks:
        if chunk.kind == b"eXIf" and len(chunk.data) <= _HIGHEST_EXIF_BYTES:
            found = _of_exif(_loaded_exif(chunk.data))
            texts, created_at = {**found.texts, **texts}, found.created_at
        # Others aren't unpacked: a small file can have thousands of them, each of many megabytes.
        elif (keyword := container.keyword_of(chunk)) in keywords and keyword not in seen:
            seen.add(keyword)
            if (text := container.text_of(chunk)) is not None:
                texts[keyword] = text[1] if chunk.kind == b"iTXt" else _repaired(text[1])
    return FileTexts(texts=texts, created_at=created_at)


def _exif_of(file: bytes) -> Image.Exif:
    from PIL import Image

    try:
        with Image.open(io.BytesIO(file), formats=("WEBP", "JPEG")) as opened:
            _check_pixels(opened.width, opened.height)
            return opened.getexif()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as exc:
        raise _too_many_pixels() from exc
    except (OSError, ValueError, SyntaxError, struct.error) as exc:
        raise Permanent("Couldn't read the image: the file is corrupted. Choose another file.") from exc


def _loaded_exif(data: bytes) -> Image.Exif:
    from PIL import Image

    exif = Image.Exif()
    try:
        exif.load(data)
    except (OSError, ValueError, SyntaxError, struct.error):
        return Image.Exif()
    return exif


def _of_exif(exif: Image.Exif) -> FileTexts:
    try:
        # Some programs write the tags of the second directory into the first one.
        tags = {**exif, **exif.get_ifd(_EXIF_IFD)}
    except (OSError, ValueError, SyntaxError, struct.error, KeyError, TypeError):
        tags = {}
    texts = dict(_named(tags))
    return FileTexts(texts=texts, created_at=_time_in(tags))


def _named(tags: Mapping[int, object]) -> Iterator[tuple[str, str]]:
    for number, name in _TEXT_TAGS.items():
        if text := _decoded(tags.get(number)):
            # ComfyUI writes `prompt:{…}` and `workflow:{…}` into tags for other purposes.
            keyword, colon, rest = text.partition(":")
            if colon and keyword.lower() in ("prompt", "workflow"):
                yield keyword.lower(), rest
            else:
                yield name, text
    if comment := _comment(tags.get(_USER_COMMENT)):
        yield USER_COMMENT, comment


def _comment(value: object) -> str:
    """Return a user comment. Its first eight bytes name its encoding (Exif 2.32, section 4.6.5)."""
    if not isinstance(value, bytes):
        return _decoded(value)
    code, text = value[:8], value[8:]
    if code == b"UNICODE\0":
        # Programs differ in the byte order, whatever the standard says. In either, most zeros are the high bytes.
        big = text[0::2].count(0) >= text[1::2].count(0)
        return text.decode("utf-16-be" if big else "utf-16-le", "replace").strip("\0 ")
    return _decoded(text if code in (b"ASCII\0\0\0", bytes(8)) else value)


def _decoded(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace").strip("\0 ")
    return _repaired(value).strip("\0 ") if isinstance(value, str) else ""


def _repaired(text: str) -> str:
    """Return a text that was written in UTF-8 and read in Latin-1, as the standards prescribe, in its real form."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except ValueError:
        return text


def _time_in(tags: Mapping[int, object]) -> datetime | None:
    for tag, offset in _TIME_TAGS:
        found = _TIME.match(_decoded(tags.get(tag)))
        try:
            if found:
                zone = _decoded(tags.get(offset))
                return datetime.fromisoformat("{}-{}-{}T{}:{}:{}".format(*found.groups()) + zone)
        except ValueError:
            continue
    return None


def _check_pixels(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise _too_many_pixels()


def _too_many_pixels() -> Permanent:
    return Permanent(f"The image has more than {MAX_PIXELS:,} pixels. Choose a smaller image.")
