"""Find or install Chromium for the browser tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from local.setup.commands import say, try_command
from local.setup.installation import PYTHON

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
PLAYWRIGHTS = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
DOWNLOAD_LIMIT_S = 600.0


def ensure_chromium() -> str | None:
    """Return the path of Chromium, installing it if needed. Print why and return None if that fails."""
    found = find_chromium()
    if found:
        return found
    say("Installing Chromium for the browser tests (about 170 MB)…")
    try_command([str(PYTHON), "-m", "playwright", "install", "chromium"], limit_s=DOWNLOAD_LIMIT_S)
    found = find_chromium()
    if not found and sys.platform == "linux" and shutil.which("apt-get") and os.geteuid() == 0:
        say("  Playwright's download failed. Using the system package instead.")
        for words in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
            try_command(["apt-get", *words], env={"DEBIAN_FRONTEND": "noninteractive"}, limit_s=DOWNLOAD_LIMIT_S)
        found = find_chromium()
    if not found:
        say("  Couldn't install Chromium. Browser tests are skipped until you install Chromium or Chrome.")
    return found


def find_chromium() -> str | None:
    """Return the path of an installed Chromium or Chrome, or None."""
    given = os.environ.get("CHROMIUM")
    if given:
        return given
    for name in NAMES:
        path = shutil.which(name)
        if path:
            return path
    if MAC.exists():
        return str(MAC)
    answer = subprocess.run([PYTHON, "-c", PLAYWRIGHTS], capture_output=True, text=True, check=False)
    path = answer.stdout.strip()
    return path if path and Path(path).exists() else None
