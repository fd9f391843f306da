"""What every benchmark ends with: a table for people and the same rows for machines."""

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
    """One measured figure."""

    name: str
    value: float
    unit: str


def arguments(description: str) -> argparse.Namespace:
    """The command line of a benchmark that takes nothing but `--json FILE`."""
    return parser(description).parse_args()


def parser(description: str) -> argparse.ArgumentParser:
    """A command line with `--json FILE`, for a benchmark that adds options of its own."""
    made = argparse.ArgumentParser(description=description)
    made.add_argument("--json", metavar="FILE", help="also write the rows to FILE, as [{name, value, unit}]")
    return made


def machine() -> str:
    """Where the figures were measured, for the line above the table."""
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}"


def report(rows: list[Row], json_path: str | None) -> None:
    """Print the rows as a table, under the date and the machine; write them to `json_path` if there is one."""
    print(f"{datetime.now(UTC):%Y-%m-%d}, {machine()}\n")
    shown = [(row.name, _figure(row.value), row.unit) for row in rows]
    name_width = max((len(name) for name, _, _ in shown), default=4)
    value_width = max((len(value) for _, value, _ in shown), default=5)
    for name, value, unit in shown:
        print(f"{name:<{name_width}}  {value:>{value_width}} {unit}")
    if json_path is not None:
        Path(json_path).write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n", encoding="utf-8")


def _figure(value: float) -> str:
    """Three or four digits that matter, with thousands apart."""
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
