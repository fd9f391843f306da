"""A fast PNG writer: the vertical filter in NumPy, and Intel's ISA-L for the deflate stream.

Measured on photographs of 1024 x 1024 (benchmarks/encoding.py): 8 ms each where Pillow takes 119 at level 4 and 62
at its fastest, for files 7 % larger than the former.  Both halves release the GIL.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable

import numpy as np
from isal import isal_zlib
from PIL import Image

SIGNATURE = b"\x89PNG\r\n\x1a\n"
UP = 2  # each byte less the one above it
LEVEL = 1  # of ISA-L; 2 and 3 are no smaller, 0 is no faster

Chunk = tuple[bytes, bytes]
"""Four letters and the data."""


def png(image: Image.Image, texts: Iterable[Chunk] = ()) -> bytes:
    """The picture as an RGB file of eight bits, with these text chunks before its pixels."""
    width, height = image.size
    # Eight bits, RGB, deflate, the standard filters, not interlaced.
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = np.asarray(image.convert("RGB")).reshape(height, width * 3)
    lines = np.empty((height, 1 + width * 3), np.uint8)
    lines[:, 0] = UP
    lines[0, 1:] = pixels[0]
    np.subtract(pixels[1:], pixels[:-1], out=lines[1:, 1:])
    chunks = [(b"IHDR", header), *texts, (b"IDAT", isal_zlib.compress(lines, LEVEL)), (b"IEND", b"")]
    return SIGNATURE + b"".join(map(_packed, chunks))


def text_chunk(keyword: str, text: str) -> Chunk:
    """A tEXt chunk, or an iTXt one for what Latin-1 cannot hold."""
    try:
        return b"tEXt", keyword.encode("latin-1") + b"\0" + text.encode("latin-1")
    except UnicodeEncodeError:
        return international_chunk(keyword, text)


def international_chunk(keyword: str, text: str) -> Chunk:
    """An uncompressed iTXt chunk."""
    # Keyword; then flag, method, language and translated keyword, all of them empty.
    return b"iTXt", keyword.encode("latin-1") + b"\0\0\0\0\0" + text.encode()


def _packed(chunk: Chunk) -> bytes:
    kind, data = chunk
    checksum = isal_zlib.crc32(data, isal_zlib.crc32(kind))
    return struct.pack(">I4s", len(data), kind) + data + struct.pack(">I", checksum)
