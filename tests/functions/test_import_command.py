"""The command `python -m functions.import_images` as a process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.program

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (".", "Import failed: No storage account is configured. Set AzureWebJobsStorage"),
        ("elsewhere", "FOLDER must be an existing folder, but is "),
    ],
    ids=["no settings", "no folder"],
)
def test_what_is_missing_is_named(tmp_path: Path, name: str, message: str) -> None:
    """Without settings, or with a folder that doesn't exist, one sentence says what to set; no traceback."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("AzureWebJobsStorage")}

    ended = subprocess.run(
        [sys.executable, "-m", "functions.import_images", str(tmp_path / name)],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ended.returncode == 1
    assert ended.stderr.startswith(message)
    assert "Traceback" not in ended.stderr
