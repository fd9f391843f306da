"""Image files of other programs as originals: PNG files with embedded metadata."""

from __future__ import annotations

import io

from functions.errors import Permanent
from functions.models.media_type import image_type_of


def as_png(file: bytes) -> bytes:
    """Return a PNG file with the pixels, Exif data, and color profile of an image file. CPU-bound.

    A PNG file is returned as it is, so that programs find their own metadata in it. Raises `Permanent` for a corrupted
    or animated file.
    """
    if image_type_of(file) == "image/png":
        return file
    from PIL import Image

    try:
        with Image.open(io.BytesIO(file), formats=("WEBP", "JPEG")) as opened:
            if getattr(opened, "is_animated", False):
                raise Permanent("The file is an animation. Only still images are imported.")
            opened.load()
            pixels = opened.convert("RGBA" if opened.has_transparency_data else "RGB")
            kept = {name: opened.info[name] for name in ("exif", "icc_profile") if opened.info.get(name)}
            if opened.mode == "CMYK":
                kept.pop("icc_profile", None)  # it describes inks, not the converted pixels
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as exc:
        raise Permanent("Couldn't read the image: the file is corrupted.") from exc
    png = io.BytesIO()
    pixels.save(png, "PNG", **kept)
    return png.getvalue()
