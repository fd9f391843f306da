"""Media types of image files, which are recognized by their first bytes: a declared type can be wrong or missing."""

from __future__ import annotations

from typing import Literal

ImageType = Literal["image/png", "image/jpeg", "image/webp"]


def image_type_of(file: bytes) -> ImageType | None:
    """Return the media type of an image file, or None for other files."""
    if file.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if file.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if file[:4] == b"RIFF" and file[8:12] == b"WEBP":
        return "image/webp"
    return None
