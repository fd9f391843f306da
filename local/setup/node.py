"""Node, npm packages, and the dashboard's build."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from local.setup.commands import ROOT, SetupError, require_space, say, work
from local.setup.stamps import done, fingerprint, is_done

OLDEST = (20, 19)  # the first release of Node 20 that the dashboard's tools run on
DASHBOARD = ROOT / "static_dashboard"
NOT_SOURCES = {"node_modules", "dist", "tests"}
COMPILED_MESSAGES = DASHBOARD / "src" / "lib" / "messages"  # the build makes them
HOW = "install it from nodejs.org or with your package manager"


def require_node() -> str:
    """Node's version; `SetupError` when Node or npm is missing or too old."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node:
        raise SetupError(f"Node.js is missing: {HOW}, version 20 or newer, and start again.")
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    match = re.match(r"v(\d+)\.(\d+)", answer)
    if not match or (int(match[1]), int(match[2])) < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        raise SetupError(f"Node.js {answer or 'of unknown version'} is too old: {HOW}, version {oldest} or newer.")
    if not npm:
        raise SetupError(f"npm is missing beside Node.js {answer}: {HOW}.")
    return answer


def install_packages(folder: Path, *, what: str) -> None:
    """Install the locked packages of a folder, unless its lock file is the one that they came from."""
    version = require_node()
    lock = folder / "package-lock.json"
    stamp = folder / "node_modules" / ".installed"
    value = fingerprint([lock], version.partition(".")[0])
    if is_done(stamp, value):
        return
    require_space(1.0)
    say(f"Installing {what}…")
    work(f"Installing {what}", ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=folder)
    done(stamp, value)


def build_dashboard() -> None:
    """Build the page, unless no source changed."""
    stamp = DASHBOARD / "node_modules" / ".built"
    value = fingerprint(sources(DASHBOARD))
    if is_done(stamp, value) and (DASHBOARD / "dist" / "index.html").exists():
        return
    say("Building the dashboard…")
    work("Building the dashboard", ["npm", "run", "build"], cwd=DASHBOARD)
    done(stamp, value)


def sources(folder: Path) -> list[Path]:
    """Every file that the build may read."""
    tops = [entry for entry in folder.iterdir() if entry.name not in NOT_SOURCES and not entry.name.startswith(".")]
    files = [file for top in tops for file in ([top] if top.is_file() else top.rglob("*")) if file.is_file()]
    return [file for file in files if not file.is_relative_to(COMPILED_MESSAGES)]
