"""Node, npm packages, and the dashboard's build."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from local.setup.commands import ROOT, SetupError, require_space, run_command, say
from local.setup.stamps import done, fingerprint, is_done

OLDEST = (20, 19)  # the first release of Node 20 that the dashboard's tools run on
DASHBOARD = ROOT / "static_dashboard"
NOT_SOURCES = {"node_modules", "dist", "tests"}
COMPILED_MESSAGES = DASHBOARD / "src" / "lib" / "messages"  # created by the build
OLDEST_TEXT = ".".join(map(str, OLDEST))
SOURCE = "from nodejs.org or with your package manager"


def require_node() -> str:
    """Return Node's version. Raise `SetupError` if Node or npm is missing or too old."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node:
        raise SetupError(
            f"Node.js isn't installed. Install version {OLDEST_TEXT} or later {SOURCE}, then run the command again."
        )
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    match = re.match(r"v(\d+)\.(\d+)", answer)
    if not match or (int(match[1]), int(match[2])) < OLDEST:
        raise SetupError(
            f"Node.js {answer or '(unknown version)'} is too old. Install version {OLDEST_TEXT} or later {SOURCE}."
        )
    if not npm:
        raise SetupError(f"Node.js {answer} has no npm. Install Node.js {SOURCE}.")
    return answer


def install_packages(folder: Path, *, what: str) -> None:
    """Install the locked packages of a folder, unless they were installed from the same lock file."""
    version = require_node()
    lock = folder / "package-lock.json"
    stamp = folder / "node_modules" / ".installed"
    value = fingerprint([lock], version.partition(".")[0])
    if is_done(stamp, value):
        return
    require_space(1.0)
    say(f"Installing {what}…")
    run_command(f"Installing {what}", ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=folder)
    done(stamp, value)


def build_dashboard(folder: Path = DASHBOARD) -> None:
    """Build the dashboard, unless no source changed."""
    stamp = folder / "node_modules" / ".built"
    value = fingerprint(sources(folder))
    if is_done(stamp, value) and (folder / "dist" / "index.html").exists():
        return
    say("Building the dashboard…")
    run_command("Building the dashboard", ["npm", "run", "build"], cwd=folder)
    done(stamp, value)


def sources(folder: Path) -> list[Path]:
    """Return all files that the build can read."""
    tops = [entry for entry in folder.iterdir() if entry.name not in NOT_SOURCES and not entry.name.startswith(".")]
    files = [file for top in tops for file in ([top] if top.is_file() else top.rglob("*")) if file.is_file()]
    return [file for file in files if not file.is_relative_to(COMPILED_MESSAGES)]
