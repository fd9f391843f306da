"""What is packed and sent to Azure: the function app, and nothing else."""

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
    """Every file on disk that `.funcignore` leaves, caches and forgotten files included, as azd walks the folder."""
    ignored = pathspec.GitIgnoreSpec.from_lines((ROOT / ".funcignore").read_text().splitlines())
    found = []
    for folder, inner, files in os.walk(ROOT):
        here = Path(folder).relative_to(ROOT)
        inner[:] = [name for name in inner if not ignored.match_file(f"{(here / name).as_posix()}/")]
        found += [here / name for name in files if not ignored.match_file((here / name).as_posix())]
    return found


def test_the_package_holds_the_function_app_alone():
    """
    Not a cache, a test, a key, a picture or a dashboard, even where a laptop has them lying about.
    """
    assert {path.parts[0] for path in packed()} == TOP


def test_everything_that_the_app_reads_is_in_it():
    """
    Modules and the data beside them.
    """
    app = {path.relative_to(ROOT) for path in (ROOT / "functions").rglob("*") if path.suffix in (".py", ".json")}

    assert app <= set(packed())


def test_the_package_is_small():
    """
    Under 2 MB, so that a cold start unpacks it at once.
    """
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for path in packed():
            file.write(ROOT / path, path)

    assert len(archive.getvalue()) < LARGEST
