"""Write Exif data: the few tags that describe a generated image, in the types that the Exif standard prescribes.

Pillow writes the user comment as type BYTE, and then piexif, which A1111 reads files with, gives an error. Its type is
UNDEFINED, with the character code in the first eight bytes (Exif 2.32, section 4.6.5). The byte order is big-endian,
so that it is also the one of the UTF-16 text, which readers expect to be big-endian.
"""

from __future__ import annotations

import struct

HEADER = b"Exif\0\0"
TIFF = b"MM\0\x2a"
ASCII, LONG, UNDEFINED = 2, 4, 7
SOFTWARE, EXIF_IFD = 0x0131, 0x8769
EXIF_VERSION, USER_COMMENT = 0x9000, 0x9286
VERSION = b"0232"
UNICODE = b"UNICODE\0"

Tag = tuple[int, int, bytes]
"""Number, type, and value of a tag. Every type that is used here except LONG has one byte per element."""


def exif_data(*, software: str, comment: str) -> bytes:
    """Return Exif data with the name of the software (ASCII) and a user comment (any text)."""
    name = (SOFTWARE, ASCII, software.encode("ascii", "replace") + b"\0")
    first_at = len(TIFF) + 4
    second_at = first_at + len(_directory([name, (EXIF_IFD, LONG, bytes(4))], at=first_at))
    first = _directory([name, (EXIF_IFD, LONG, struct.pack(">I", second_at))], at=first_at)
    second = _directory(
        [(EXIF_VERSION, UNDEFINED, VERSION), (USER_COMMENT, UNDEFINED, UNICODE + comment.encode("utf-16-be"))],
        at=second_at,
    )
    return HEADER + TIFF + struct.pack(">I", first_at) + first + second


def _directory(tags: list[Tag], *, at: int) -> bytes:
    """Return an image file directory that starts at this offset, followed by the values that don't fit into it."""
    entries, values = b"", b""
    values_at = at + 2 + 12 * len(tags) + 4
    for number, kind, value in tags:
        count = len(value) // 4 if kind == LONG else len(value)
        place = value.ljust(4, b"\0") if len(value) <= 4 else struct.pack(">I", values_at + len(values))
        entries += struct.pack(">HHI", number, kind, count) + place
        if len(value) > 4:
            values += value + bytes(len(value) % 2)  # offsets are even
    return struct.pack(">H", len(tags)) + entries + bytes(4) + values
