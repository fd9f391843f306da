"""A Chromium for the browser tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from local.setup.commands import attempt, say
from local.setup.venv import PYTHON

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
PLAYWRIGHTS = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
DOWNLOAD_LIMIT_S = 600.0


def ensure_chromium() -> str | None:
    """The path of a Chromium, installed if need be; None when there is no way, which is said."""
    found = find_chromium()
    if found:
        return found
    say("Installing Chromium for the browser tests (about 170 MB)…")
    attempt([str(PYTHON), "-m", "playwright", "install", "chromium"], limit_s=DOWNLOAD_LIMIT_S)
    found = find_chromium()
    if not found and sys.platform == "linux" and shutil.which("apt-get") and os.geteuid() == 0:
        say("  Playwright's download did not work; taking the system's package.")
        for words in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
            attempt(["apt-get", *words], env={"DEBIAN_FRONTEND": "noninteractive"}, limit_s=DOWNLOAD_LIMIT_S)
        found = find_chromium()
    if not found:
        say("  Chromium could not be installed: the browser tests are skipped until you install it, or Chrome.")
    return found


def find_chromium() -> str | None:
    """The path of a Chromium that is installed."""
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
