"""Install PyTorch before everything else. Without a GPU, the small CPU build is used."""

from __future__ import annotations

import re
import subprocess

from local.setup.commands import SetupError, explanation, run_command, say, try_command
from local.setup.installation import HERE, Installation
from local.setup.uv import install_locked, pip_install, uv_environment

INDEX = "https://download.pytorch.org/whl/cpu"
SPACE_GB = {"cpu": 3.0, "cuda": 10.0}


def install_torch(place: Installation = HERE) -> None:
    """Install the pinned torch: the locked build for CUDA or macOS, else the CPU build from the PyTorch index.

    If that index doesn't respond, pip's own settings are used, which can name a mirror or a folder with another build
    than the locked one. Raises `SetupError` if torch can't be installed.
    """
    pinned = re.search(r"^torch==([\w.]+)", place.torch_pins.read_text(encoding="utf-8"), re.MULTILINE)
    if pinned is None or installed("torch", place).startswith(pinned[1]):
        return
    linux = place.platform == "linux"
    if linux and not place.has_nvidia():
        install_for_cpu(pinned[1], place)
        return
    place.require_space(SPACE_GB["cuda" if linux else "cpu"])
    say(f"Installing torch {pinned[1]} ({'about 2.7 GB, with CUDA' if linux else 'about 80 MB'})…")
    run_command("Installing torch", install_locked([place.torch_lock], place=place), env=uv_environment(place=place))


def install_for_cpu(version: str, place: Installation) -> None:
    place.require_space(SPACE_GB["cpu"])
    say(f"Installing torch {version} (CPU) from the PyTorch index (about 190 MB)…")
    no_retries = ["--index-url", INDEX, "--timeout", "10", "--retries", "0"]
    # The locks contain its dependencies, which are ordinary packages.
    code, output = try_command(pip_install(["--no-deps", *no_retries, f"torch=={version}"], place))
    if code == 0:
        return
    if "No space left" in output:
        raise SetupError(explanation("Installing torch", output))
    say("  The PyTorch index didn't respond. Using pip's default index (up to 2.7 GB, with CUDA).")
    run_command("Installing torch", pip_install([f"torch=={version}"], place))


def installed(package: str, place: Installation) -> str:
    """Return the version of a package in the virtual environment, or an empty string."""
    script = "import sys; from importlib.metadata import version; print(version(sys.argv[1]))"
    answer = subprocess.run([place.python, "-c", script, package], capture_output=True, text=True, check=False)
    return answer.stdout.strip() if answer.returncode == 0 else ""
