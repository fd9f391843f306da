"""A picture as it is published: WebP and JPEG, without prompt or ids, still marked as made by a model."""

from __future__ import annotations

import io
from dataclasses import dataclass, field

from functions.errors import Permanent
from functions.formats.embedded_metadata import clean_xmp

WEBP_QUALITY = 86
JPEG_QUALITY = 88
PAPER = (255, 255, 255)  # behind transparent pixels of a JPEG


@dataclass(frozen=True, kw_only=True)
class Rendition:
    webp: bytes = field(repr=False)
    jpeg: bytes = field(repr=False)


def rendition(original: bytes) -> Rendition:
    """Encode an original anew, at its size; CPU-bound, so call it in a thread.

    `Permanent` if the bytes are no picture that can be read.
    """
    from PIL import Image

    try:
        xmp = clean_xmp(original).encode()
        with Image.open(io.BytesIO(original), formats=("PNG",)) as opened:
            opened.load()
            pixels = opened.convert("RGBA" if opened.has_transparency_data else "RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as exc:
        # Pillow raises SyntaxError for a damaged PNG chunk.
        raise Permanent("Couldn't read the image: the file is corrupted or isn't a PNG file.") from exc
    flat = pixels
    if pixels.mode == "RGBA":
        flat = Image.new("RGB", pixels.size, PAPER)
        flat.paste(pixels, mask=pixels.getchannel("A"))
    webp, jpeg = io.BytesIO(), io.BytesIO()
    pixels.save(webp, "WEBP", quality=WEBP_QUALITY, method=4, xmp=xmp)
    flat.save(jpeg, "JPEG", quality=JPEG_QUALITY, optimize=True, progressive=True, xmp=xmp)
    return Rendition(webp=webp.getvalue(), jpeg=jpeg.getvalue())
