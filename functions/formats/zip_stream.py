"""Create a ZIP file part by part, so that another process can continue it. All functions are pure.

The layout follows PKWARE's APPNOTE 6.3.10. Entries are stored without compression because images are already
compressed. 64-bit fields are used where the 32-bit fields are too small. No ZIP library can be interrupted between
two entries.
"""

from __future__ import annotations

import struct
import zlib
from datetime import datetime

UTF8_NAMES = 0x0800
STORED = 0
PLAIN, ZIP64 = 20, 45  # version that a reader needs
MADE_BY = 3 << 8 | ZIP64  # Unix
READABLE = 0o100644 << 16
FULL_16, FULL_32 = 0xFFFF, 0xFFFFFFFF
EARLIEST_YEAR = 1980

LOCAL = struct.Struct("<IHHHHHIIIHH")
CENTRAL = struct.Struct("<IHHHHHHIIIHHHHHII")
OFFSET_64 = struct.Struct("<HHQ")
END_64 = struct.Struct("<IQHHIIQQQQ")
LOCATOR_64 = struct.Struct("<IIQI")
END = struct.Struct("<IHHHHIIH")


def entry(name: str, data: bytes, modified: datetime, *, offset: int) -> tuple[bytes, bytes]:
    """Return the local entry of one file and its line of the central directory.

    `data` must be under 4 GiB; `offset` is the position of the entry in the ZIP file.
    """
    encoded, checksum, size = name.encode(), zlib.crc32(data), len(data)
    date, time = dos_time(modified)
    local = LOCAL.pack(
        0x04034B50, PLAIN, UTF8_NAMES, STORED, time, date, checksum, size, size, len(encoded), 0
    )  # fmt: skip
    far = offset >= FULL_32
    extra = OFFSET_64.pack(1, 8, offset) if far else b""
    central = CENTRAL.pack(
        0x02014B50, MADE_BY, ZIP64 if far else PLAIN, UTF8_NAMES, STORED, time, date, checksum, size, size,
        len(encoded), len(extra), 0, 0, 0, READABLE, FULL_32 if far else offset,
    )  # fmt: skip
    return local + encoded + data, central + encoded + extra


def ending(entries: int, *, directory_at: int, directory_size: int) -> bytes:
    """Return the end of the ZIP file, which follows the central directory that starts at `directory_at`."""
    large = entries >= FULL_16 or directory_at >= FULL_32 or directory_size >= FULL_32
    end = END.pack(
        0x06054B50, 0, 0, min(entries, FULL_16), min(entries, FULL_16),
        min(directory_size, FULL_32), min(directory_at, FULL_32), 0,
    )  # fmt: skip
    if not large:
        return end
    end_64 = END_64.pack(
        0x06064B50, END_64.size - 12, MADE_BY, ZIP64, 0, 0, entries, entries, directory_size, directory_at
    )  # fmt: skip
    return end_64 + LOCATOR_64.pack(0x07064B50, 0, directory_at + directory_size, 1) + end


def dos_time(moment: datetime) -> tuple[int, int]:
    """Return date and time in ZIP format: a resolution of two seconds, and no time zone."""
    year = max(moment.year - EARLIEST_YEAR, 0)
    return year << 9 | moment.month << 5 | moment.day, moment.hour << 11 | moment.minute << 5 | moment.second // 2
