"""The virtual environment."""

from __future__ import annotations

import shutil
import subprocess
import sys

from local.setup.commands import ROOT, SetupError, explanation, require_space, say, try_command

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "stamps"
SPACE_GB = 1.0


def ensure_venv() -> None:
    """Create `.venv` with this Python. A broken one is replaced."""
    if PYTHON.exists():
        script = "import sys, pip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))"
        if subprocess.run([PYTHON, "-c", script], capture_output=True, check=False).returncode == 0:
            return
        say("The virtual environment is broken. Recreating it…")
        shutil.rmtree(VENV)
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    require_space(SPACE_GB)
    say(f"Creating a virtual environment with Python {version}…")
    code, output = try_command([sys.executable, "-m", "venv", str(VENV)])
    if code:
        shutil.rmtree(VENV, ignore_errors=True)
        if "ensurepip" in output or "No module named venv" in output:
            raise SetupError(
                f"Python {version} has no venv module. Install it (Debian and Ubuntu: "
                f"sudo apt install python{version}-venv) and run the command again."
            )
        raise SetupError(explanation("Creating the virtual environment", output))


def python_version() -> str:
    """Return the version of the virtual environment's Python, such as "Python 3.12.1"."""
    return subprocess.run([PYTHON, "--version"], capture_output=True, text=True, check=True).stdout.strip()
