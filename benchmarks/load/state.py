"""Measurements so far as JSON lines, so that an interrupted run can be resumed."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Record = dict[str, Any]


class StateFile:
    """Records by kind in an append-only file, which all workers share."""

    def __init__(self, path: Path) -> None:
        self._path, self._lock = path, threading.Lock()
        self._records: list[Record] = []
        if path.exists():
            lines = path.read_text(encoding="utf-8").split("\n")
            # A line that was cut off by a crash is measured again.
            self._records = [json.loads(line) for line in lines[:-1]]
            if lines[-1]:
                path.write_text("".join(line + "\n" for line in lines[:-1]), encoding="utf-8")

    def conditions(self, wanted: Mapping[str, Any]) -> None:
        """Note under which conditions this file is measured, or refuse to mix it with others."""
        found = self.of("conditions")
        if not found:
            self.add("conditions", begun=f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC", **wanted)
            return
        differing = sorted(name for name in wanted if found[0].get(name) != wanted[name])
        if differing:
            raise SystemExit(
                f"{self._path} was begun under other conditions ({', '.join(differing)}): "
                f"go on as it was begun, or name another file with --state."
            )

    def add(self, kind: str, **facts: Any) -> None:
        record = {"kind": kind, **facts}
        with self._lock:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(record) + "\n")
                file.flush()
                os.fsync(file.fileno())
            self._records.append(record)

    def of(self, kind: str) -> list[Record]:
        with self._lock:
            return [record for record in self._records if record["kind"] == kind]

    def has(self, kind: str, **facts: Any) -> bool:
        """Whether a record with these facts is there."""
        return any(all(record.get(name) == value for name, value in facts.items()) for record in self.of(kind))

    @property
    def spent_s(self) -> float:
        """Seconds that the workers have measured, including start and warm-up of the servers."""
        with self._lock:
            return float(sum(record.get("worker_s", 0.0) for record in self._records))
