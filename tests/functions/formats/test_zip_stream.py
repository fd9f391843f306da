"""A ZIP file written in parts is valid for readers."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from functions.formats.zip_stream import FULL_32, ending, entry

WHEN = datetime(2026, 11, 24, 13, 5, 42, tzinfo=UTC)


def whole(files: dict[str, bytes], *, offset: int = 0) -> bytes:
    """Return the ZIP file whose first entry starts at `offset`."""
    parts, directory, at = [], [], offset
    for name, data in files.items():
        part, line = entry(name, data, WHEN, offset=at)
        parts.append(part)
        directory.append(line)
        at += len(part)
    lines = b"".join(directory)
    return b"".join(parts) + lines + ending(len(files), directory_at=at, directory_size=len(lines))


class Far(io.BytesIO):
    """A file that contains only the bytes from `start` on."""

    def __init__(self, data: bytes, start: int) -> None:
        super().__init__(data)
        self._start = start

    def seek(self, place: int, whence: int = 0) -> int:
        if whence == 2:
            return super().seek(place, 2) + self._start
        return super().seek(place - self._start, whence) + self._start

    def tell(self) -> int:
        return super().tell() + self._start


@given(st.dictionaries(st.text("äa bc狐/", min_size=1).map(lambda name: f"x{name}x"), st.binary(max_size=50)))
def test_python_reads_it(files: Any) -> None:
    """Names of any script, empty files, and empty ZIP files are read back."""
    with zipfile.ZipFile(io.BytesIO(whole(files))) as opened:
        found = {info.filename: opened.read(info) for info in opened.infolist()}
        damaged = opened.testzip()

    assert found == files
    assert damaged is None


def test_times_and_rights_stay() -> None:
    """A file has the time of its image and is readable by its owner."""
    with zipfile.ZipFile(io.BytesIO(whole({"fox.png": b"fox"}))) as opened:
        (info,) = opened.infolist()

    assert info.date_time == (2026, 11, 24, 13, 5, 42)
    assert info.external_attr >> 16 == 0o100644


def test_beyond_four_gigabytes() -> None:
    """Sizes and offsets beyond 32 bits are in the 64-bit fields."""
    start = FULL_32 + 12_345

    with zipfile.ZipFile(Far(whole({"fox.png": b"fox", "owl.png": b"owl"}, offset=start), start)) as opened:
        found = {info.filename: (info.header_offset, opened.read(info)) for info in opened.infolist()}

    assert found["fox.png"] == (start, b"fox")
    assert found["owl.png"][1] == b"owl"


def test_more_entries_than_sixteen_bits_count() -> None:
    """A ZIP file with 66,000 files lists all of them."""
    files = {f"{number}": b"" for number in range(66_000)}

    with zipfile.ZipFile(io.BytesIO(whole(files))) as opened:
        assert len(opened.namelist()) == 66_000
