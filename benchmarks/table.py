"""The output of every benchmark: a table, and the same rows as JSON."""

from __future__ import annotations

import argparse
import json
import os
import platform
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """One measurement."""

    name: str
    value: float
    unit: str


def arguments(description: str) -> argparse.Namespace:
    """Parse the command line of a benchmark with only `--json FILE`."""
    return parser(description).parse_args()


def parser(description: str) -> argparse.ArgumentParser:
    """Return a parser with `--json FILE` for a benchmark with its own options."""
    made = argparse.ArgumentParser(description=description)
    made.add_argument("--json", metavar="FILE", help="also write the rows to FILE, as [{name, value, unit}]")
    return made


def machine() -> str:
    """Return the machine's description for the line above the table."""
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}"


def report(rows: list[Row], json_path: str | None) -> None:
    """Print the rows as a table below date and machine; write them to `json_path` if it is given."""
    print(f"{datetime.now(UTC):%Y-%m-%d}, {machine()}\n")
    shown = [(row.name, _figure(row.value), row.unit) for row in rows]
    name_width = max((len(name) for name, _, _ in shown), default=4)
    value_width = max((len(value) for _, value, _ in shown), default=5)
    for name, value, unit in shown:
        print(f"{name:<{name_width}}  {value:>{value_width}} {unit}")
    if json_path is not None:
        Path(json_path).write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n", encoding="utf-8")


def _figure(value: float) -> str:
    """Format a number with three or four significant digits and thousands separators."""
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
