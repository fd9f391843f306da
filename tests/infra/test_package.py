"""The deployment package contains only the function app."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pathspec

from tests.infra.snapshots import ROOT

LARGEST = 2 * 1024 * 1024
TOP = {"function_app.py", "functions", "host.json", "requirements.txt"}


def packed() -> list[Path]:
    """Return every file that `.funcignore` doesn't exclude, including untracked files, as azd does."""
    ignored = pathspec.GitIgnoreSpec.from_lines((ROOT / ".funcignore").read_text().splitlines())
    found = []
    for folder, inner, files in os.walk(ROOT):
        here = Path(folder).relative_to(ROOT)
        inner[:] = [name for name in inner if not ignored.match_file(f"{(here / name).as_posix()}/")]
        found += [here / name for name in files if not ignored.match_file((here / name).as_posix())]
    return found


def test_the_package_contains_only_the_function_app() -> None:
    """The package contains no caches, tests, keys, or dashboard files."""
    assert {path.parts[0] for path in packed()} == TOP


def test_nothing_that_git_ignores_is_packed() -> None:
    """Files that tests, tools, and users leave in a checkout, such as measurements, keys, and caches, aren't packed."""
    ignored = pathspec.GitIgnoreSpec.from_lines((ROOT / ".funcignore").read_text().splitlines())
    left = [line.replace("*", "x") for line in (ROOT / ".gitignore").read_text().splitlines()]

    assert [name for name in left if not ignored.match_file(name)] == []


def test_the_package_contains_all_files_of_the_app() -> None:
    """The package contains all modules and data files of the app."""
    app = {path.relative_to(ROOT) for path in (ROOT / "functions").rglob("*") if path.suffix in (".py", ".json")}

    assert app <= set(packed())


def test_the_package_is_small() -> None:
    """The package is smaller than 2 MB, which keeps cold starts short."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for path in packed():
            file.write(ROOT / path, path)

    assert len(archive.getvalue()) < LARGEST
