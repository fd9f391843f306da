"""Split PNG files into chunks and join them without decoding pixels."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from functions.errors import Permanent

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MAX_TEXT_BYTES = 4 * 1024 * 1024  # limit for one text, decompressed
MAX_CHUNKS = 100_000  # an object each; real files have some thousands

_HEAD = struct.Struct(">I4s")
_CRC = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class Chunk:
    """One chunk: four-letter type and data."""

    kind: bytes
    data: bytes

    def packed(self) -> bytes:
        """Return length, type, data, and checksum as stored in the file."""
        checksum = zlib.crc32(self.data, zlib.crc32(self.kind))
        return _HEAD.pack(len(self.data), self.kind) + self.data + _CRC.pack(checksum)


def split(png: bytes) -> list[Chunk]:
    """Return all chunks of a file after verifying checksums.

    Raise `Permanent` with the reason if it is corrupted or has more than `MAX_CHUNKS` chunks.
    """
    if not png.startswith(SIGNATURE):
        raise Permanent("The file isn't a PNG file: wrong signature.")
    chunks: list[Chunk] = []
    at = len(SIGNATURE)
    while not chunks or chunks[-1].kind != b"IEND":
        if len(chunks) == MAX_CHUNKS:
            raise Permanent(f"The PNG file has more than {MAX_CHUNKS:,} chunks.")
        if at + _HEAD.size > len(png):
            raise Permanent(f"The PNG file is truncated after {at} bytes.")
        length, kind = _HEAD.unpack_from(png, at)
        end = at + _HEAD.size + length + _CRC.size
        if not kind.isalpha():
            raise Permanent(f"The PNG file is corrupted at byte {at}: invalid chunk type.")
        if end > len(png):
            raise Permanent(f"The PNG file is truncated in the {kind.decode()} chunk at byte {at}.")
        chunk = Chunk(kind, png[at + _HEAD.size : end - _CRC.size])
        if chunk.packed()[-_CRC.size :] != png[end - _CRC.size : end]:
            raise Permanent(f"The PNG file is corrupted: wrong checksum of the {kind.decode()} chunk at byte {at}.")
        chunks.append(chunk)
        at = end
    if chunks[0].kind != b"IHDR" or not any(chunk.kind == b"IDAT" for chunk in chunks):
        raise Permanent("The PNG file contains no image: the IHDR or IDAT chunk is missing.")
    return chunks


def join(chunks: Iterable[Chunk]) -> bytes:
    """Return the PNG file that consists of these chunks."""
    return SIGNATURE + b"".join(chunk.packed() for chunk in chunks)


def with_text(chunks: Iterable[Chunk], text: Chunk) -> list[Chunk]:
    """Return the chunks with `text` inserted before the first chunk of image data."""
    before = list(chunks)
    at = next(index for index, chunk in enumerate(before) if chunk.kind == b"IDAT")
    return [*before[:at], text, *before[at:]]


def international_text(keyword: str, text: str) -> Chunk:
    """Return an uncompressed iTXt chunk."""
    # The keyword, followed by flag, method, language, and translated keyword, which are all empty.
    return Chunk(b"iTXt", keyword.encode("latin-1") + b"\0\0\0\0\0" + text.encode())


def keyword_of(chunk: Chunk) -> str:
    """Return the keyword of a text chunk without decompressing it, or an empty string for other chunks."""
    if chunk.kind not in (b"iTXt", b"tEXt", b"zTXt"):
        return ""
    return chunk.data.partition(b"\0")[0].decode("latin-1")


def text_of(chunk: Chunk) -> tuple[str, str] | None:
    """Return keyword and text of a tEXt, zTXt, or iTXt chunk.

    Return None for any other or an invalid chunk, and for a text of more than `MAX_TEXT_BYTES`.
    """
    keyword, found, rest = chunk.data.partition(b"\0")
    if not found or len(rest) > MAX_TEXT_BYTES:
        return None
    try:
        if chunk.kind == b"tEXt":
            return keyword.decode("latin-1"), rest.decode("latin-1")
        if chunk.kind == b"zTXt":
            return keyword.decode("latin-1"), _unpacked(rest[1:]).decode("latin-1")
        if chunk.kind == b"iTXt":
            _language, _translated, text = rest[2:].split(b"\0", 2)
            return keyword.decode("latin-1"), (_unpacked(text) if rest[:1] == b"\1" else text).decode()
    except (ValueError, zlib.error):
        return None
    return None


def _unpacked(data: bytes) -> bytes:
    unpacker = zlib.decompressobj()
    text = unpacker.decompress(data, MAX_TEXT_BYTES)
    if unpacker.unconsumed_tail or not unpacker.eof:
        raise ValueError("The compressed text is too long or truncated.")
    return text
