"""`python -m local.release v1.2.3`: print the notes of a release from the changelog, for the release workflow."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from functions.version import VERSION

CHANGELOG = Path(__file__).parents[1] / "CHANGELOG.md"


class ReleaseError(Exception):
    """The tag can't be released; the message says why."""


def notes(tag: str, changelog: str, version: str = VERSION) -> str:
    """What the changelog says of the version that the tag names.

    Raises `ReleaseError` when the tag isn't `v` and the program's version, or when the changelog has no dated section
    for it.
    """
    if tag != f"v{version}":
        raise ReleaseError(f"The tag is {tag}, but functions/version.py says {version}.")
    section = re.search(
        rf"^## \[?{re.escape(version)}\]? - \d{{4}}-\d\d-\d\d$\n(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL
    )
    if section is None or not section[1].strip():
        raise ReleaseError(f'CHANGELOG.md has no section "## {version} - YYYY-MM-DD" with text.')
    return section[1].strip()


def main() -> int:
    try:
        print(notes(sys.argv[1] if len(sys.argv) > 1 else "", CHANGELOG.read_text(encoding="utf-8")))
    except ReleaseError as exc:
        print(exc, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
