"""Tables as CSV (RFC 4180) whose cells spreadsheets don't calculate."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

# Spreadsheets calculate cells that begin with these characters (OWASP, CSV injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BOM = "\ufeff"  # without it, Excel doesn't read UTF-8


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return the table in UTF-8. A cell that a spreadsheet would calculate gets an apostrophe in front."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([cell(value) for value in row] for row in rows)
    return (BOM + text.getvalue()).encode()


def cell(value: str) -> str:
    """Return the value as text that no spreadsheet calculates."""
    return f"'{value}" if value.lstrip(" ").startswith(FORMULA_STARTS) else value
