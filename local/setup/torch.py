"""Install PyTorch before everything else. Without a GPU, the small CPU build is used."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from local.setup.commands import ROOT, SetupError, explanation, require_space, run_command, say, try_command
from local.setup.uv import install_locked, pip_install, uv_environment
from local.setup.venv import PYTHON

INDEX = "https://download.pytorch.org/whl/cpu"
PINS = ROOT / "inference_service" / "requirements-torch.in"
LOCK = ROOT / "inference_service" / "requirements-torch.txt"
SPACE_GB = {"cpu": 3.0, "cuda": 10.0}


def install_torch() -> None:
    """Install the pinned torch: the locked build for CUDA or macOS, else the CPU build from the PyTorch index.

    If that index doesn't respond, pip's own settings are used, which can name a mirror or a folder with another build
    than the locked one. Raises `SetupError` if torch can't be installed.
    """
    pinned = re.search(r"^torch==([\w.]+)", PINS.read_text(encoding="utf-8"), re.MULTILINE)
    if pinned is None or installed("torch").startswith(pinned[1]):
        return
    linux = sys.platform == "linux"
    if linux and not has_nvidia():
        install_for_cpu(pinned[1])
        return
    require_space(SPACE_GB["cuda" if linux else "cpu"])
    say(f"Installing torch {pinned[1]} ({'about 2.7 GB, with CUDA' if linux else 'about 80 MB'})…")
    run_command("Installing torch", install_locked([LOCK], python=PYTHON), env=uv_environment())


def install_for_cpu(version: str) -> None:
    require_space(SPACE_GB["cpu"])
    say(f"Installing torch {version} (CPU) from the PyTorch index (about 190 MB)…")
    no_retries = ["--index-url", INDEX, "--timeout", "10", "--retries", "0"]
    # The locks contain its dependencies, which are ordinary packages.
    code, output = try_command(pip_install(["--no-deps", *no_retries, f"torch=={version}"]))
    if code == 0:
        return
    if "No space left" in output:
        raise SetupError(explanation("Installing torch", output))
    say("  The PyTorch index didn't respond. Using pip's default index (up to 2.7 GB, with CUDA).")
    run_command("Installing torch", pip_install([f"torch=={version}"]))


def installed(package: str) -> str:
    """Return the version of a package in the virtual environment, or an empty string."""
    script = "import sys; from importlib.metadata import version; print(version(sys.argv[1]))"
    answer = subprocess.run([PYTHON, "-c", script, package], capture_output=True, text=True, check=False)
    return answer.stdout.strip() if answer.returncode == 0 else ""


def has_nvidia() -> bool:
    """Return whether this machine has an NVIDIA GPU."""
    if Path("/proc/driver/nvidia/version").exists():
        return True
    tool = shutil.which("nvidia-smi") or shutil.which("/usr/lib/wsl/lib/nvidia-smi")
    if not tool:
        return False
    try:
        listed = subprocess.run([tool, "-L"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.SubprocessError):
        return False
    return listed.returncode == 0 and "GPU" in listed.stdout
