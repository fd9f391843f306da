"""Lighthouse's own scores of the gallery, run by npx."""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from local.setup.browser import find_chromium

PACKAGE = "lighthouse@12.8.2"  # the last one for Node 20
CATEGORIES = ("performance", "accessibility", "best-practices")
LIMIT_S = 300.0


async def lighthouse(url: str) -> Mapping[str, float]:
    """Scores of 0 to 100 by category, for a desk."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.json"
        command = [
            "npx",
            "--yes",
            PACKAGE,
            url,
            "--quiet",
            "--preset=desktop",
            "--output=json",
            f"--output-path={path}",
        ]
        command += [f"--only-categories={','.join(CATEGORIES)}", "--chrome-flags=--headless=new --no-sandbox"]
        env = {**os.environ, "CHROME_PATH": find_chromium() or ""}
        process = await asyncio.create_subprocess_exec(*command, env=env)
        try:
            await asyncio.wait_for(process.wait(), LIMIT_S)
        except TimeoutError:
            process.kill()
            raise
        found = json.loads(await asyncio.to_thread(path.read_text, encoding="utf-8"))
    return {name: round(100 * found["categories"][name]["score"]) for name in CATEGORIES}
