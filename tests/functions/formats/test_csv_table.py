"""CSV that a spreadsheet opens as text."""

from __future__ import annotations

import csv
import io

import pytest

from functions.formats.csv_table import cell, table


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "  @x", "＝1", '=HYPERLINK("https://evil.test")']
)
def test_a_formula_is_text(text: str) -> None:
    """An apostrophe in front keeps a spreadsheet from calculating it, also after spaces."""
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "fox", "a=b", "2026-11-23T09:00:00Z", '{"paused": true}', "it's", "ü"])
def test_other_text_stays_as_it_is(text: str) -> None:
    """Times, IDs, and JSON are unchanged."""
    assert cell(text) == text


def test_a_table_comes_back_whole() -> None:
    """Quotation marks, commas, line breaks, and letters of any language survive, in UTF-8 with a byte order mark."""
    rows = [["a,b", 'say "x"', "two\nlines"], ["ü", "狐", ""]]

    data = table(["one", "two", "three"], rows)

    assert data.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))) == [["one", "two", "three"], *rows]
