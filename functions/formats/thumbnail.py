"""What a list shows of a picture before, and instead of, the picture."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from functions.errors import Permanent
from functions.formats.thumbhash import thumbhash

if TYPE_CHECKING:
    from PIL.Image import Image as Pixels

LONGEST_SIDE = 512
WEBP_QUALITY = 80
HASHED_SIDE = 32  # the hash keeps seven waves a side, so more pixels only cost time


@dataclass(frozen=True, kw_only=True)
class Thumbnail:
    """A small WebP of a picture, and facts about the picture itself."""

    webp: bytes = field(repr=False)
    thumbhash: str  # base64
    average_colour: str  # #rrggbb
    width: int  # of the original
    height: int


def thumbnail(image: bytes) -> Thumbnail:
    """Make a picture's thumbnail; CPU-bound, so call it in a thread.

    `Permanent` if the bytes are no picture that can be read.
    """
    from PIL import Image

    try:
        with Image.open(io.BytesIO(image), formats=("PNG", "WEBP", "JPEG")) as opened:
            opened.load()
            whole = opened.convert("RGBA" if opened.has_transparency_data else "RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as exc:
        # Pillow raises SyntaxError for a damaged PNG chunk.
        raise Permanent("Couldn't read the image: the file is corrupted or isn't a PNG, WebP, or JPEG file.") from exc
    small = whole.copy()
    small.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    return Thumbnail(
        webp=_webp(small),
        thumbhash=base64.b64encode(_hash(small)).decode(),
        average_colour=_average(small),
        width=whole.width,
        height=whole.height,
    )


def _webp(pixels: Pixels) -> bytes:
    file = io.BytesIO()
    pixels.save(file, "WEBP", quality=WEBP_QUALITY, method=4)
    return file.getvalue()


def _hash(pixels: Pixels) -> bytes:
    tiny = pixels.convert("RGBA")
    tiny.thumbnail((HASHED_SIDE, HASHED_SIDE))
    return thumbhash(tiny.width, tiny.height, tiny.tobytes())


def _average(pixels: Pixels) -> str:
    from PIL import Image

    # Premultiplied, so that the colour under a transparent pixel does not count.
    mode = "RGBa" if pixels.mode == "RGBA" else "RGB"
    mean = pixels.convert(mode).resize((1, 1), Image.Resampling.BOX)
    if mode == "RGBa":
        mean = mean.convert("RGBA")
    red, green, blue = mean.convert("RGB").tobytes()
    return f"#{red:02x}{green:02x}{blue:02x}"
