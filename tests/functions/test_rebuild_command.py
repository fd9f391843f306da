"""The command `python -m functions.rebuild` as a process."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from functions.adapters.azure_storage.blobs import AzureBlobs
from functions.models.identity import new_image_ids
from tests.fakes import START
from tests.image_samples import an_image, an_original

pytestmark = pytest.mark.program

ROOT = Path(__file__).parents[2]


@pytest.mark.azurite
async def test_the_command_rebuilds_a_library_on_azurite(storage: str, tmp_path: Path) -> None:
    """`python -m functions.rebuild` restores a library, reports it, and exits with 1 when a file is broken."""
    images = [an_image(id, seed=n) for n, id in enumerate(new_image_ids(START, 3))]
    blobs = AzureBlobs(connection_string=storage)
    for image in images:
        await blobs.upload("originals", image.original_blob, an_original(image), content_type="image/png")

    async def command() -> subprocess.CompletedProcess[str]:
        env = os.environ | {"AzureWebJobsStorage": storage, "SQLITE_PATH": str(tmp_path / "catalog.sqlite")}
        return await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", "functions.rebuild"],
            cwd=ROOT,
            env=env,
            capture_output=True,
            text=True,
            timeout=60,
        )

    first = await command()
    await blobs.upload("originals", "2026/11/broken.png", b"", content_type="image/png")
    second = await command()
    await blobs.close()

    assert first.stderr == ""
    assert first.returncode == 0
    # On a slow machine it has reported progress before.
    assert first.stdout.splitlines()[-1] == (
        "3 originals: 3 restored, 0 updated, 0 unchanged, 3 thumbnails created, 0 unreadable. "
        "0 settings, schedules, presets, and saved searches restored."
    )
    assert second.returncode == 1
    assert "3 unchanged, 0 thumbnails created, 1 unreadable" in second.stdout
    assert "originals/2026/11/broken.png: The file name isn't a valid image name." in second.stderr
    with sqlite3.connect(tmp_path / "catalog.sqlite") as connection:
        assert connection.execute("SELECT count(*) FROM images").fetchone() == (3,)
    connection.close()


def test_the_command_without_settings_says_what_to_set() -> None:
    """One sentence and exit 1, no traceback."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("AzureWebJobsStorage")}

    ended = subprocess.run(
        [sys.executable, "-m", "functions.rebuild"],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ended.returncode == 1
    assert ended.stderr.startswith("Rebuild failed: No storage account is configured. Set AzureWebJobsStorage")
    assert "Traceback" not in ended.stderr
