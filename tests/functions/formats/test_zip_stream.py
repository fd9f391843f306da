"""A zip made of pieces is a zip to those who read it."""

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
    """The zip from `offset` on, where its first entry lies."""
    parts, directory, at = [], [], offset
    for name, data in files.items():
        part, line = entry(name, data, WHEN, offset=at)
        parts.append(part)
        directory.append(line)
        at += len(part)
    lines = b"".join(directory)
    return b"".join(parts) + lines + ending(len(files), directory_at=at, directory_size=len(lines))


class Far(io.BytesIO):
    """A file of which only the end is there: everything before `start` would be zeros."""

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
    """Names of any script, empty files and empty zips: what went in comes out."""
    with zipfile.ZipFile(io.BytesIO(whole(files))) as opened:
        found = {info.filename: opened.read(info) for info in opened.infolist()}
        damaged = opened.testzip()

    assert found == files
    assert damaged is None


def test_times_and_rights_stay() -> None:
    """A file has the time of its image and can be read by its owner."""
    with zipfile.ZipFile(io.BytesIO(whole({"fox.png": b"fox"}))) as opened:
        (info,) = opened.infolist()

    assert info.date_time == (2026, 11, 24, 13, 5, 42)
    assert info.external_attr >> 16 == 0o100644


def test_beyond_four_gigabytes() -> None:
    """Where the old fields are too small, the 64-bit ones stand."""
    start = FULL_32 + 12_345

    with zipfile.ZipFile(Far(whole({"fox.png": b"fox", "owl.png": b"owl"}, offset=start), start)) as opened:
        found = {info.filename: (info.header_offset, opened.read(info)) for info in opened.infolist()}

    assert found["fox.png"] == (start, b"fox")
    assert found["owl.png"][1] == b"owl"


def test_more_entries_than_sixteen_bits_count() -> None:
    """Sixty-six thousand files are all listed."""
    files = {f"{number}": b"" for number in range(66_000)}

    with zipfile.ZipFile(io.BytesIO(whole(files))) as opened:
        assert len(opened.namelist()) == 66_000
