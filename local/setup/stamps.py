"""Completed steps: one small file per step with the hash of its input."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path


def fingerprint(paths: Iterable[Path], *facts: str) -> str:
    """Return a hash of the contents of these files and of `facts`."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(f"{path.name}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    for fact in facts:
        digest.update(f"\0{fact}".encode())
    return digest.hexdigest()


def is_done(stamp: Path, value: str) -> bool:
    """Return whether the step was completed with the same input."""
    try:
        return stamp.read_text(encoding="utf-8") == value
    except OSError:
        return False


def done(stamp: Path, value: str) -> None:
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(value, encoding="utf-8")
