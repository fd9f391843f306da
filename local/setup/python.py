"""The virtual environment and what pip puts into it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from local.setup.commands import ROOT, SetupError, attempt, explanation, require_space, say, work
from local.setup.stamps import done, fingerprint, is_done

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "stamps"
TORCH_INDEX = "https://download.pytorch.org/whl/cpu"
INFERENCE = ROOT / "inference_service" / "requirements.txt"
WORKER = ROOT / "requirements-worker.txt"
CHECKOV = ROOT / "requirements-checkov.txt"
CHECKOV_VENV = VENV / "checkov"
SPACE_GB = {"small": 1.0, "cpu": 3.0, "cuda": 10.0}


def ensure_venv() -> None:
    """Make `.venv` with this Python, or again if the one that is there no longer works."""
    if PYTHON.exists():
        ask = "import sys, pip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))"
        if subprocess.run([PYTHON, "-c", ask], capture_output=True, check=False).returncode == 0:
            return
        say("The virtual environment no longer works; making it anew…")
        shutil.rmtree(VENV)
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    require_space(SPACE_GB["small"])
    say(f"Making a virtual environment with Python {version}…")
    code, output = attempt([sys.executable, "-m", "venv", str(VENV)])
    if code:
        shutil.rmtree(VENV, ignore_errors=True)
        if "ensurepip" in output or "No module named venv" in output:
            raise SetupError(
                f"Python {version} has no venv module: install it (on Debian and Ubuntu: "
                f"sudo apt install python{version}-venv) and start again."
            )
        raise SetupError(explanation("Making the virtual environment", output))


def install(files: Sequence[Path]) -> None:
    """Install these requirement files, in one resolution, unless nothing in them changed."""
    version = subprocess.run([PYTHON, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    stale = [file for file in files if not is_done(stamp_of(file), fingerprint([file], version))]
    if not stale:
        return
    require_space(SPACE_GB["small"])
    if INFERENCE in stale:
        install_torch()
    say(f"Installing Python packages ({', '.join(str(file.relative_to(ROOT)) for file in stale)})…")
    work("Installing Python packages", pip(option for file in files for option in ("-r", str(file))))
    for file in stale:
        done(stamp_of(file), fingerprint([file], version))


def install_worker() -> None:
    """Install the Azure Functions worker's library, which claims to need a newer Python than it does."""
    version = subprocess.run([PYTHON, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if is_done(stamp_of(WORKER), fingerprint([WORKER], version)):
        return
    say("Installing the Azure Functions worker for its tests…")
    work("Installing the worker", pip(["--no-deps", "--ignore-requires-python", "-r", str(WORKER)]))
    done(stamp_of(WORKER), fingerprint([WORKER], version))


def install_checkov() -> None:
    """Install checkov apart, since it pins old releases of what we use; without it its tests are skipped."""
    version = subprocess.run([PYTHON, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if is_done(stamp_of(CHECKOV), fingerprint([CHECKOV], version)):
        return
    say("Installing checkov for the tests of the templates (about 290 MB)…")
    require_space(SPACE_GB["small"])
    python = CHECKOV_VENV / "bin" / "python"
    for words in ([str(PYTHON), "-m", "venv", "--clear", str(CHECKOV_VENV)], pip(["-r", str(CHECKOV)], python)):
        if attempt(words)[0]:
            say("  checkov could not be installed: its tests are skipped until it can.")
            return
    done(stamp_of(CHECKOV), fingerprint([CHECKOV], version))


def install_torch() -> None:
    """Install the pinned torch from PyTorch's own CPU index where there is no card, else from the default one."""
    pinned = re.search(r"^torch==([\w.]+)", INFERENCE.read_text(encoding="utf-8"), re.MULTILINE)
    if pinned is None or installed("torch").startswith(pinned[1]):
        return
    wanted = f"torch=={pinned[1]}"
    if sys.platform == "linux" and not has_nvidia():
        require_space(SPACE_GB["cpu"])
        say(f"Installing torch {pinned[1]} for the CPU from PyTorch's own index (about 190 MB)…")
        patience = ["--index-url", TORCH_INDEX, "--timeout", "10", "--retries", "0"]
        # Without its dependencies, which are ordinary packages: they come from the default index with the rest.
        code, output = attempt(pip(["--no-deps", *patience, wanted]))
        if code == 0:
            return
        if "No space left" in output:
            raise SetupError(explanation("Installing torch", output))
        say("  PyTorch's own index did not answer; taking the default one.")
    cuda = sys.platform == "linux"
    require_space(SPACE_GB["cuda" if cuda else "cpu"])
    size = "about 2.7 GB, with CUDA" if cuda else "about 80 MB"
    say(f"Installing torch {pinned[1]} from the default index ({size})…")
    work("Installing torch", pip([wanted]))


def pip(options: Iterable[str], python: Path | None = None) -> list[str]:
    quiet = ["--disable-pip-version-check", "--no-input", "--progress-bar", "off"]
    return [str(python or PYTHON), "-m", "pip", "install", *quiet, *options]


def installed(package: str) -> str:
    """Its version in the virtual environment, or an empty text."""
    ask = "import sys; from importlib.metadata import version; print(version(sys.argv[1]))"
    answer = subprocess.run([PYTHON, "-c", ask, package], capture_output=True, text=True, check=False)
    return answer.stdout.strip() if answer.returncode == 0 else ""


def has_nvidia() -> bool:
    """Whether this machine has a card that CUDA runs on."""
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


def stamp_of(file: Path) -> Path:
    return STAMPS / str(file.relative_to(ROOT)).replace("/", "-")
