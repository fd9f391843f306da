"""Fast PNG writer: the vertical filter in NumPy, and Intel's ISA-L for the deflate stream.

Measured on photos of 1024 x 1024 (benchmarks/encoding.py): 8 ms each. Pillow takes 119 ms at level 4 and 62 ms at
its fastest level, for files 7% smaller at level 4. The filter and ISA-L both release the GIL.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable

import numpy as np
from isal import isal_zlib
from PIL import Image

SIGNATURE = b"\x89PNG\r\n\x1a\n"
UP = 2  # Filter type: the difference of each byte from the byte above.
LEVEL = 1  # ISA-L levels 2 and 3 give no smaller files, and level 0 is no faster.

Chunk = tuple[bytes, bytes]
"""Chunk type of four letters, and data."""


def png(image: Image.Image, texts: Iterable[Chunk] = ()) -> bytes:
    """Return an 8-bit RGB file with these text chunks before the pixels."""
    width, height = image.size
    # 8 bits, RGB, deflate, standard filters, not interlaced.
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = np.asarray(image.convert("RGB")).reshape(height, width * 3)
    lines = np.empty((height, 1 + width * 3), np.uint8)
    lines[:, 0] = UP
    lines[0, 1:] = pixels[0]
    np.subtract(pixels[1:], pixels[:-1], out=lines[1:, 1:])
    chunks = [(b"IHDR", header), *texts, (b"IDAT", isal_zlib.compress(lines, LEVEL)), (b"IEND", b"")]
    return SIGNATURE + b"".join(map(_packed, chunks))


def text_chunk(keyword: str, text: str) -> Chunk:
    """Return a tEXt chunk, or an iTXt chunk if Latin-1 can't encode the text."""
    try:
        return b"tEXt", keyword.encode("latin-1") + b"\0" + text.encode("latin-1")
    except UnicodeEncodeError:
        return international_chunk(keyword, text)


def international_chunk(keyword: str, text: str) -> Chunk:
    """Return an uncompressed iTXt chunk."""
    # The keyword is followed by the compression flag and method, the language, and the translated keyword, all empty.
    return b"iTXt", keyword.encode("latin-1") + b"\0\0\0\0\0" + text.encode()


def _packed(chunk: Chunk) -> bytes:
    kind, data = chunk
    checksum = isal_zlib.crc32(data, isal_zlib.crc32(kind))
    return struct.pack(">I4s", len(data), kind) + data + struct.pack(">I", checksum)
