"""Create the thumbnail of an image and its placeholder (thumbhash and average color)."""

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
HASHED_SIDE = 32  # The hash keeps seven waves per side, so more pixels would only take longer.


@dataclass(frozen=True, kw_only=True)
class Thumbnail:
    """A small WebP version of an image, and facts about the image itself."""

    webp: bytes = field(repr=False)
    thumbhash: str  # Base64
    average_colour: str  # #rrggbb
    width: int  # of the original, in pixels
    height: int


def thumbnail(image: bytes) -> Thumbnail:
    """Create the thumbnail of an image. CPU-bound, so call it in a thread.

    Raises `Permanent` if the bytes can't be decoded as an image.
    """
    from PIL import Image

    try:
        with Image.open(io.BytesIO(image), formats=("PNG", "WEBP", "JPEG")) as opened:
            opened.load()
            whole = opened.convert("RGBA" if opened.has_transparency_data else "RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as exc:
        # Pillow raises SyntaxError for a corrupted PNG chunk.
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

    # Premultiplied, so that the color of transparent pixels has no effect.
    mode = "RGBa" if pixels.mode == "RGBA" else "RGB"
    mean = pixels.convert(mode).resize((1, 1), Image.Resampling.BOX)
    if mode == "RGBa":
        mean = mean.convert("RGBA")
    red, green, blue = mean.convert("RGB").tobytes()
    return f"#{red:02x}{green:02x}{blue:02x}"
