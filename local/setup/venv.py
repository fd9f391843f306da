"""The virtual environment."""

from __future__ import annotations

import shutil
import subprocess
import sys

from local.setup.commands import SetupError, explanation, say, try_command
from local.setup.installation import HERE, Installation

SPACE_GB = 1.0


def ensure_venv(place: Installation = HERE) -> None:
    """Create `.venv` with this Python. A broken one is replaced."""
    if place.python.exists():
        script = "import sys, pip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))"
        if subprocess.run([place.python, "-c", script], capture_output=True, check=False).returncode == 0:
            return
        say("The virtual environment is broken. Recreating it…")
        shutil.rmtree(place.venv)
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    place.require_space(SPACE_GB)
    say(f"Creating a virtual environment with Python {version}…")
    code, output = try_command([place.base_python, "-m", "venv", str(place.venv)])
    if code:
        shutil.rmtree(place.venv, ignore_errors=True)
        if "ensurepip" in output or "No module named venv" in output:
            raise SetupError(
                f"Python {version} has no venv module. Install it (Debian and Ubuntu: "
                f"sudo apt install python{version}-venv) and run the command again."
            )
        raise SetupError(explanation("Creating the virtual environment", output))


def python_version(place: Installation = HERE) -> str:
    """Return the version of the virtual environment's Python, such as "Python 3.12.1"."""
    return subprocess.run([place.python, "--version"], capture_output=True, text=True, check=True).stdout.strip()
